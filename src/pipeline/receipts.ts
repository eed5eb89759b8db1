import type { Receipt } from '../channels/channel.ts';
import type { NewEvent } from '../model/event.ts';
import { groupBy } from '../model/group.ts';
import type { Message } from '../model/message.ts';
import type { Queryable } from '../store/database.ts';
import * as earlyReceipts from '../store/early-receipts.ts';
import * as messages from '../store/messages.ts';
import * as watermarks from '../store/watermarks.ts';
import type { Context } from './context.ts';
import { throughParts } from './part-receipts.ts';
import { receiptStep, takeSteps } from './steps.ts';
import { raiseWatermarks, watermarkedAtOnce } from './watermarks.ts';

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
  const passed = await raiseWatermarks(tx, ctx, receipts);
  const { ours, theirs: named } = await byWhoseId(tx, receipts);
  const { matched: ofParts, rest: theirs } = await throughParts(tx, named);
  const known = await messages.byProviderId(tx, theirs.map(outbound));
  const idOf = new Map(known.map((m) => [providerKey({ ...m, providerId: m.providerId! }), m.id]));
  const early = theirs.filter((receipt) => !idOf.has(providerKey(receipt)));
  await earlyReceipts.keep(tx, early);
  // One that was kept at the very moment its message was settled belongs before what follows it:
  // a DLVRD that is found after the READ would never be told.
  const kept = await earlyReceipts.takeOf(
    tx,
    known.map((m) => ({ ...m, providerId: m.providerId! })),
  );
  const matched = [
    ...passed,
    ...ours,
    ...ofParts,
    ...[...kept, ...theirs].flatMap((receipt) => {
      const id = idOf.get(providerKey(receipt));
      return id === undefined ? [] : [{ id, ...receipt }];
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
  const theirs: earlyReceipts.EarlyReceipt[] = [];
  for (const { messageId, providerId, upTo: _, ...receipt } of receipts) {
    if (messageId !== undefined && known.has(`${receipt.businessId} ${messageId}`))
      ours.push({ id: messageId, ...receipt });
    else if (providerId !== undefined) theirs.push({ providerId, ...receipt });
  }
  return { ours, theirs };
}

const outbound = <T>(receipt: T) => ({ direction: 'O', ...receipt }) as const;

function providerKey(of: { businessId: number; channelId: string; providerId: string }): string {
  return `${of.businessId} ${of.channelId} ${of.providerId}`;
}

async function stepsOf(
  tx: Queryable,
  ctx: Context,
  matched: (Pick<earlyReceipts.EarlyReceipt, 'businessId' | 'status' | 'timestamp' | 'failure'> & {
    id: string;
  })[],
): Promise<(NewEvent & { businessId: number })[]> {
  const steps = [...groupBy(matched, ({ businessId, id }) => `${businessId} ${id}`).values()].map((list) =>
    receiptStep(list[0]!.businessId, list[0]!.id, list),
  );
  return (await takeSteps(tx, ctx, steps)).events;
}

/**
 * Applies the receipts that came before these messages knew their provider id; `parts` are those in which some
 * of them went.
 */
export async function applyEarlyReceipts(
  tx: Queryable,
  ctx: Context,
  settled: (Message & { businessId: number })[],
  parts: (earlyReceipts.ReceiptKey & { messageId: string })[] = [],
): Promise<(NewEvent & { businessId: number })[]> {
  const inParts = new Set(parts.map((part) => `${part.businessId} ${part.messageId}`));
  const ofParts = await applyReceipts(tx, ctx, await earlyReceipts.takeOf(tx, parts));
  const keys = settled.flatMap((m) =>
    m.providerId === undefined || inParts.has(`${m.businessId} ${m.id}`)
      ? []
      : [{ ...m, providerId: m.providerId }],
  );
  const early = await earlyReceipts.takeOf(tx, keys);
  const passed = await watermarkedAtOnce(tx, settled);
  if (early.length === 0 && passed.length === 0) return ofParts;
  const idOf = new Map(keys.map((m) => [providerKey(m), m.id]));
  const ofWhole = await stepsOf(tx, ctx, [
    ...passed,
    ...early.map((receipt) => ({ ...receipt, id: idOf.get(providerKey(receipt))! })),
  ]);
  return [...ofParts, ...ofWhole];
}

/** Looks again at early receipts: one may have been kept at the very moment its message was settled. */
export async function matchEarlyReceipts(
  tx: Queryable,
  ctx: Context,
): Promise<(NewEvent & { businessId: number })[]> {
  const { matched, rest: taken } = await throughParts(tx, await earlyReceipts.take(tx));
  const known = await messages.byProviderId(tx, taken.map(outbound));
  const idOf = new Map(known.map((m) => [providerKey({ ...m, providerId: m.providerId! }), m.id]));
  return stepsOf(tx, ctx, [
    ...(await watermarks.passedLately(tx)),
    ...matched,
    ...taken.map((receipt) => ({ ...receipt, id: idOf.get(providerKey(receipt))! })),
  ]);
}
