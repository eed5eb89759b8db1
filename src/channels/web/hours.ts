import { days, type WebAccount } from './account.ts';

const minute = 60_000;
const minutesOfWeek = 7 * 24 * 60;

/** Whether somebody answers at this moment, and when that changes. Undefined: the site is always open. */
export function hoursAt(
  { hours, timeZone }: Pick<WebAccount, 'hours' | 'timeZone'>,
  now: number,
): { open: boolean; next?: number; zone: string } | undefined {
  if (!hours || hours.length === 0) return undefined;
  const zone = isZone(timeZone) ? timeZone : 'UTC';
  const at = minuteOfWeek(now, zone);
  const spans = hours.flatMap(({ days: on, from, to }) => on.map((day) => spanOf(day, from, to)));
  const isOpen = (when: number) => spans.some((span) => isIn(span, when));
  const open = isOpen(at);
  const edges = spans.flatMap(({ start, end }) => [start, end]);
  // The nearest moment, in minutes from now, at which it is otherwise.
  const ahead = edges
    .map((edge) => (edge - at + minutesOfWeek) % minutesOfWeek || minutesOfWeek)
    .sort((a, b) => a - b);
  const change = ahead.find((inMinutes) => isOpen((at + inMinutes) % minutesOfWeek) !== open);
  const next = change === undefined ? undefined : now - (now % minute) + change * minute;
  return { open, zone, ...(next !== undefined && { next }) };
}

interface Span {
  start: number;
  end: number;
}

/** From one minute of the week to another; one that ends before it begins goes on into the next day. */
function spanOf(day: (typeof days)[number], from: string, to: string): Span {
  const midnight = days.indexOf(day) * 24 * 60;
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return { start: midnight + start, end: midnight + (end > start ? end : end + 24 * 60) };
}

function isIn({ start, end }: Span, at: number): boolean {
  return (at >= start && at < end) || (at + minutesOfWeek >= start && at + minutesOfWeek < end);
}

function minutesOf(clock: string): number {
  const [hour = 0, minutes = 0] = clock.split(':').map(Number);
  return hour * 60 + minutes;
}

function minuteOfWeek(now: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const day = days.findIndex((one) => part('weekday').toLowerCase().startsWith(one));
  return day * 24 * 60 + Number(part('hour')) * 60 + Number(part('minute'));
}

function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}
