import { useLingui } from '@lingui/react/macro';
import { memo, Suspense, useEffect, useState } from 'react';
import { ContactBones } from './contact/bones.tsx';
import css from './inbox.module.css';
import { useThreadIsThere } from './store/thread.ts';
import { NoThread } from './thread/no-thread.tsx';
import { ThreadPane } from './thread/pane.tsx';
import { useShown } from './thread/shown.ts';
import { Guarded } from './ui/guarded.tsx';
import { onceIdle } from './ui/idle.ts';
import { patient } from './ui/later.tsx';
import { Bones, useSlow } from './ui/states.tsx';

const contactPane = () => import('./contact/contact.tsx');
const ContactPane = patient(contactPane);

interface OpenedProps {
  session: string | undefined;
  /** The thread has the screen for itself; how to leave it. */
  back: (() => void) | undefined;
  toggleContact(): void;
  showsContact: boolean;
  open(id: string): void;
  next(): void;
}

/** The conversation that is chosen, and beside it who it is with, where there is room. */
export function Opened({ session, showsContact, open, ...rest }: OpenedProps) {
  const { t } = useLingui();
  const { id: shown, late, isLate, atOnce } = useShown(session, rest.back === undefined);
  return (
    <>
      <main
        className={css.pane}
        id="thread"
        tabIndex={-1}
        data-region="thread"
        data-shown={shown}
        onKeyDownCapture={atOnce}
        onPointerDownCapture={atOnce}
        onFocusCapture={atOnce}
        onDragEnterCapture={atOnce}
      >
        <div className={css.before} inert={isLate}>
          {shown ? (
            <Guarded of={shown} leave={rest.back}>
              <ThreadPane key={shown} sessionId={shown} late={late} showsContact={showsContact} {...rest} />
            </Guarded>
          ) : (
            <NoThread />
          )}
        </div>
        {isLate && (
          <div className={css.coming}>
            <Bones count={6} shape="message" />
          </div>
        )}
      </main>
      {showsContact && (
        <aside className={css.pane} aria-label={t`About the customer`} tabIndex={-1} data-region="contact">
          <About session={shown} late={isLate} open={open} />
        </aside>
      )}
    </>
  );
}

/** So long after a conversation is drawn the customer's data come, and so long those of the one before may stay, ms. */
const [lingersMs, staysMs] = [150, 250];

interface AboutProps {
  session: string | undefined;
  /** Another conversation is chosen, and is waited for. */
  late?: boolean;
  open(id: string): void;
}

/** Who the conversation is with: drawn once it stands there what was said, since nobody waits for the rest. */
export const About = memo(function About({ session, late = false, open }: AboutProps) {
  // Its code is loaded meanwhile.
  useEffect(() => void contactPane().catch(() => {}), []);
  const isThere = useThreadIsThere(session ?? '');
  const [shown, setShown] = useState<string>();
  useEffect(() => {
    if (!isThere) return;
    // Whoever goes on at once has not asked for them.
    let end: (() => void) | undefined;
    const timer = setTimeout(() => {
      end = onceIdle(() => setShown(session));
    }, lingersMs);
    return () => {
      clearTimeout(timer);
      end?.();
    };
  }, [session, isThere]);
  // Nobody shall take the one before for the one who is here.
  const slow = useSlow(shown !== session, staysMs);
  if (shown === undefined || slow || late) return slow || late ? <ContactBones /> : null;
  return (
    <Guarded of={shown}>
      <Suspense fallback={<ContactBones stay />}>
        <ContactPane sessionId={shown} open={open} />
      </Suspense>
    </Guarded>
  );
});
