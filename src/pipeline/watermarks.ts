import { channelOf as doorOf } from '../channels/index.ts';
import { contactIdOf } from '../model/contact.ts';
import type { Message } from '../model/message.ts';
import type { Queryable } from '../store/database.ts';
import * as watermarks from '../store/watermarks.ts';
import { meantBy } from './aliases.ts';
import type { Context } from './context.ts';
import type { ChannelReceipt } from './receipts.ts';

/** Raises the marks that receipts tell (`Receipt.upTo`), and answers the messages that lie below them. */
export async function raiseWatermarks(
  tx: Queryable,
  ctx: Context,
  receipts: ChannelReceipt[],
): Promise<watermarks.Passed[]> {
  const marks: watermarks.Watermark[] = [];
  for (const { upTo, businessId, channelId, status, timestamp } of receipts) {
    if (upTo === undefined) continue;
    const channel = (await ctx.setup(businessId)).channels.get(channelId);
    if (!channel) continue;
    const id = contactIdOf(channel.contactType, upTo, channel.lane);
    const meant = await meantBy(tx, [{ channel, contact: { businessId, id } }]);
    const contactId = meant.get(`${businessId} ${id}`)?.id ?? id;
    marks.push({ businessId, channelId, contactId, status, at: timestamp });
  }
  return watermarks.raise(tx, marks);
}

/** What is known of messages that were settled just now, by marks that were raised before. */
export async function watermarkedAtOnce(
  tx: Queryable,
  settled: (Message & { businessId: number })[],
): Promise<watermarks.Passed[]> {
  return watermarks.above(
    tx,
    settled.flatMap(({ businessId, channelId, contactId, id, status, stamps }) => {
      const door = doorOf(channelId.slice(0, channelId.indexOf(':')));
      const at = stamps.SENT;
      const may = door?.carries.watermarks && status === 'SENTX' && at !== undefined;
      return may ? [{ businessId, channelId, contactId, id, at }] : [];
    }),
  );
}
