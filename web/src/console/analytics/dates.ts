const dayMs = 86_400_000;

/** Epoch ms of a date such as 2026-11-28, as if it were one by UTC; NaN where it is none. */
export const dateMs = (date: string) =>
  /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;

const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** So many days later, or earlier. */
export const addDays = (date: string, days: number) => dateOf(dateMs(date) + days * dayMs);

/** How many days these dates are, both counted. */
export const daysIn = (from: string, to: string) => Math.round((dateMs(to) - dateMs(from)) / dayMs) + 1;

/** The first day of the month that is so many months before that of a date. */
export function monthsBefore(date: string, months: number): string {
  const at = new Date(dateMs(date));
  return dateOf(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months, 1));
}
