import { type Deed, differences } from '../model/audit.ts';
import type { NewEvent } from '../model/event.ts';
import { isId, newId } from '../model/ids.ts';
import { invalid, Problem } from '../model/problem.ts';
import type { Setup } from '../model/setup.ts';
import * as contacts from '../store/contacts.ts';
import * as conversations from '../store/conversations.ts';
import type { Queryable } from '../store/database.ts';
import * as events from '../store/events.ts';
import * as fileRemovals from '../store/file-removals.ts';
import * as queue from '../store/message-queue.ts';
import { type Removal, remove } from '../store/message-removal.ts';
import { audit } from './audit.ts';
import type { Context } from './context.ts';
import type { Core } from './core.ts';
import { dropFiles } from './file-removal.ts';
import { changeOnce } from './idempotency.ts';
import { assertMayWrite } from './send.ts';
import { appOfQueue, contactSnapshot, sessionSnapshot } from './snapshots.ts';

/** How many messages one call may take away. */
const mostMessages = 1000;

/**
 * Takes messages out of the store. Whatever comes of them later finds no row and changes nothing: outcomes,
 * receipts, files. Those that waited behind one of them are due then.
 */
export function makeDeleteMessages(ctx: Context): Core['deleteMessages'] {
  return async (caller, ids, { refuseBusy = false } = {}) => {
    assertMayWrite(caller);
    if (ids.length > mostMessages)
      throw invalid('ids', `At most ${mostMessages} messages can be deleted at once`);
    const { businessId } = caller;
    const setup = await ctx.setup(businessId);
    const wanted = [...new Set(ids.filter(isId))];
    const removed = await changeOnce(ctx, async (tx) => {
      const found = await remove(tx, businessId, wanted);
      if (refuseBusy && found.some(({ busy }) => busy))
        throw new Problem('conflict', 'The message is being sent at this moment', {
          field: 'id',
          code: 'BEING_SENT',
          retryAfterSeconds: 1,
        });
      const gone = found.flatMap((one) => (one.busy ? [] : [one]));
      await fileRemovals.add(tx, businessId, filesOf(gone));
      await events.append(tx, await eventsOf(tx, setup, gone), ctx.tells);
      await audit(tx, caller, gone.map(deedOf));
      return gone;
    });
    if (removed.length > 0) ctx.wake.call('deliveries');
    const waited = removed.filter((one) => one.waited).map(({ contactId }) => ({ businessId, contactId }));
    if ((await queue.wakeNext(ctx.db, waited)) > 0) ctx.wake.call('messages');
    await dropFiles(ctx, businessId, filesOf(removed));
    const left = new Set(removed.map(({ id }) => id));
    return wanted.filter((id) => left.has(id));
  };
}

function deedOf({ id, no, contactId, sessionId, waited }: Extract<Removal, { busy: false }>): Deed {
  const changes = differences({ contactId, sessionId, sent: !waited }, undefined);
  return { what: 'message.deleted', id, name: `#${no}`, changes };
}

function filesOf(gone: readonly Extract<Removal, { busy: false }>[]): string[] {
  return gone.flatMap(({ fileId }) => fileId ?? []);
}

async function eventsOf(
  tx: Queryable,
  setup: Setup,
  gone: Extract<Removal, { busy: false }>[],
): Promise<(NewEvent & { businessId: number })[]> {
  if (gone.length === 0) return [];
  const businessId = setup.business.id;
  const ids = [...new Set(gone.map(({ contactId }) => contactId))];
  const people = await contacts.byIds(tx, businessId, ids);
  const talks = await conversations.find(
    tx,
    ids.map((id) => ({ businessId, id })),
  );
  const sessionOf = new Map(talks.map(({ contactId, session }) => [contactId, session]));
  return gone.map(({ id, no, contactId, sessionId, appId }) => {
    // Of sessions only the one that is open is of interest still.
    const session = sessionOf.get(contactId);
    const open = session?.id === sessionId ? session : undefined;
    const teller = appId ?? (open && appOfQueue(setup, open.queue));
    return {
      businessId,
      id: newId(),
      type: 'message.deleted' as const,
      at: Date.now(),
      lane: contactId,
      ...(teller !== undefined && { appId: teller }),
      data: {
        contact: contactSnapshot(people.get(contactId)!),
        ...(open && { session: sessionSnapshot(open, setup) }),
        messageId: id,
        no,
      },
    };
  });
}
