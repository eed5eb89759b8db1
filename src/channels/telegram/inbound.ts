import { present } from '../../model/present.ts';
import type { Received, ReceivedMessage } from '../channel.ts';
import { isObject, listOf, objectOf, parseObject, type Raw, textOf } from '../json.ts';
import { contentOf, isService } from './inbound-content.ts';
import { keyIn } from './keyboard.ts';

/** When it came (epoch ms), and whether groups are taken. */
export interface Arrival {
  now: number;
  groups: boolean;
}

/** What is asked for: everything else is left with Telegram. */
export const allowedUpdates = [
  'message',
  'edited_message',
  'callback_query',
  'my_chat_member',
  'message_reaction',
] as const;

const readers: Readonly<
  Record<string, (received: Received, told: Raw, updateId: string, how: Arrival) => void>
> = {
  message: takeMessage,
  edited_message: takeEdit,
  callback_query: takePress,
  my_chat_member: takeMembership,
  message_reaction: takeReaction,
};

/** What one webhook request holds: one update. */
export function receivedOf(body: Buffer, arrival: Arrival): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  takeUpdate(received, parseObject(body) ?? {}, arrival);
  return received;
}

/** Adds what an update tells (channels.md section 7). What makes no sense is left aside. */
export function takeUpdate(received: Received, update: Raw, arrival: Arrival): void {
  const updateId = textOf(update.update_id);
  const kind = Object.keys(update).find((name) => name !== 'update_id') ?? 'update';
  const told = update[kind];
  const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (updateId === undefined || !reader || !isObject(told)) {
    received.ignored.push({ kind, reason: 'it is no update that was asked for' });
    return;
  }
  const chat = objectOf(told.chat ?? objectOf(told.message).chat);
  const type = textOf(chat.type) ?? 'private';
  if (type === 'private' || (arrival.groups && type !== 'channel')) reader(received, told, updateId, arrival);
  else received.ignored.push({ kind, reason: `it is of a ${type}` });
}

function takeMessage(received: Received, message: Raw, _: string, { now }: Arrival): void {
  const about = aboutOf(message, now);
  if (!about) {
    received.ignored.push({ kind: 'message', reason: 'it has no id or no chat' });
    return;
  }
  const newCsid = textOf(message.migrate_to_chat_id);
  if (newCsid !== undefined) {
    const { csid, timestamp } = about;
    received.events.push({ kind: 'address-changed', csid, newCsid, timestamp });
    return;
  }
  const content = contentOf(message);
  if (content) received.messages.push({ ...about, content });
  else received.ignored.push({ kind: 'message', reason: isService(message) ?? 'there is nothing in it' });
}

/** Who wrote what, when, and in answer to what: all but what it says. */
function aboutOf(message: Raw, now: number): Omit<ReceivedMessage, 'content'> | undefined {
  const [csid, number] = [textOf(objectOf(message.chat).id), textOf(message.message_id)];
  if (csid === undefined || number === undefined) return undefined;
  const answered = textOf(objectOf(message.reply_to_message).message_id);
  return present({
    providerId: `${csid}:${number}`,
    csid,
    timestamp: timeOf(message.date, now),
    profile: profileOf(message),
    replyIdExt: answered === undefined ? undefined : `${csid}:${answered}`,
  });
}

/** The person; of a group its title. A number is the person's own only when the card is, too. */
function profileOf({ chat, from, contact }: Raw): ReceivedMessage['profile'] | undefined {
  const { title, ...person } = objectOf(chat);
  const name = textOf(title) ?? nameOf(objectOf(from)) ?? nameOf(person);
  const card = objectOf(contact);
  const own = textOf(card.user_id) !== undefined && textOf(card.user_id) === textOf(objectOf(from).id);
  const told = present({ name, phone: own ? textOf(card.phone_number) : undefined });
  return Object.keys(told).length > 0 ? told : undefined;
}

