import { useQuery } from '@tanstack/react-query';
import { useSession } from '../store/sessions.ts';
import { isRefused } from '../thread/gone.tsx';
import { Failed } from '../ui/states.tsx';
import { AboutPerson } from './about.tsx';
import { ContactBones } from './bones.tsx';
import { personQuery } from './person.ts';

/** Who the customer is: profile, tags, fields, other conversations, and what they did elsewhere. */
export default function ContactPane({ sessionId, open }: { sessionId: string; open(id: string): void }) {
  const session = useSession(sessionId);
  const id = session.data?.contact.id;
  const person = useQuery({ ...personQuery(id ?? ''), enabled: id !== undefined });
  if (isRefused(session.error)) return null;
  if (!session.data && session.error)
    return <Failed error={session.error} retry={() => void session.refetch()} />;
  if (!person.data && person.error)
    return <Failed error={person.error} retry={() => void person.refetch()} />;
  // Whoever stood here before is gone, and a moment has passed since.
  if (!person.data || !session.data) return <ContactBones stay />;
  return <AboutPerson key={person.data.id} person={person.data} here={sessionId} open={open} />;
}
