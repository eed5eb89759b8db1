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
  const ours = receipts.filter((receipt) => receipt.messageId !== undefined);
  const theirs = receipts.flatMap((r) =>
    r.messageId === undefined && r.providerId !== undefined ? [{ ...r, providerId: r.providerId }] : [],
  );
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
    ...ours.map((receipt) => ({ ...receipt, id: receipt.messageId! })),
    ...[...kept, ...theirs].flatMap((receipt) => {
      const id = idOf.get(providerKey(receipt));
      return id === undefined ? [] : [{ ...receipt, id }];
    }),
  ];
  return stepsOf(tx, ctx, matched);
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
