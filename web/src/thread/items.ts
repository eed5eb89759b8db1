import type { ThreadMessage } from '../api/message-types.ts';
import type { Outgoing } from '../store/db.ts';
import { keysOfSent } from '../store/outbox.ts';
import { sameDay } from '../theme/format.ts';

/** A line of the thread. */
export type Item =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'new'; key: string }
  | { kind: 'line'; key: string; message: ThreadMessage }
  | { kind: 'message'; key: string; message: ThreadMessage; leads: boolean }
  | { kind: 'outgoing'; key: string; outgoing: Outgoing };

/** Messages of one person that follow each other this soon stand together, ms. */
const togetherMs = 3 * 60_000;

const sideOf = ({ direction, sender }: ThreadMessage) =>
  `${direction} ${sender?.type ?? ''} ${sender?.code ?? ''}`;

/** The clocks of a browser and of the server are this far apart at most, ms. */
const clocksMs = 5 * 60_000;

/** Of what is on its way, what the server tells already, by its id there: the event may be faster than the answer. */
function toldAlready(messages: ThreadMessage[], outgoing: Outgoing[]): Map<string, Outgoing> {
  const told = new Map<string, Outgoing>();
  for (const one of outgoing) {
    if (one.state !== 'sending') continue;
    const its = messages.findLast(
      (message) => !keysOfSent.has(message.id) && !told.has(message.id) && saysSame(message, one),
    );
    if (its) told.set(its.id, one);
  }
  return told;
}

function saysSame({ direction, sender, content, at }: ThreadMessage, one: Outgoing): boolean {
  const { content: said, template } = one.compose;
  return (
    direction === (one.mode === 'note' ? 'N' : 'O') &&
    one.of.endsWith(`/${sender?.code}`) &&
    Math.abs(at - one.at) < clocksMs &&
    (template ? content.template?.code === template.code : content.text === said?.text) &&
    content.media?.id === said?.media?.id
  );
}

/** What stands in the thread from top to bottom: messages, the days between them, and what is on its way. */
export function itemsOf(
  messages: ThreadMessage[],
  outgoing: Outgoing[],
  firstNew: string | undefined,
): Item[] {
  const items: Item[] = [];
  const told = toldAlready(messages, outgoing);
  let before: ThreadMessage | undefined;
  let day: number | undefined;
  for (const message of messages) {
    if (day === undefined || !sameDay(day, message.at)) {
      items.push({ kind: 'day', key: `day ${new Date(message.at).toDateString()}`, at: message.at });
      before = undefined;
    }
    day = message.at;
    if (message.id === firstNew) {
      items.push({ kind: 'new', key: 'new' });
      before = undefined;
    }
    const key = keysOfSent.get(message.id) ?? told.get(message.id)?.key ?? message.id;
    // A note of an agent has the same type as the lines of the log.
    const isLine =
      message.direction === 'L' || (message.direction !== 'N' && message.content.type === 'system');
    if (isLine) items.push({ kind: 'line', key, message });
    else {
      const follows = before && sideOf(before) === sideOf(message) && message.at - before.at < togetherMs;
      items.push({ kind: 'message', key, message, leads: !follows });
    }
    before = isLine ? undefined : message;
  }
  const last = messages.at(-1);
  const arrived = new Set(told.values());
  for (const one of outgoing) {
    if (arrived.has(one)) continue;
    if (last ? !sameDay(last.at, one.at) && one === outgoing[0] : one === outgoing[0])
      items.push({ kind: 'day', key: `day ${new Date(one.at).toDateString()}`, at: one.at });
    items.push({ kind: 'outgoing', key: one.key, outgoing: one });
  }
  return items;
}

/** The first of the messages of the person that were not read when the thread was opened. */
export function firstUnread(messages: ThreadMessage[], unread: number): string | undefined {
  if (unread === 0) return undefined;
  const inbound = messages.filter(({ direction }) => direction === 'I');
  return inbound.at(-Math.min(unread, inbound.length))?.id;
}
