import { groupBy } from '../model/group.ts';
import type { Queryable } from '../store/database.ts';
import type { EarlyReceipt } from '../store/early-receipts.ts';
import * as store from '../store/message-parts.ts';
import type { Attempted } from './attempted.ts';

/** A receipt with the id of the message that it is about. */
export type Matched = EarlyReceipt & { id: string };

/** Keeps the parts in which messages went. Answers the keys by which their receipts may have come already. */
export async function keepParts(tx: Queryable, batch: Attempted[]): Promise<store.MessagePart[]> {
  const all = batch.flatMap(({ message: { businessId, channelId, id }, sent }) =>
    (sent?.parts ?? []).flatMap((spellings, part, parts) =>
      spellings.map((providerId, spelling) => ({
        isOwn: spelling === 0,
        row: { businessId, channelId, providerId, messageId: id, part, parts: parts.length },
      })),
    ),
  );
  // How one id may be spelled can be how another one is: that it is its own counts more.
  const own = new Set(all.filter(({ isOwn }) => isOwn).map(({ row }) => keyOf(row)));
  const rows = all.filter(({ isOwn, row }) => isOwn || !own.has(keyOf(row))).map(({ row }) => row);
  await store.keep(tx, rows);
  return rows;
}

/**
 * Receipts that are about parts become receipts of messages: delivered when all parts are, failed when one is
 * for good (channels.md 3.1). `rest` are those about no part.
 */
export async function throughParts(
  tx: Queryable,
  receipts: EarlyReceipt[],
): Promise<{ matched: Matched[]; rest: EarlyReceipt[] }> {
  const found = new Map((await store.find(tx, receipts)).map((part) => [keyOf(part), part]));
  if (found.size === 0) return { matched: [], rest: receipts };
  const rest = receipts.filter((receipt) => !found.has(keyOf(receipt)));
  const told = receipts.flatMap((receipt) => {
    const part = found.get(keyOf(receipt));
    return part ? [{ ...part, receipt }] : [];
  });
  const matched = told
    .filter(({ parts }) => parts === 1)
    .map(({ receipt, messageId }) => ({ ...receipt, id: messageId }));
  // That a part was sent says no more than we know.
  const news = told.filter(({ parts, receipt }) => parts > 1 && receipt.status !== 'SENTX');
  if (news.length === 0) return { matched, rest };
  const standing = groupBy(
    await store.mark(tx, lastOfEach(news)),
    (part) => `${part.businessId} ${part.messageId}`,
  );
  for (const parts of standing.values()) {
    const whole = receiptOfAll(parts);
    if (whole) matched.push({ ...whole, id: parts[0]!.messageId });
  }
  return { matched, rest };
}

function keyOf(of: { businessId: number; channelId: string; providerId: string }): string {
  return `${of.businessId} ${of.channelId} ${of.providerId}`;
}

/** One row can be changed once by a statement: of two receipts of one part, that of the delivery counts. */
function lastOfEach<T extends store.MessagePart & { receipt: EarlyReceipt }>(news: T[]): T[] {
  const byPart = groupBy(news, ({ businessId, messageId, part }) => `${businessId} ${messageId} ${part}`);
  return [...byPart.values()].map(
    (list) => list.find(({ receipt }) => receipt.status === 'DLVRD') ?? list.at(-1)!,
  );
}

/** What all parts together say; undefined while some have said nothing, and none has failed. */
function receiptOfAll(rows: store.MessagePart[]): EarlyReceipt | undefined {
  const receipts = new Map(rows.flatMap(({ part, receipt }) => (receipt ? [[part, receipt] as const] : [])));
  const told = [...receipts.values()];
  const failed = told.find(({ status }) => status !== 'DLVRD');
  if (failed) return failed;
  if (receipts.size < rows[0]!.parts) return undefined;
  return told.reduce((last, one) => (one.timestamp > last.timestamp ? one : last));
}
