import type { NewEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import { Problem } from '../model/problem.ts';
import type { ChannelSetup, Setup } from '../model/setup.ts';
import { setConsent } from '../store/contact-changes.ts';
import * as contacts from '../store/contacts.ts';
import { isUnavailable, type Queryable, type Transaction } from '../store/database.ts';
import * as events from '../store/events.ts';
import { note } from '../store/message-retries.ts';
import * as messages from '../store/messages.ts';
import { meantBy } from './aliases.ts';
import type { Context } from './context.ts';
import { createdEvent, keyOf, openConversations, openedEvent, type Talk } from './conversations.ts';
import type { SendAnswer } from './core.ts';
import { GroupCommit } from './group-commit.ts';
import { noteEffects, type Once } from './idempotency.ts';
import { appOfQueue, contactSnapshot, messageSnapshot, sessionSnapshot, templateOf } from './snapshots.ts';

type BusinessEvent = NewEvent & { businessId: number };

/** A checked message, ready to be stored. */
export interface Acceptance {
  setup: Setup;
  channel: ChannelSetup;
  contact: contacts.ContactKey;
  message: Omit<messages.NewMessage, 'sessionId' | 'no'>;
  /** Number of the message that it answers. */
  replyNo?: number;
  /** Id of the message that failed and is sent anew by it. */
  retryOf?: string;
  /** The request came under an Idempotency-Key. */
  once?: Once;
  /** Set or end the contact's opt-out (decision D38). */
  optedOut?: boolean;
}

export interface Accepted {
  /** Number of the message. */
  no: number;
  sessionId: string;
  /** Another one than asked for, when the provider knows that person under this address. */
  contactId: string;
}

/** A request of many messages under one Idempotency-Key, and what is kept of it for a repeat. */
interface Bundle {
  once: Once;
  effect(sent: SendAnswer[]): unknown;
}

/** Stores accepted messages: contact, session, message and events in one transaction. */
export interface Accept {
  /** One at a time, in one transaction with whatever else arrives at that moment. */
  readonly single: GroupCommit<Acceptance, Accepted>;
  /** Requests of many that wait, and are being stored. */
  readonly bundles: { readonly size: number };
  /** All of these in one transaction, or none of them. */
  together(asked: Acceptance[], bundle?: Bundle): Promise<SendAnswer[]>;
}

/** Stores accepted messages together: contact, session, message and events in one transaction. */
export function makeAccept(ctx: Context): Accept {
  const write = async (batch: Acceptance[], bundle?: Bundle) => {
    const accepted = await ctx.db.transaction((tx) => acceptAll(tx, batch, ctx.tells, bundle));
    ctx.wake.call('messages');
    if (accepted.queued > 0) ctx.wake.call('deliveries');
    return accepted.results;
  };
  const single = new GroupCommit((batch: Acceptance[]) => write(batch), {
    isolate: (error) => !isUnavailable(error),
  });
  // A thousand rows each: two at a time leave connections for everybody else.
  const bundles = new GroupCommit(
    async ([one]: { asked: Acceptance[]; bundle?: Bundle }[]) => [await write(one!.asked, one!.bundle)],
    { max: 1, inFlight: 2, worth: 1 },
  );
  return {
    single,
    bundles,
    async together(asked, bundle) {
      const stored =
        asked.length === 0 && !bundle ? [] : await bundles.add({ asked, ...(bundle && { bundle }) });
      return stored.map((one, i) => ({ id: asked[i]!.message.id, ...one }));
    },
  };
}

async function acceptAll(tx: Transaction, asked: Acceptance[], tells: readonly string[], bundle?: Bundle) {
  const { batch, rows, news } = await begin(tx, asked);
  await noteRetries(tx, batch, rows);
  await noteEffects(
    tx,
    bundle ? [{ once: bundle.once, effect: bundle.effect(rows.map(sentOf)) }] : effectsOf(batch, rows),
  );
  // SendAnswer one behind the other, with the commit: of two failures the first one is told.
  const [, { queued }] = await Promise.all([messages.insert(tx, rows), events.appendLast(tx, news, tells)]);
  return { queued, results: rows.map(({ no, sessionId, contactId }) => ({ no, sessionId, contactId })) };
}

/** Throws `conflict` where one was sent anew before: whoever is with it in one transaction is written alone then. */
async function noteRetries(tx: Queryable, batch: Acceptance[], rows: messages.NewMessage[]): Promise<void> {
  const retries = batch.flatMap(({ retryOf }, i) => {
    const { businessId, id, sessionId } = rows[i]!;
    return retryOf === undefined
      ? []
      : [{ businessId, messageId: retryOf, retryId: id, retrySessionId: sessionId }];
  });
  if (retries.length === 0 || (await note(tx, retries)) === retries.length) return;
  throw new Problem('conflict', 'This message was sent again already', { field: 'message', code: 'RETRIED' });
}

/** Stores messages that went out already, by another way than ours. Their events are the caller's to append. */
export async function storeWritten(tx: Queryable, written: Acceptance[]): Promise<BusinessEvent[]> {
  const { rows, news } = await begin(tx, written);
  await messages.insert(tx, rows);
  return news;
}

/** Contacts and sessions of these messages, the rows to be stored, and what is to be told of all that. */
async function begin(tx: Queryable, asked: Acceptance[]) {
  const batch = await asMeant(tx, asked);
  await holdConsenting(tx, batch);
  const talks = await openConversations(
    tx,
    batch.map(({ setup, channel, contact }) => ({ setup, channel, contact })),
    { hold: true },
  );
  const news: BusinessEvent[] = [];
  const rows: (messages.NewMessage & { no: number })[] = [];
  for (const item of batch) {
    const talk = talks.get(keyOf(item.contact))!;
    const message = { sessionId: talk.session.id, no: talk.numbers.shift()!, ...item.message };
    news.push(...(await eventsOf(tx, item, message, talk)));
    rows.push(message);
    talk.made = false;
    talk.opened = false;
  }
  return { batch, rows, news };
}

/** What keyed requests are answered, should this process die before it answers. */
function effectsOf(batch: Acceptance[], rows: (messages.NewMessage & { no: number })[]) {
  return batch.flatMap(({ once }, i) => (once ? [{ once, effect: sentOf(rows[i]!) }] : []));
}

function sentOf({ id, no, sessionId, contactId }: SendAnswer): SendAnswer {
  return { id, no, sessionId, contactId };
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
  message: messages.NewMessage & { no: number },
  talk: Talk,
): Promise<(NewEvent & { businessId: number })[]> {
  const { setup } = item;
  const businessId = setup.business.id;
  const contact = contactSnapshot(talk.contact);
  const session = sessionSnapshot(talk.session, setup);
  const list: (NewEvent & { businessId: number })[] = [];
  if (talk.made) list.push(createdEvent(setup, talk.contact, message.timestamp, talk.session));
  if (talk.opened) list.push(openedEvent(businessId, talk, setup, message.timestamp));
  if (item.optedOut !== undefined && (await setConsent(tx, businessId, item.contact.id, item.optedOut))) {
    const appId = appOfQueue(setup, talk.session.queue);
    list.push({
      businessId,
      at: message.timestamp,
      lane: item.contact.id,
      id: newId(),
      type: 'contact.updated',
      ...(appId && { appId }),
      data: { contact, session, changed: ['consent'] },
    });
  }
  const snapshot = messageSnapshot(message, item.replyNo);
  list.push({
    businessId,
    at: message.timestamp,
    lane: item.contact.id,
    id: newId(),
    type: 'message.accepted',
    ...(message.appId !== undefined && { appId: message.appId }),
    data: {
      contact,
      session,
      message: message.mask ? { ...snapshot, content: { type: message.content.type } } : snapshot,
      ...templateOf(message),
    },
  });
  return list;
}
