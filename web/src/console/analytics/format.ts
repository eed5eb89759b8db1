import { useLingui } from '@lingui/react';
import { dates, number, numbers } from '../../theme/format.ts';
import { directionOf } from '../../theme/language.ts';
import type { Language } from '../../theme/preferences.ts';
import { lasting } from '../ui/lasting.ts';
import type { Period } from './ask.ts';
import { dateMs } from './dates.ts';

/** Moments here are dates of the business: told as they are, whatever the time zone of this screen is. */
const told = (ms: number, how: Intl.DateTimeFormatOptions) => dates({ ...how, timeZone: 'UTC' }).format(ms);

/** Of an hour `2026-11-01T13:00:00+04:00`: what the clock shows there. */
const msOf = (at: string) => (at.length > 10 ? Date.parse(`${at.slice(0, 19)}Z`) : dateMs(at));

/** A period in full, for tables. */
export function period(at: string, by: Period): string {
  const ms = msOf(at);
  if (by === 'hour')
    return told(ms, { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
  if (by === 'month') return told(ms, { month: 'long', year: 'numeric' });
  return told(ms, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
}

/** The same where there is little room: below a chart. */
export function shortPeriod(at: string, by: Period, days: number): string {
  const ms = msOf(at);
  if (by === 'hour' && days <= 1) return told(ms, { hour: 'numeric', minute: '2-digit' });
  if (by === 'month') return told(ms, { month: 'short', year: '2-digit' });
  return told(ms, { day: 'numeric', month: 'short', ...(days > 400 && { year: '2-digit' }) });
}

/** A day, or days from one to the other. */
export function days(from: string, to: string): string {
  const how: Intl.DateTimeFormatOptions = {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  };
  return dates(how).formatRange(dateMs(from), dateMs(to));
}

/** How long, ms. Absent where nobody waited, or where it is not kept. */
export const maybeLasting = (ms: number | undefined) => (ms === undefined ? '–' : lasting(ms));

/** A part of something, 0 to 1. */
export const percent = (part: number) =>
  numbers({ style: 'percent', maximumFractionDigits: part > 0 && part < 0.1 ? 1 : 0 }).format(part);

/** A part of a whole in percent; of nothing there is none. */
export const rate = (part: number, whole: number) => (whole === 0 ? '–' : percent(part / whole));

/** A number with its part of a whole: `12 (3%)`. */
export const withRate = (part: number, whole: number) =>
  whole === 0 || part === 0 ? number(part) : `${number(part)} (${percent(part / whole)})`;

/** Numbers at an axis. */
export const compact = (value: number) =>
  value < 10_000 ? number(value) : numbers({ notation: 'compact', maximumFractionDigits: 1 }).format(value);

/** In which direction the screen is read. */
export const useDir = () => directionOf(useLingui().i18n.locale as Language);
