import type { NewEvent } from '../model/event.ts';
import { endsConsent } from '../model/failure.ts';
import { newId } from '../model/ids.ts';
import type { Session } from '../model/session.ts';
import { optOutRefused } from '../store/contact-changes.ts';
import type { Queryable } from '../store/database.ts';
import type { Step, Stepped } from '../store/message-steps.ts';
import type { Context } from './context.ts';
import { appOfQueue, contactSnapshot, sessionSnapshot } from './snapshots.ts';

export type BusinessEvent = NewEvent & { businessId: number };

/** A contact with their open session. */
export interface Person {
  contact: Parameters<typeof contactSnapshot>[0];
  session: Session | undefined;
}
/** By `businessId contactId`. */
type People = ReadonlyMap<string, Person>;

/** A message that its person refused, with when it was handed over, epoch ms. */
export interface Refusal {
  message: Stepped;
  since: number;
}

/** The steps by which a provider says that a person wants nothing of us. */
export function refusalsOf(steps: readonly Step[], stepped: readonly Stepped[]): Refusal[] {
  const byProvider = new Map(
    steps
      .filter(({ failure }) => failure && endsConsent(failure))
      // Our own refusal of who has opted out hands nothing over: they may have come back since.
      .filter(({ settle, stamps }) => !settle || stamps.INIT !== undefined)
      .map((step) => [`${step.businessId} ${step.id}`, step]),
  );
  return stepped.flatMap((message) => {
    const step = byProvider.get(`${message.businessId} ${message.id}`);
    if (!step || message.status !== 'BLCKD' || message.before.status === 'BLCKD') return [];
    const { SENTX, INIT = 0 } = message.stamps;
    return { message, since: step.stamps.INIT ?? SENTX ?? INIT };
  });
}

/**
 * People whom a provider says to want nothing of us have opted out (channels.md 1.1): nothing more is sent to them until
 * they write or opt in. Who has written since the refused message was handed over has come back already. Answers what is
 * told of it.
 */
export async function noteOptOuts(
  tx: Queryable,
  ctx: Context,
  refusals: readonly Refusal[],
  people: People,
): Promise<BusinessEvent[]> {
  if (refusals.length === 0) return [];
  const changed = await optOutRefused(
    tx,
    refusals.map(({ message: { businessId, contactId: id }, since }) => ({ businessId, id, since })),
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
