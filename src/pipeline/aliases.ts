import { channelOf as doorOf } from '../channels/index.ts';
import { contactIdOf } from '../model/contact.ts';
import type { ChannelSetup } from '../model/setup.ts';
import * as aliases from '../store/contact-aliases.ts';
import type { ContactKey } from '../store/contacts.ts';
import type { Queryable } from '../store/database.ts';
import type { Attempted } from './attempted.ts';
import type { Context } from './context.ts';

/**
 * Some providers know a person by another address than the one that we write to: the WhatsApp id of a
 * Brazilian number has a digit less. It is one person all the same (reliability.md, pain 12): what the
 * provider tells with a send is noted here, and every later message from or to either address is one of
 * the same contact.
 */
export async function noteAliases(tx: Queryable, ctx: Context, batch: Attempted[]): Promise<void> {
  const rows: Parameters<typeof aliases.note>[1] = [];
  for (const { message, sent } of batch) {
    if (sent?.csid === undefined || sent.csid === message.csid) continue;
    const { businessId, contactId } = message;
    const channel = (await ctx.setup(businessId)).channels.get(message.channelId);
    if (!channel) continue;
    const aliasId = contactIdOf(channel.contactType, sent.csid, channel.lane);
    if (aliasId !== contactId) rows.push({ businessId, id: contactId, aliasId });
  }
  await aliases.note(tx, rows);
}

/** For each of these people whom it is really about, where that is another contact; by `businessId id`. */
export async function meantBy(
  tx: Queryable,
  people: readonly { channel: ChannelSetup; contact: Pick<ContactKey, 'businessId' | 'id'> }[],
): Promise<Map<string, { id: string; csid: string }>> {
  const keys = new Map<string, { businessId: number; id: string }>();
  for (const { channel, contact } of people) {
    if (!doorOf(channel.type)?.carries.renames) continue;
    keys.set(`${contact.businessId} ${contact.id}`, { businessId: contact.businessId, id: contact.id });
  }
  const found = await aliases.of(tx, [...keys.values()]);
  return new Map(
    found.map(({ businessId, aliasId, id, csid }) => [`${businessId} ${aliasId}`, { id, csid }]),
  );
}
