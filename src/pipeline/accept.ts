import type { Contact } from '../model/contact.ts';
import type { NewEvent } from '../model/event.ts';
import { newId, newUnguessableId } from '../model/ids.ts';
import { Problem } from '../model/problem.ts';
import type { Session } from '../model/session.ts';
import { newRoutingId, sessionHours } from '../model/session.ts';
import { agentDesk, type ChannelSetup, type Setup } from '../model/setup.ts';
import * as contacts from '../store/contacts.ts';
import { isUnavailable, type Queryable, type Transaction } from '../store/database.ts';
import * as events from '../store/events.ts';
import * as messages from '../store/messages.ts';
import * as sessions from '../store/sessions.ts';
import { meantBy } from './aliases.ts';
import type { Context } from './context.ts';
import { GroupCommit } from './group-commit.ts';
import { appOfQueue, contactSnapshot, messageSnapshot, sessionSnapshot } from './snapshots.ts';

/** A checked message, ready to be stored. */
export interface Acceptance {
  setup: Setup;
  channel: ChannelSetup;
  contact: contacts.ContactKey;
  message: Omit<messages.NewMessage, 'sessionId'>;
  /** Set or end the contact's opt-out (decision D38). */
  optedOut?: boolean;
}

export interface Accepted {
  sessionId: string;
  /** Another one than asked for, when the provider knows that person under this address. */
  contactId: string;
}

/** Stores accepted messages together: contact, session, message and events in one transaction. */
export function makeAccept(ctx: Context): GroupCommit<Acceptance, Accepted> {
  const write = async (batch: Acceptance[]) => {
    const accepted = await ctx.db.transaction((tx) => acceptAll(tx, batch, ctx.tells));
    ctx.wake.call('messages');
    if (accepted.queued > 0) ctx.wake.call('deliveries');
    return accepted.results;
  };
  return new GroupCommit(write, { isolate: (error) => !isUnavailable(error) });
}

async function acceptAll(tx: Transaction, asked: Acceptance[], tells: readonly string[]) {
  const batch = await asMeant(tx, asked);
  await holdConsenting(tx, batch);
  const talks = await openConversations(
    tx,
    batch.map(({ setup, channel, contact }) => ({ setup, channel, contact })),
    { hold: true },
  );
  const news: (NewEvent & { businessId: number })[] = [];
  const rows: messages.NewMessage[] = [];
  for (const item of batch) {
    const talk = talks.get(keyOf(item.contact))!;
    news.push(...(await eventsOf(tx, item, talk)));
    rows.push({ ...item.message, sessionId: talk.session.id });
    talk.opened = false;
  }
  // Sent one behind the other, with the commit: of two failures the first one is told.
  const [, { queued }] = await Promise.all([messages.insert(tx, rows), events.appendLast(tx, news, tells)]);
  return { queued, results: rows.map(({ sessionId, contactId }) => ({ sessionId, contactId })) };
}

/** Contacts that will change are held before their sessions, as by everybody who changes both. */
async function holdConsenting(tx: Queryable, batch: Acceptance[]): Promise<void> {
  const changing = batch.filter(({ optedOut }) => optedOut !== undefined).map(({ contact }) => contact);
  for (const { businessId, id } of changing.sort(contacts.byBusinessAndId))
    await contacts.lock(tx, businessId, id);
}

/** Who is known under another address is written to as the contact that exists. */
async function asMeant(tx: Queryable, batch: Acceptance[]): Promise<Acceptance[]> {
  const meant = await meantBy(tx, batch);
  if (meant.size === 0) return batch;
  return batch.map((item) => {
    const contact = { ...item.contact, ...meant.get(keyOf(item.contact)) };
    return { ...item, contact, message: { ...item.message, contactId: contact.id } };
  });
}

async function eventsOf(
  tx: Queryable,
  item: Acceptance,
  talk: Talk,
): Promise<(NewEvent & { businessId: number })[]> {
  const { setup, message } = item;
  const businessId = setup.business.id;
  const about = { contact: contactSnapshot(talk.contact), session: sessionSnapshot(talk.session, setup) };
  const common = { businessId, at: message.timestamp, lane: item.contact.id };
  const list: (NewEvent & { businessId: number })[] = [];
  if (talk.opened) list.push(openedEvent(businessId, talk, setup, message.timestamp));
  if (
    item.optedOut !== undefined &&
    (await contacts.setConsent(tx, businessId, item.contact.id, item.optedOut))
  ) {
    const appId = appOfQueue(setup, talk.session.queue);
    list.push({
      ...common,
      id: newId(),
      type: 'contact.updated',
      ...(appId && { appId }),
      data: { ...about, changed: ['consent'] },
    });
  }
  const snapshot = messageSnapshot({ ...message, sessionId: talk.session.id });
  list.push({
    ...common,
    id: newId(),
    type: 'message.accepted',
    ...(message.appId !== undefined && { appId: message.appId }),
    data: {
      ...about,
      message: message.mask ? { ...snapshot, content: { type: message.content.type } } : snapshot,
    },
  });
  return list;
}

