import type { ReceivedEvent } from '../channels/channel.ts';
import { contactIdOf } from '../model/contact.ts';
import type { NewEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import type { ChannelSetup, Setup } from '../model/setup.ts';
import type { Queryable } from '../store/database.ts';
import * as store from '../store/early-echoes.ts';
import { storeWritten } from './accept.ts';
import type { Context } from './context.ts';
import { keepFiles } from './media.ts';
import { withFile } from './store-inbound.ts';

type Echo = Extract<ReceivedEvent, { kind: 'echo' }>;
type BusinessEvent = NewEvent & { businessId: number };

/** After so long, in ms, it is nobody's but its own: no send takes longer. */
const longestDoubtMs = 60_000;

/**
 * What the business wrote to a person elsewhere becomes a message of an agent in the conversation. Providers tell our
 * own messages in the same way, some before they answer our send: while one to this person is under way it waits.
 */
export async function applyEcho(
  tx: Queryable,
  setup: Setup,
  channel: ChannelSetup,
  echo: Echo,
  ageMs = 0,
): Promise<BusinessEvent[]> {
  const { csid, providerId, content, timestamp } = echo;
  const businessId = setup.business.id;
  const key = { businessId, channelId: channel.id, providerId };
  const contactId = contactIdOf(channel.contactType, csid, channel.lane);
  // In this order: one that is settled in between is known.
  const isUnderWay = ageMs < longestDoubtMs && (await store.isUnderWay(tx, { ...key, contactId }));
  if (await store.isKnown(tx, key)) return [];
  if (isUnderWay) {
    await store.keep(tx, { ...key, echo, ageMs });
    return [];
  }
  const contact = {
    businessId,
    id: contactId,
    type: channel.contactType,
    lane: channel.lane,
    csid,
    channelId: channel.id,
    profile: {},
  };
  const message = {
    ...{ businessId, id: newId(), direction: 'O' as const, contactId, channelId: channel.id },
    content: withFile(content),
    ...{ status: 'SENTX' as const, mask: false, timestamp, providerId, senderType: 'AGENT' as const },
  };
  const news = await storeWritten(tx, [{ setup, channel, contact, message }]);
  await keepFiles(tx, [{ message, received: { content } }]);
  return news;
}

/** Looks again at what waited: most of it has turned out to be ours. */
export async function matchEarlyEchoes(tx: Queryable, ctx: Context): Promise<BusinessEvent[]> {
  const news: BusinessEvent[] = [];
  for (const { businessId, channelId, echo, ageMs } of await store.take<Echo>(tx)) {
    const setup = await ctx.setup(businessId);
    const channel = setup.channels.get(channelId);
    if (channel) news.push(...(await applyEcho(tx, setup, channel, echo, ageMs)));
  }
  return news;
}
