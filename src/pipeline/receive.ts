import type { Received, ReceivedEvent, ReceivedMessage } from '../channels/channel.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import { readBack } from '../channels/read-back.ts';
import { contactIdOf } from '../model/contact.ts';
import type { NewEvent } from '../model/event.ts';
import type { Message } from '../model/message.ts';
import { present } from '../model/present.ts';
import type { Session } from '../model/session.ts';
import type { ChannelSetup, Setup } from '../model/setup.ts';
import * as connections from '../store/connections.ts';
import * as contacts from '../store/contacts.ts';
import { isDuplicate, isUnavailable, type Queryable, type Transaction } from '../store/database.ts';
import * as events from '../store/events.ts';
import * as messages from '../store/messages.ts';
import * as sessions from '../store/sessions.ts';
import { meantBy } from './aliases.ts';
import type { Context } from './context.ts';
import { keyOf } from './conversations.ts';
import type { ReceivedEffects } from './core.ts';
import { GroupCommit } from './group-commit.ts';
import type { ChangeOnce } from './idempotency.ts';
import { withJoined } from './inbound-parts.ts';
import { keepLookups } from './lookups.ts';
import { keepFiles } from './media.ts';
import { LeaseLost, type Position } from './position.ts';
import { applyReceipts } from './receipts.ts';
import { applyReceivedEvent } from './received-events.ts';
import { type Incoming, type Stored, storeMessages } from './store-inbound.ts';

/** What one request of a channel held. */
export interface Arrival {
  setup: Setup;
  channel: ChannelSetup;
  received: Received;
  /** How far the connection has read over which it came. */
  position?: Position | undefined;
  /** It is done under an Idempotency-Key. */
  once?: ChangeOnce | undefined;
}

type BusinessEvent = NewEvent & { businessId: number };

/**
 * Applies what channels received, together: contacts, sessions, messages, receipts and events in one
 * transaction. One batch at a time in this process, so that what came first is applied first; what a
 * channel tells twice has one effect (unique key on channel and provider id).
 */
export function makeReceive(ctx: Context): GroupCommit<Arrival, ReceivedEffects> {
  const write = async (batch: Arrival[]): Promise<ReceivedEffects[]> => {
    const done = await ctx.db.transaction((tx) => receiveAll(tx, ctx, batch));
    if (done.queued > 0) ctx.wake.call('deliveries');
    if (done.files > 0) ctx.wake.call('media');
    if (done.lookups > 0) ctx.wake.call('lookups');
    return done.effects;
  };
  return new GroupCommit(
    (batch) =>
      write(batch).catch((error) => {
        // Another process stored one of them between our look and our write: look again.
        if (isDuplicate(error, 'message_provider')) return write(batch);
        throw error;
      }),
    { inFlight: 1, max: 100, isolate: (error) => !isUnavailable(error) },
  );
}

/** Applies what channels received, in a transaction, whose last statement it is. */
export async function receiveAll(tx: Transaction, ctx: Context, arrivals: Arrival[]) {
  await keepPositions(tx, arrivals);
  const batch = await withJoined(tx, arrivals);
  const incoming = await asMeant(
    tx,
    batch.flatMap((arrival) => arrival.received.messages.map((received) => incomingOf(arrival, received))),
  );
  const known = await alreadyKnown(tx, incoming);
  const fresh = firstOfEach(incoming)
    .filter((one) => !known.has(providerKey(one)))
    .map((one) => withAnswered(one, known));
  const news: BusinessEvent[] = [];
  const stored = await storeMessages(tx, fresh, news);
  const files = await keepFiles(tx, stored);
  const lookups = await keepLookups(tx, stored);
  const withOrigin = <T>(pick: (received: Received) => T[]) =>
    batch.flatMap(({ setup, channel, received }) => pick(received).map((item) => ({ setup, channel, item })));
  news.push(
    ...(await applyReceipts(
      tx,
      ctx,
      withOrigin((received) => received.receipts).map(({ setup, channel, item }) => ({
        businessId: setup.business.id,
        channelId: channel.id,
        ...item,
      })),
    )),
  );
  for (const { setup, channel, item } of withOrigin<ReceivedEvent>((received) => received.events)) {
    news.push(...(await applyReceivedEvent(tx, ctx, setup, channel, item)));
  }
  const effects = await effectsOf(tx, batch, stored, known);
  for (const [i, { once }] of batch.entries()) if (once) await once.keep(tx, effects[i]);
  const { queued } = await events.appendLast(tx, news, ctx.tells);
  return { queued, files, lookups, effects };
}