/** A contact with its open session, inside a transaction. */
export interface Talk {
  businessId: number;
  contact: Pick<
    Contact,
    'id' | 'type' | 'channelId' | 'lane' | 'csid' | 'profile' | 'businessProfile' | 'lang'
  >;
  session: Session;
  /** The session was opened by this very transaction. */
  opened: boolean;
}

export function keyOf(contact: { businessId: number; id: string }): string {
  return `${contact.businessId} ${contact.id}`;
}

/** SESSION_INIT: told to the app of the queue that the session starts in. */
export function openedEvent(
  businessId: number,
  talk: Talk,
  setup: Setup,
  at: number,
): NewEvent & { businessId: number } {
  const appId = appOfQueue(setup, talk.session.queue);
  return {
    businessId,
    id: newId(),
    type: 'session.opened',
    at,
    lane: talk.contact.id,
    ...(appId !== undefined && { appId }),
    data: { contact: contactSnapshot(talk.contact), session: sessionSnapshot(talk.session, setup) },
  };
}

/**
 * Contact and open session for each of these people: made where they do not exist. Two transactions
 * that do it at once for one person end with one contact and one session (unique indexes). Who does not
 * hold the contacts says `hold`: else a session could be closed before what is put into it is stored.
 */
export async function openConversations(
  tx: Queryable,
  people: { setup: Setup; channel: ChannelSetup; contact: contacts.ContactKey }[],
  how: { hold?: boolean } = {},
): Promise<Map<string, Talk>> {
  const distinct = [...new Map(people.map((person) => [keyOf(person.contact), person])).values()];
  const keys = distinct.map((person) => person.contact);
  const opened = new Set<string>();
  let found = await sessions.conversations(tx, keys, how);
  // Once is enough, unless the session that another one opened is closed at this very moment.
  for (let tries = 0; found.some((talk) => !talk.session) && tries < 5; tries += 1) {
    for (const id of await openMissing(tx, distinct, found)) opened.add(id);
    found = await sessions.conversations(tx, keys, how);
  }
  if (found.some((talk) => !talk.session))
    throw new Problem('unavailable', 'The conversation is being closed at this moment: try again', {
      code: 'BUSY',
      retryAfterSeconds: 1,
    });
  const channelIds = new Map(distinct.map((person) => [keyOf(person.contact), person.channel.id]));
  return new Map(
    found.map((talk) => {
      const key = keyOf({ businessId: talk.businessId, id: talk.contactId });
      const contact = { id: talk.contactId, channelId: channelIds.get(key)!, ...talk.contact! };
      return [
        key,
        {
          businessId: talk.businessId,
          contact,
          session: talk.session!,
          opened: opened.has(talk.session!.id),
        },
      ];
    }),
  );
}

/** Makes contacts and sessions where there are none. Answers the ids of the sessions that are ours. */
async function openMissing(
  tx: Queryable,
  people: Parameters<typeof newSession>[0][],
  found: sessions.Conversation[],
): Promise<string[]> {
  const known = new Map(
    found.map((talk) => [keyOf({ businessId: talk.businessId, id: talk.contactId }), talk]),
  );
  const unknown = people.filter(({ contact }) => !known.get(keyOf(contact))?.contactExists);
  if (unknown.length > 0)
    await contacts.ensure(
      tx,
      unknown.map(({ contact }) => contact),
    );
  return sessions.open(
    tx,
    people.filter(({ contact }) => !known.get(keyOf(contact))?.session).map(newSession),
  );
}

function newSession({
  setup,
  channel,
  contact,
}: {
  setup: Setup;
  channel: ChannelSetup;
  contact: contacts.ContactKey;
}): sessions.NewSession {
  const id = newId();
  const queue = firstQueue(setup, channel);
  return {
    businessId: setup.business.id,
    id,
    contactId: contact.id,
    channelId: channel.id,
    queue,
    routingId: newRoutingId(id, queue, newUnguessableId().slice(0, 10)),
    hours: setup.business.settings.sessionHours ?? sessionHours,
  };
}

/** Where new sessions of a channel start: the channel's own queue, the default one, the agents (D49). */
function firstQueue(setup: Setup, channel: ChannelSetup): string {
  if (channel.queue !== undefined && setup.queues.has(channel.queue)) return channel.queue;
  for (const queue of setup.queues.values()) if (queue.isDefault) return queue.code;
  return agentDesk;
}
