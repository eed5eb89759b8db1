import { i18n } from '@lingui/core';
import { useListAsk } from '../list/ask.ts';
import { addDays, dateMs, daysIn, monthsBefore } from './dates.ts';

export const rangeNames = ['today', '7d', '30d', '90d', '12m', 'own'] as const;
export type RangeName = (typeof rangeNames)[number];
export const periods = ['hour', 'day', 'week', 'month'] as const;
export type Period = (typeof periods)[number];

/** Which days, and into what they are cut. */
export interface Range {
  /** Whose days they are. */
  timeZone: string;
  from: string;
  to: string;
  by: Period;
  weekStart: 'monday' | 'sunday' | 'saturday';
}

/** What the page is asked for. All of it stands in the address. */
export interface Asked {
  name: RangeName;
  /** Undefined: these days cannot be asked for. */
  range: Range | undefined;
  /** As chosen by hand, also where it makes no range. */
  from: string;
  to: string;
  today: string;
  /** Periods that make sense of so many days. */
  offered: Period[];
  filter: { channel: string | undefined; delivery: string; work: string; webhooks: string };
  /** Whose tables are open. */
  isOpen(table: string): boolean;
  toggle(table: string): void;
  set(change: Record<string, string>): void;
}

/** The server tells no more at once. */
export const mostDays = 3660;

/** What is asked, out of the address; `today` by the time zone of the business. */
export function useAsked(today: string, timeZone: string): Asked {
  const ask = useListAsk();
  const one = <T extends string>(id: string, known: readonly T[], usual: T): T =>
    known.find((value) => value === ask.filter(id)) ?? usual;
  const name = one('range', rangeNames, '30d');
  const { from, to } = daysOf(name, today, ask.filter('from'), ask.filter('to'));
  const days = daysIn(from, to);
  const isRange = from >= '1970-01-01' && days >= 1 && days <= mostDays;
  const offered = periodsFor(days);
  const by = one('by', offered, usualPeriod(name, days));
  const open = ask.filter('tables').split('.').filter(Boolean);
  return {
    name,
    range: isRange ? { timeZone, from, to, by, weekStart: weekStart() } : undefined,
    ...{ from, to, today, offered },
    filter: {
      channel: ask.filter('channel') || undefined,
      delivery: one('delivery', ['channel', 'template', 'error'], 'channel'),
      work: one('work', ['agent', 'queue', 'team', 'channel'], 'agent'),
      webhooks: one('webhooks', ['endpoint', 'answer'], 'endpoint'),
    },
    isOpen: (table) => open.includes(table),
    toggle: (table) =>
      ask.set({
        tables: (open.includes(table) ? open.filter((id) => id !== table) : [...open, table]).join('.'),
      }),
    set: ask.set,
  };
}

/** The days of a range; of one's own, a month until one says otherwise. */
function daysOf(name: RangeName, today: string, from: string, to: string) {
  switch (name) {
    case 'today':
      return { from: today, to: today };
    case '7d':
      return { from: addDays(today, -6), to: today };
    case '90d':
      return { from: addDays(today, -89), to: today };
    case '12m':
      return { from: monthsBefore(today, 11), to: today };
    case 'own':
      return { from: known(from) ?? addDays(today, -29), to: known(to) ?? today };
    default:
      return { from: addDays(today, -29), to: today };
  }
}

const known = (date: string) => (Number.isNaN(dateMs(date)) ? undefined : date);

/** Not more periods than can be told apart, nor so few that there is nothing to compare. */
function periodsFor(days: number): Period[] {
  return periods.filter((by) => {
    if (by === 'hour') return days <= 31;
    if (by === 'day') return days > 1 && days <= 400;
    return by === 'week' ? days > 7 : days > 31;
  });
}

function usualPeriod(name: RangeName, days: number): Period {
  if (days <= 2) return 'hour';
  if (days <= 92) return 'day';
  return name !== '12m' && days <= 400 ? 'week' : 'month';
}

interface WeekInfo {
  firstDay: number;
}

/** On which day a week begins where this language is spoken; 1 is Monday. */
function weekStart(): Range['weekStart'] {
  const locale = new Intl.Locale(i18n.locale) as Intl.Locale & {
    getWeekInfo?(): WeekInfo;
    weekInfo?: WeekInfo;
  };
  const first = (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay;
  return i18n.locale === 'en' || !first
    ? 'monday'
    : first === 7
      ? 'sunday'
      : first === 6
        ? 'saturday'
        : 'monday';
}
