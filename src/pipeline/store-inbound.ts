import type { Profile } from '../model/contact.ts';
import type { NewEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import { type Content, type Media, mediaTypes } from '../model/message.ts';
import type { ChannelSetup, Setup } from '../model/setup.ts';
import * as contacts from '../store/contacts.ts';
import type { Queryable } from '../store/database.ts';
import * as messages from '../store/messages.ts';
import * as replyTokens from '../store/reply-tokens.ts';
import * as sessions from '../store/sessions.ts';
import type { KeptMessage } from './brought-files.ts';
import { createdEvent, keyOf, openConversations, openedEvent, type Talk } from './conversations.ts';
import { pressedOn, withPress } from './presses.ts';
import { appOfQueue, contactSnapshot, messageSnapshot, sessionSnapshot } from './snapshots.ts';

/** One received message with where it came in and whom it is from. */
export interface Incoming {
  arrival: { setup: Setup; channel: ChannelSetup };
  received: KeptMessage;
  contact: contacts.ContactKey;
  /** Number of the message that it answers, where that is one of ours. */
  replyNo?: number;
}

export interface Stored extends Incoming {
  message: messages.NewMessage & { no: number };
  talk: Talk;
  /** It is the first one of the person in this session. */
  starts: boolean;
}

type BusinessEvent = NewEvent & { businessId: number };

/** Longer texts are no answer to a numbered list. */
const longestChoice = 80;

/**
 * Stores messages from people: contact and session are made or found, a resolved session is reopened
 * (D52), the start of a session is told before its first message (D51). Adds the events to `news`.
 */
export async function storeMessages(
  tx: Queryable,
  fresh: Incoming[],
  news: BusinessEvent[],
): Promise<Stored[]> {
  if (fresh.length === 0) return [];
  // First, because it holds the contacts: what a session is like is read when nobody else changes it.
  const made = await noteHeard(tx, fresh);
  const talks = await openConversations(
    tx,
    fresh.map(({ arrival: { setup, channel }, contact }) => ({ setup, channel, contact })),
    { made, heard: true },
  );
  const offered = await messages.lastOffered(tx, mayAnswerChoices(fresh, talks));
  const pressed = await pressedOn(tx, fresh);
  const touched = new Map<string, { businessId: number; id: string }>();
  const stored = fresh.map((one): Stored => {
    const talk = talks.get(keyOf(one.contact))!;
    // One that is opened for the message began with it.
    if ((!talk.session.started && !talk.opened) || talk.session.resolved) {
      touched.set(talk.session.id, { businessId: talk.businessId, id: talk.session.id });
    }
    const message = newMessage(one, talk, withPress(one, offered.get(talk.session.id), pressed));
    news.push(...eventsOf(one, talk, message));
    const starts = !talk.session.started;
    talk.made = false;
    talk.opened = false;
    talk.session.started = true;
    talk.session.resolved = false;
    return { message, talk, starts, ...one };
  });
  if (touched.size > 0) await sessions.heardFrom(tx, [...touched.values()]);
  const woken = await messages.insert(
    tx,
    stored.map(({ message }) => message),
  );
  news.push(...woken.flatMap((one) => wokenEvent(one, stored)));
  await replyTokens.keep(
    tx,
    fresh.flatMap(({ contact: { businessId, id }, received: { reply } }) =>
      reply ? [{ businessId, contactId: id, ...reply }] : [],
    ),
  );
  return stored;
}

/** A session that rested is awake since the person wrote. */
function wokenEvent(
  { businessId, id }: { businessId: number; id: string },
  stored: Stored[],
): BusinessEvent[] {
  const one = stored.find(({ talk }) => talk.businessId === businessId && talk.session.id === id);
  if (!one) return [];
  const { arrival, talk } = one;
  const appId = appOfQueue(arrival.setup, talk.session.queue);
  const about = {
    contact: contactSnapshot(talk.contact),
    session: sessionSnapshot(talk.session, arrival.setup),
  };
  return [
    {
      businessId,
      id: newId(),
      type: 'session.snoozed',
      at: Date.now(),
      lane: talk.contact.id,
      ...(appId !== undefined && { appId }),
      data: { ...about, reason: 'message' },
    },
  ];
}

/** Notes who wrote; makes the contacts of those who are new, and answers whose these are. */
async function noteHeard(tx: Queryable, fresh: Incoming[]): Promise<Set<string>> {
  const last = new Map<string, contacts.ContactKey & { at: number; profile: Profile }>();
  for (const { contact, received } of fresh) {
    const before = last.get(keyOf(contact));
    last.set(keyOf(contact), {
      at: Math.max(before?.at ?? 0, received.timestamp),
      ...contact,
      profile: { ...before?.profile, ...received.profile },
    });
  }
  const known = new Set((await contacts.heardFrom(tx, [...last.values()])).map(keyOf));
  const unknown = [...last.values()].filter((one) => !known.has(keyOf(one)));
  if (unknown.length === 0) return new Set();
  const heard = unknown.map((one) => ({ heardAt: one.at, ...one }));
  const made = new Set((await contacts.ensure(tx, heard)).map(keyOf));
  // Somebody else made them at this moment.
  const others = unknown.filter((one) => !made.has(keyOf(one)));
  if (others.length > 0) await contacts.heardFrom(tx, others);
  return made;
}

function mayAnswerChoices(
  fresh: Incoming[],
  talks: Map<string, Talk>,
): { businessId: number; sessionId: string }[] {
  const keys = new Map<string, { businessId: number; sessionId: string }>();
  for (const { received, contact } of fresh) {
    const { type, text, press } = received.content;
    const talk = talks.get(keyOf(contact))!;
    if (type !== 'text' || press || talk.opened || (text?.length ?? 0) > longestChoice) continue;
    keys.set(talk.session.id, { businessId: talk.businessId, sessionId: talk.session.id });
  }
  return [...keys.values()];
}

function newMessage(
  { arrival, received, contact }: Incoming,
  talk: Talk,
  content: Content,
): messages.NewMessage & { no: number } {
  return {
    businessId: contact.businessId,
    id: newId(),
    no: talk.numbers.shift()!,
    direction: 'I',
    contactId: contact.id,
    channelId: arrival.channel.id,
    sessionId: talk.session.id,
    content: withFile(content),
    status: 'RECEIVD',
    providerId: received.providerId,
    timestamp: received.timestamp,
    mask: false,
    ...(received.replyIdExt !== undefined && { replyIdExt: received.replyIdExt }),
    ...(received.readToken !== undefined && { readToken: received.readToken }),
  };
}

/** A file gets our id at once; it is fetched afterwards, unless its bytes came along and it has one. */
export function withFile({ media, attachments, ...content }: Content): Content {
  const isMedia = (mediaTypes as readonly string[]).includes(content.type);
  const named = <M extends Media>(file: M): M => ({ ...file, id: file.id ?? newId() });
  return {
    ...content,
    ...(media && { media: isMedia ? named(media) : media }),
    ...(attachments && { attachments: attachments.map(named) }),
  };
}

/** What a message from a person causes, in the order in which it is told. */
function eventsOf(
  { arrival: { setup }, replyNo }: Incoming,
  talk: Talk,
  message: messages.NewMessage & { no: number },
): BusinessEvent[] {
  const { session, opened, businessId } = talk;
  const reopened = session.resolved;
  const current = { ...session, resolved: false };
  const appId = appOfQueue(setup, session.queue);
  const common = { businessId, at: Date.now(), lane: talk.contact.id, ...(appId !== undefined && { appId }) };
  const contact = contactSnapshot(talk.contact);
  const withMessage = sessionSnapshot(current, setup, { opened });
  const list: BusinessEvent[] = [];
  if (talk.made) list.push(createdEvent(setup, talk.contact, common.at, session));
  if (opened) list.push(openedEvent(businessId, talk, setup, common.at));
  if (reopened) {
    const data = { contact, session: sessionSnapshot(current, setup) };
    list.push({ id: newId(), type: 'session.resolved', data, ...common });
  }
  if (!session.started) {
    const routing = { start: true, targetQueue: session.queue, routingId: session.routingId };
    const data = { contact, session: withMessage, routing };
    list.push({ id: newId(), type: 'session.routed', data, ...common });
  }
  list.push({
    id: newId(),
    type: 'message.received',
    data: { contact, session: withMessage, message: messageSnapshot(message, replyNo) },
    ...common,
  });
  return list;
}
