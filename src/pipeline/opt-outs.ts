import type { NewEvent } from '../model/event.ts';
import { endsConsent } from '../model/failure.ts';
import { newId } from '../model/ids.ts';
import type { Session } from '../model/session.ts';
import { optOutRefused } from '../store/contact-changes.ts';
import type { Queryable } from '../store/database.ts';
import type { Step, Stepped } from '../store/message-steps.ts';
import type { Context } from './context.ts';
import { appOfQueue, contactSnapshot, sessionSnapshot } from './snapshots.ts';

type BusinessEvent = NewEvent & { businessId: number };
/** Contacts with their open sessions, by `businessId contactId`. */
type People = ReadonlyMap<
  string,
  { contact: Parameters<typeof contactSnapshot>[0]; session: Session | undefined }
>;

/**
 * People whom a provider says to want nothing of us have opted out (channels.md 1.1): nothing more is sent to them until
 * they write or opt in. Who has written since the refused message was handed over has come back already. Answers what is
 * told of it.
 */
export async function noteOptOuts(
  tx: Queryable,
  ctx: Context,
  { steps, stepped, people }: { steps: readonly Step[]; stepped: readonly Stepped[]; people: People },
): Promise<BusinessEvent[]> {
  const refused = new Set(
    steps
      .filter(({ failure }) => failure && endsConsent(failure))
      .map(({ businessId, id }) => `${businessId} ${id}`),
  );
  const of = stepped.filter(
    ({ businessId, id, status, before }) =>
      refused.has(`${businessId} ${id}`) && status === 'BLCKD' && before.status !== status,
  );
  if (of.length === 0) return [];
  const changed = await optOutRefused(
    tx,
    of.map(({ businessId, contactId, stamps }) => ({
      businessId,
      id: contactId,
      since: stamps.INIT ?? Date.now(),
    })),
  );
  const told: BusinessEvent[] = [];
  for (const { businessId, id } of changed) {
    const about = people.get(`${businessId} ${id}`);
    if (!about) continue;
    const setup = await ctx.setup(businessId);
    const appId = about.session && appOfQueue(setup, about.session.queue);
    told.push({
      businessId,
      id: newId(),
      type: 'contact.updated',
      at: Date.now(),
      lane: id,
      ...(appId !== undefined && { appId }),
      data: {
        contact: contactSnapshot(about.contact),
        ...(about.session && { session: sessionSnapshot(about.session, setup) }),
        changed: ['consent'],
      },
    });
  }
  return told;
}