async function keepPositions(tx: Queryable, batch: Arrival[]): Promise<void> {
  for (const { setup, channel, position } of batch) {
    if (!position) continue;
    const key = { businessId: setup.business.id, channelId: channel.id, name: position.name };
    if (!(await connections.keepCursor(tx, key, position.epoch, position.cursor))) throw new LeaseLost();
  }
}

function incomingOf(arrival: Arrival, told: ReceivedMessage): Incoming {
  const { channel, setup } = arrival;
  const carries = doorOf(channel.type)?.carries;
  const received = carries ? { ...told, content: readBack(told.content, carries) } : told;
  return {
    arrival,
    received,
    contact: {
      businessId: setup.business.id,
      id: contactIdOf(channel.contactType, received.csid, channel.lane),
      type: channel.contactType,
      lane: channel.lane,
      csid: received.csid,
      channelId: channel.id,
      profile: received.profile ?? {},
    },
  };
}

/** Whoever is known under another address is the contact that exists. */
async function asMeant(tx: Queryable, incoming: Incoming[]): Promise<Incoming[]> {
  const meant = await meantBy(
    tx,
    incoming.map(({ arrival, contact }) => ({ channel: arrival.channel, contact })),
  );
  if (meant.size === 0) return incoming;
  return incoming.map((one) => ({ ...one, contact: { ...one.contact, ...meant.get(keyOf(one.contact)) } }));
}

function providerKey({ arrival, received }: Incoming): string {
  return `I ${arrival.setup.business.id} ${arrival.channel.id} ${received.providerId}`;
}

function firstOfEach(incoming: Incoming[]): Incoming[] {
  const first = new Map<string, Incoming>();
  for (const one of incoming) if (!first.has(providerKey(one))) first.set(providerKey(one), one);
  return [...first.values()];
}

/** What these channels told before (channels.md rule 6), and by the same statement the messages that they answer. */
async function alreadyKnown(tx: Queryable, incoming: Incoming[]): Promise<Map<string, Message>> {
  const keys = incoming.flatMap(({ arrival, received: { providerId, replyIdExt } }) => {
    const place = { businessId: arrival.setup.business.id, channelId: arrival.channel.id };
    return [
      { providerId, direction: 'I' as const, ...place },
      ...(replyIdExt === undefined ? [] : [{ providerId: replyIdExt, ...place }]),
    ];
  });
  const found = await messages.byProviderId(tx, keys);
  return new Map(found.map((m) => [`${m.direction} ${m.businessId} ${m.channelId} ${m.providerId}`, m]));
}

/** With the number of the message that it answers: mostly one of ours, sometimes an own one of the person. */
function withAnswered(one: Incoming, known: Map<string, Message>): Incoming {
  const { replyIdExt } = one.received;
  if (replyIdExt === undefined) return one;
  const place = `${one.arrival.setup.business.id} ${one.arrival.channel.id} ${replyIdExt}`;
  const answered = known.get(`O ${place}`) ?? known.get(`I ${place}`);
  return answered?.contactId === one.contact.id ? { replyNo: answered.no, ...one } : one;
}

/** What each arrival did, in its own order; what was known before is answered as it was stored then. */
async function effectsOf(
  tx: Queryable,
  batch: Arrival[],
  stored: Stored[],
  known: Map<string, Message>,
): Promise<ReceivedEffects[]> {
  const byKey = new Map(stored.map((one) => [providerKey(one), one]));
  const effects: ReceivedEffects[] = [];
  for (const arrival of batch) {
    const messages: ReceivedEffects['messages'] = [];
    for (const received of arrival.received.messages)
      messages.push(await effectOf(tx, incomingOf(arrival, received), byKey, known));
    effects.push({ messages });
  }
  return effects;
}

async function effectOf(
  tx: Queryable,
  incoming: Incoming,
  byKey: Map<string, Stored>,
  known: Map<string, Message>,
): Promise<ReceivedEffects['messages'][number]> {
  const stored = byKey.get(providerKey(incoming));
  if (stored) {
    const { session, contact } = stored.talk;
    const { businessId: _, dueAt: __, ...message } = stored.message;
    return {
      stamps: { [message.status]: message.timestamp },
      errors: [],
      contact: { labels: [], tags: [], optedOut: false, ...contact },
      ...holdingOf(session),
      ...message,
    };
  }
  const before = known.get(providerKey(incoming))!;
  const { businessId } = incoming.contact;
  const contact = (await contacts.byIds(tx, businessId, [before.contactId])).get(before.contactId)!;
  const session = await sessions.find(tx, businessId, before.sessionId);
  return { contact, ...holdingOf(session), ...before };
}

/** Who has the session. */
function holdingOf(session: Session | undefined) {
  return present({ routingId: session?.routingId ?? '', agent: session?.agent, team: session?.team });
}
