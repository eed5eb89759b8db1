import { i18n } from '@lingui/core';
import { preferences } from './preferences.ts';

/** A language with the digits that somebody chose: Latin ones unless they want their own. */
export function tagOf(language: string): string {
  const { digits } = preferences();
  const own = { ar: 'arab', hi: 'deva' }[language];
  const of = { en: 'en-GB', hi: 'hi-IN' }[language] ?? language;
  return `${of}-u-nu-${digits === 'native' && own ? own : 'latn'}`;
}

const locale = () => tagOf(i18n.locale);

/** Making a format takes long, and a list has hundreds of times and numbers: each is made once. */
function once<Options, Format>(make: (locale: string, options: Options) => Format) {
  const kept = new Map<string, Format>();
  return (options: Options): Format => {
    const key = locale() + JSON.stringify(options);
    const known = kept.get(key) ?? make(locale(), options);
    kept.set(key, known);
    return known;
  };
}

export const dates = once((of, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(of, options));
export const numbers = once((of, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(of, options));

const startOfDay = (at: number) => new Date(at).setHours(0, 0, 0, 0);
const dayMs = 86_400_000;

export const number = (value: number) => numbers({}).format(value);

export const clock = (at: number) => dates({ hour: 'numeric', minute: '2-digit' }).format(at);

export const fullTime = (at: number) => dates({ dateStyle: 'full', timeStyle: 'short' }).format(at);

/** The time of today, the weekday of this week, the date of what is older. */
export function shortTime(at: number, now = Date.now()): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / dayMs);
  if (days <= 0) return clock(at);
  if (days < 7) return dates({ weekday: 'short' }).format(at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return dates({ day: 'numeric', month: 'short', ...(!sameYear && { year: 'numeric' }) }).format(at);
}

/** Today, yesterday, or the day in full: what stands between the days of a thread. */
export function day(at: number, now = Date.now()): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / dayMs);
  if (days >= 0 && days < 2) {
    const word = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(-days, 'day');
    return word.charAt(0).toLocaleUpperCase(i18n.locale) + word.slice(1);
  }
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return dates({
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(!sameYear && { year: 'numeric' }),
  }).format(at);
}

export const sameDay = (a: number, b: number) => startOfDay(a) === startOfDay(b);

/** Day and time of something to come. */
export const moment = (at: number) =>
  dates({ weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' }).format(at);

/** Weekday and time of another place; undefined where the browser does not know the time zone. */
export function timeIn(timeZone: string, at: number): string | undefined {
  try {
    return dates({ weekday: 'short', hour: 'numeric', minute: '2-digit', timeZone }).format(at);
  } catch {
    return undefined;
  }
}

/** When something is to come, where there is little room: the time of today, day and time of any other day. */
export function soonTime(at: number, now = Date.now()): string {
  if (sameDay(at, now)) return clock(at);
  const isNear = at < startOfDay(now) + 7 * dayMs;
  return dates({
    ...(isNear ? { weekday: 'short' } : { day: 'numeric', month: 'short' }),
    hour: 'numeric',
    minute: '2-digit',
  }).format(at);
}

interface WeekInfo {
  /** 1 is Monday. */
  weekend: number[];
}

/** On which day work begins again after a weekend where this person lives; as `Date` counts, 0 is Sunday. */
export function firstWorkday(): number {
  // The browser knows the country; our languages have none.
  const tag = navigator.languages.find((one) => one.startsWith(i18n.locale)) ?? i18n.locale;
  const of = new Intl.Locale(tag) as Intl.Locale & { getWeekInfo?(): WeekInfo; weekInfo?: WeekInfo };
  const usual = i18n.locale === 'ar' ? [5, 6] : [6, 7];
  const weekend = (of.getWeekInfo?.() ?? of.weekInfo)?.weekend ?? usual;
  const last = weekend.find((day) => !weekend.includes((day % 7) + 1)) ?? 7;
  return (last + 1) % 7;
}

/** How long, in the two largest units: `1h 20m`. */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const parts: [number, string][] =
    minutes >= 1440
      ? [[Math.floor(minutes / 1440), 'day']]
      : minutes >= 60
        ? [
            [Math.floor(minutes / 60), 'hour'],
            [minutes % 60, 'minute'],
          ]
        : [[minutes, 'minute']];
  return parts
    .filter(([value], i) => value > 0 || i === 0)
    .map(([value, unit]) => numbers({ style: 'unit', unit, unitDisplay: 'narrow' }).format(value))
    .join(' ');
}

export function bytes(size: number): string {
  const unit = size >= 1_000_000 ? 'megabyte' : 'kilobyte';
  const value = size >= 1_000_000 ? size / 1_000_000 : Math.max(1, size / 1000);
  return numbers({
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

export const list = (items: string[]) =>
  new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(items);

/** The name of a language in the language of the screen. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([i18n.locale], { type: 'language' }).of(code.replace('_', '-')) ?? code;
  } catch {
    return code;
  }
}
