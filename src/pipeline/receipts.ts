import type { Receipt } from '../channels/channel.ts';
import type { NewEvent } from '../model/event.ts';
import { groupBy } from '../model/group.ts';
import type { Message } from '../model/message.ts';
import type { Queryable } from '../store/database.ts';
import * as messages from '../store/messages.ts';
import type { Context } from './context.ts';
import { receiptStep, takeSteps } from './steps.ts';

/** A receipt with where it came from. */
export type ChannelReceipt = Receipt & { businessId: number; channelId: string };

/**
 * Applies receipts to the messages they are about. Those whose message is not known yet are kept: a
 * provider may report before its answer to the send reaches us (channels.md rule 3).
 */
export async function applyReceipts(
  tx: Queryable,
  ctx: Context,
  receipts: ChannelReceipt[],
): Promise<(NewEvent & { businessId: number })[]> {
  if (receipts.length === 0) return [];
  const { ours, theirs } = await byWhoseId(tx, receipts);
  const known = await messages.byProviderId(tx, theirs, 'O');
  const idOf = new Map(known.map((m) => [providerKey({ ...m, providerId: m.providerId! }), m.id]));
  const early = theirs.filter((receipt) => !idOf.has(providerKey(receipt)));
  await messages.keepEarly(tx, early);
  // One that was kept at the very moment its message was settled belongs before what follows it:
  // a DLVRD that is found after the READ would never be told.
  const kept = await messages.takeEarlyOf(
    tx,
    known.map((m) => ({ ...m, providerId: m.providerId! })),
  );
  const matched = [
    ...ours,
    ...[...kept, ...theirs].flatMap((receipt) => {
      const id = idOf.get(providerKey(receipt));
      return id === undefined ? [] : [{ ...receipt, id }];
    }),
  ];
  return stepsOf(tx, ctx, matched);
}

/**
 * Parts receipts by the id that counts: our own where it is of a message that went out over that very
 * channel, else the channel's. One that names neither is about nobody's message (decision D66).
 */
async function byWhoseId(tx: Queryable, receipts: ChannelReceipt[]) {
  const named = receipts.flatMap(({ messageId, businessId, channelId }) =>
    messageId === undefined ? [] : [{ businessId, channelId, id: messageId }],
  );
  const known = new Set((await messages.sentOver(tx, named)).map((m) => `${m.businessId} ${m.id}`));
  const ours: (ChannelReceipt & { id: string })[] = [];
  const theirs: messages.EarlyReceipt[] = [];
  for (const { messageId, providerId, ...receipt } of receipts) {
    if (messageId !== undefined && known.has(`${receipt.businessId} ${messageId}`))
      ours.push({ ...receipt, id: messageId });
    else if (providerId !== undefined) theirs.push({ ...receipt, providerId });
  }
  return { ours, theirs };
}

function providerKey(of: { businessId: number; channelId: string; providerId: string }): string {
  return `${of.businessId} ${of.channelId} ${of.providerId}`;
}

async function stepsOf(
  tx: Queryable,
  ctx: Context,
  matched: (Pick<messages.EarlyReceipt, 'businessId' | 'status' | 'timestamp' | 'failure'> & {
    id: string;
  })[],
): Promise<(NewEvent & { businessId: number })[]> {
  const steps = [...groupBy(matched, ({ businessId, id }) => `${businessId} ${id}`).values()].map((list) =>
    receiptStep(list[0]!.businessId, list[0]!.id, list),
  );
  return (await takeSteps(tx, ctx, steps)).events;
}

/** Applies the receipts that came before these messages knew their provider id. */
export async function applyEarlyReceipts(
  tx: Queryable,
  ctx: Context,
  settled: (Message & { businessId: number })[],
): Promise<(NewEvent & { businessId: number })[]> {
  const keys = settled.flatMap((m) =>
    m.providerId === undefined ? [] : [{ ...m, providerId: m.providerId }],
  );
  const early = await messages.takeEarlyOf(tx, keys);
  if (early.length === 0) return [];
  const idOf = new Map(keys.map((m) => [providerKey(m), m.id]));
  return stepsOf(
    tx,
    ctx,
    early.map((receipt) => ({ ...receipt, id: idOf.get(providerKey(receipt))! })),
  );
}

/** Looks again at early receipts: one may have been kept at the very moment its message was settled. */
export async function matchEarlyReceipts(
  tx: Queryable,
  ctx: Context,
): Promise<(NewEvent & { businessId: number })[]> {
  const taken = await messages.takeEarly(tx);
  const known = await messages.byProviderId(tx, taken, 'O');
  const idOf = new Map(known.map((m) => [providerKey({ ...m, providerId: m.providerId! }), m.id]));
  return stepsOf(
    tx,
    ctx,
    taken.map((receipt) => ({ ...receipt, id: idOf.get(providerKey(receipt))! })),
  );
}
