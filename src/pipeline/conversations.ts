import type { Contact } from '../model/contact.ts';
import type { NewEvent } from '../model/event.ts';
import { newId, newUnguessableId } from '../model/ids.ts';
import { Problem } from '../model/problem.ts';
import type { Session } from '../model/session.ts';
import { newRoutingId, sessionHours } from '../model/session.ts';
import { agentDesk, type ChannelSetup, type Setup } from '../model/setup.ts';
import * as contacts from '../store/contacts.ts';
import * as conversations from '../store/conversations.ts';
import type { Queryable } from '../store/database.ts';
import { appOfQueue, contactSnapshot, sessionSnapshot } from './snapshots.ts';

/** A contact with its open session, inside a transaction. */
export interface Talk {
  businessId: number;
  contact: Pick<
    Contact,
    'id' | 'no' | 'type' | 'channelId' | 'lane' | 'csid' | 'profile' | 'businessProfile' | 'lang'
  >;
  session: Session;
  /** Numbers for its messages of this transaction, in their order. */
  numbers: number[];
  /** The contact was made by this very transaction. */
  made: boolean;
  /** The session was opened by this very transaction. */
  opened: boolean;
}

export function keyOf(contact: { businessId: number; id: string }): string {
  return `${contact.businessId} ${contact.id}`;
}

/**
 * A person became known: told, once, by the transaction that made the contact. When that also begins a
 * session, it is told to the app that hears of the session.
 */
export function createdEvent(
  setup: Setup,
  contact: Parameters<typeof contactSnapshot>[0],
  at: number,
  session?: Session,
): NewEvent & { businessId: number } {
  const appId = session && appOfQueue(setup, session.queue);
  return {
    businessId: setup.business.id,
    id: newId(),
    type: 'contact.created',
    at,
    lane: contact.id,
    ...(appId !== undefined && { appId }),
    data: { contact: contactSnapshot(contact) },
  };
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
 * hold the contacts says `hold`: else a session could be closed before what is put into it is stored. One entry
 * for each message, so that there is a number for each. `made` are the contacts that the caller has just made. `heard`: the
 * people write, and begin the sessions that are opened for them; these are told of as they were before.
 */
export async function openConversations(
  tx: Queryable,
  people: { setup: Setup; channel: ChannelSetup; contact: contacts.ContactKey }[],
  {
    hold = false,
    heard = false,
    made = new Set(),
  }: { hold?: boolean; heard?: boolean; made?: Set<string> } = {},
): Promise<Map<string, Talk>> {
  const distinct = [...new Map(people.map((person) => [keyOf(person.contact), person])).values()];
  const keys = distinct.map(({ contact: { businessId, id } }) => ({ businessId, id }));
  const counts = new Map<string, number>();
  for (const { contact } of people) counts.set(keyOf(contact), (counts.get(keyOf(contact)) ?? 0) + 1);
  const opened = new Set<string>();
  const makes = new Set(made);
  const first = await conversations.find(
    tx,
    keys.map((key) => ({ messages: counts.get(keyOf(key))!, ...key })),
    { hold },
  );
  let found = first;
  // Once is enough, unless the session that another one opened is closed at this very moment.
  for (let tries = 0; found.some((talk) => !talk.session) && tries < 5; tries += 1) {
    const missing = await openMissing(tx, distinct, found, heard);
    for (const id of missing.opened) opened.add(id);
    for (const key of missing.made) makes.add(key);
    found = await conversations.find(tx, keys, { hold });
  }
  if (found.some((talk) => !talk.session))
    throw new Problem('unavailable', 'The conversation is being closed at this moment: try again', {
      code: 'BUSY',
      retryAfterSeconds: 1,
    });
  const numbers = new Map(
    first.map((talk) => [keyOf({ businessId: talk.businessId, id: talk.contactId }), talk.numbers]),
  );
  const channelIds = new Map(distinct.map((person) => [keyOf(person.contact), person.channel.id]));
  return new Map(
    found.map((talk) => {
      const key = keyOf({ businessId: talk.businessId, id: talk.contactId });
      const contact = { id: talk.contactId, channelId: channelIds.get(key)!, ...talk.contact! };
      const session = talk.session!;
      const isOpened = opened.has(session.id);
      if (isOpened) session.started = false;
      return [
        key,
        {
          businessId: talk.businessId,
          contact,
          session,
          numbers: numbers.get(key)!,
          made: makes.has(key),
          opened: isOpened,
        },
      ];
    }),
  );
}

/** Makes contacts and sessions where there are none. Answers which contacts and sessions are ours. */
async function openMissing(
  tx: Queryable,
  people: Parameters<typeof newSession>[0][],
  found: conversations.Conversation[],
  heard: boolean,
): Promise<{ made: string[]; opened: string[] }> {
  const known = new Map(
    found.map((talk) => [keyOf({ businessId: talk.businessId, id: talk.contactId }), talk]),
  );
  const unknown = people.filter(({ contact }) => !known.get(keyOf(contact))?.contactExists);
  const ours = unknown.map(({ contact }) => contact);
  const made = unknown.length > 0 ? await contacts.ensure(tx, ours) : [];
  const opened = await conversations.open(
    tx,
    people
      .filter(({ contact }) => !known.get(keyOf(contact))?.session)
      .map((person) => newSession(person, heard)),
  );
  return { made: made.map(keyOf), opened };
}

function newSession(
  {
    setup,
    channel,
    contact,
  }: {
    setup: Setup;
    channel: ChannelSetup;
    contact: contacts.ContactKey;
  },
  started: boolean,
): conversations.NewSession {
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
    forAgents: setup.queues.get(queue)?.type === 'AGENT',
    started,
  };
}

/** Where new sessions of a channel start: the channel's own queue, the default one, the agents (D49). */
function firstQueue(setup: Setup, channel: ChannelSetup): string {
  if (channel.queue !== undefined && setup.queues.has(channel.queue)) return channel.queue;
  for (const queue of setup.queues.values()) if (queue.isDefault) return queue.code;
  return agentDesk;
}
