import type { NewEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import type { Session } from '../model/session.ts';
import type { Setup } from '../model/setup.ts';
import type { Queryable } from '../store/database.ts';
import { mention } from '../store/inbox-marks.ts';
import * as messages from '../store/messages.ts';
import { aboutSession, newEvent } from './held-session.ts';
import { messageSnapshot } from './snapshots.ts';

/** Keeps a note of an agent, for those who answer alone; answers the event that tells it. */
export async function keepNote(
  tx: Queryable,
  setup: Setup,
  session: Session,
  {
    text,
    by,
    mentions,
    id = newId(),
  }: { text: string; by: string | undefined; mentions: string[]; id?: string },
): Promise<(NewEvent & { businessId: number })[]> {
  const businessId = setup.business.id;
  const message = {
    businessId,
    id,
    direction: 'N' as const,
    contactId: session.contactId,
    channelId: session.channelId,
    sessionId: session.id,
    content: { type: 'system' as const, text },
    status: 'CRTD' as const,
    timestamp: Date.now(),
    mask: false,
    ...(by !== undefined && { senderType: 'AGENT' as const, senderCode: by }),
  };
  await messages.insert(tx, [message]);
  await mention(tx, businessId, session.id, id, mentions);
  const { no } = (await messages.find(tx, businessId, id))!;
  const told = {
    ...(await aboutSession(tx, setup, session)),
    message: messageSnapshot({ ...message, no }),
    mentions,
  };
  return [newEvent(setup, session, 'note.added', told)];
}