function nameOf({ first_name, last_name, username }: Raw): string | undefined {
  const name = [textOf(first_name), textOf(last_name)].filter((part) => part !== undefined).join(' ');
  return name || textOf(username);
}

/** Epoch seconds; `now` when there is nothing that makes sense. */
function timeOf(value: unknown, now: number): number {
  const seconds = Number(textOf(value));
  return Number.isFinite(seconds) && seconds > 0 && seconds < 1e11 ? Math.round(seconds * 1000) : now;
}

function takeEdit(received: Received, message: Raw, _: string, { now }: Arrival): void {
  const about = aboutOf(message, now);
  const content = contentOf(message);
  if (!about || !content) {
    received.ignored.push({ kind: 'edited_message', reason: 'there is nothing in it' });
    return;
  }
  const { csid, providerId } = about;
  received.events.push({
    kind: 'edited',
    csid,
    providerId,
    content,
    timestamp: timeOf(message.edit_date, now),
  });
}

/** A pressed button reads as its label (decision D60). */
function takePress(received: Received, query: Raw, _: string, { now }: Arrival): void {
  const { id, from, message, data } = query;
  const told = objectOf(message);
  const csid = textOf(objectOf(told.chat).id) ?? textOf(objectOf(from).id);
  const [pressId, code, number] = [textOf(id), textOf(data), textOf(told.message_id)];
  if (pressId === undefined || csid === undefined || code === undefined) {
    received.ignored.push({ kind: 'callback_query', reason: 'it is of no button of ours' });
    return;
  }
  const pressed = keyIn(code);
  const label = labelOf(told, code) ?? (pressed ? '…' : code);
  received.messages.push(
    present({
      providerId: `press:${pressId}`,
      csid,
      timestamp: now,
      content: { type: 'text' as const, text: label, press: { code: pressed ? label : code, label } },
      profile: profileOf({ chat: told.chat, from }),
      replyIdExt: number === undefined ? undefined : `${csid}:${number}`,
      pressed,
    }),
  );
}

/** What stood on the button, as long as Telegram still knows the message. */
function labelOf({ reply_markup }: Raw, data: string): string | undefined {
  const buttons = listOf(objectOf(reply_markup).inline_keyboard).flatMap(listOf).map(objectOf);
  return textOf(buttons.find(({ callback_data }) => callback_data === data)?.text);
}

function takeMembership(received: Received, change: Raw, _: string, { now }: Arrival): void {
  const csid = textOf(objectOf(change.chat).id);
  const status = textOf(objectOf(change.new_chat_member).status);
  const timestamp = timeOf(change.date, now);
  if (csid !== undefined && (status === 'kicked' || status === 'left'))
    received.events.push({ kind: 'optout', csid, timestamp });
  else if (csid !== undefined && (status === 'member' || status === 'administrator'))
    received.events.push({ kind: 'optin', csid, timestamp });
  else received.ignored.push({ kind: 'my_chat_member', reason: `the bot is ${status ?? 'nothing'} there` });
}

function takeReaction(received: Received, change: Raw, updateId: string, { now }: Arrival): void {
  const { chat, message_id, user, date } = change;
  const [csid, number] = [textOf(objectOf(chat).id), textOf(message_id)];
  const emojis = listOf(change.new_reaction).map((one) => textOf(objectOf(one).emoji));
  const emoji = emojis.findLast((one) => one !== undefined);
  if (csid === undefined || number === undefined || (emojis.length > 0 && emoji === undefined)) {
    received.ignored.push({ kind: 'message_reaction', reason: 'it is no emoji, or of no message' });
    return;
  }
  received.messages.push(
    present({
      providerId: `${csid}:${number}:r${updateId}`,
      csid,
      timestamp: timeOf(date, now),
      content: {
        type: 'reaction' as const,
        reaction: { emoji: emoji ?? '', messageIdExt: `${csid}:${number}` },
      },
      profile: profileOf({ chat, from: user }),
    }),
  );
}
