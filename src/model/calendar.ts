/** What reports are cut by. */
export const periodKinds = ['hour', 'day', 'week', 'month'] as const;
export type PeriodKind = (typeof periodKinds)[number];

/** First days of a week, with how many days after it the next Monday is. */
export const weekStarts = { monday: 0, sunday: 1, saturday: 2 } as const;
export type WeekStart = keyof typeof weekStarts;

const dayMs = 86_400_000;

/** Epoch ms of the beginning of a date such as 2026-11-28, as if it were one by UTC; undefined when there is none. */
export function dateMs(date: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return undefined;
  const ms = Date.parse(`${date}T00:00:00Z`);
  // The 31st of a month of 30 days is read as the 1st.
  return Number.isNaN(ms) || dateOf(ms) !== date ? undefined : ms;
}

/** The date of a moment, by UTC. */
export function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** So many days later, or earlier. */
export function addDays(date: string, days: number): string {
  return dateOf(dateMs(date)! + days * dayMs);
}

/** How many days these dates are, both counted. */
export function daysIn({ from, to }: DateRange): number {
  return Math.round((dateMs(to)! - dateMs(from)!) / dayMs) + 1;
}

/** Days from one to the other, both included. */
export interface DateRange {
  from: string;
  to: string;
}

/** The first day of the period in which a day lies. */
export function startOf(date: string, by: PeriodKind, week: WeekStart = 'monday'): string {
  if (by === 'month') return `${date.slice(0, 8)}01`;
  if (by !== 'week') return date;
  const monday = (new Date(dateMs(date)!).getUTCDay() + 6 + weekStarts[week]) % 7;
  return addDays(date, -monday);
}

/** The first days of all periods that have a day in the range, oldest first. */
export function periodsIn(range: DateRange, by: Exclude<PeriodKind, 'hour'>, week?: WeekStart): string[] {
  const periods = [];
  for (let at = startOf(range.from, by, week); at <= range.to; at = nextOf(at, by)) periods.push(at);
  return periods;
}

/** The first day of the period after the one that begins on this day. */
export function nextOf(start: string, by: PeriodKind): string {
  if (by === 'month') return startOf(addDays(start, 31), 'month');
  return addDays(start, by === 'week' ? 7 : 1);
}

/**
 * The period before: as many months where the range is whole months, else as many days.
 */
export function rangeBefore({ from, to }: DateRange): DateRange {
  const before = addDays(from, -1);
  if (from.endsWith('-01') && addDays(to, 1).endsWith('-01')) {
    const months = periodsIn({ from, to }, 'month').length;
    let first = startOf(before, 'month');
    for (let n = 1; n < months; n++) first = startOf(addDays(first, -1), 'month');
    return { from: first, to: before };
  }
  return { from: addDays(from, -daysIn({ from, to })), to: before };
}
