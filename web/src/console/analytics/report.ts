import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call, queryOf } from '../../api/http.ts';
import { consoleKey } from '../list/rows.ts';
import type { Asked, Range } from './ask.ts';

/** How long things took, as the API tells it; ms. A median and a p90 are up to 4.5 % off. */
export interface Durations {
  count: number;
  averageMs?: number;
  medianMs?: number;
  p90Ms?: number;
}

export interface MessageMeasures {
  received: number;
  accepted: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  waiting: number;
}

export interface SessionMeasures {
  opened: number;
  started: number;
  queued: number;
  assigned: number;
  written: number;
  resolved: number;
  reopened: number;
  closed: number;
  firstAnswer: Durations;
  firstAgentAnswer: Durations;
  resolution: Durations;
}

export interface WebhookMeasures {
  calls: number;
  delivered: number;
  refused: number;
  givenUp: number;
  time: Durations;
}

/** Every period, oldest first: `2026-11-01`, or an hour with its offset. */
export type Series<M> = { at: string; measures: M }[];

export interface Group<M> {
  /** Id or code; empty: of none. */
  key: string;
  name?: string;
  measures: M;
  before?: M;
}

/** A report as `/api/v1/analytics/…` answers it, with the period before. */
export interface Report<M> {
  from: string;
  to: string;
  total: M;
  series: Series<M>;
  before?: { from: string; to: string; total: M; series: Series<M> };
  per?: string;
  groups?: Group<M>[];
}

/** How a report fares. */
export interface Asking<M> {
  data: Report<M> | undefined;
  error: unknown;
  /** What is shown is of another question, until the answer is there. */
  isOld: boolean;
  retry(): void;
}

/** What a part of the page is drawn with. */
export interface PartProps<M> {
  asked: Asked;
  range: Range;
  report: Asking<M>;
}

export type ReportName = 'messages' | 'sessions' | 'webhooks';
export type Filters = Record<string, string | undefined>;

/** The figures go on while somebody looks at them, ms. */
const everyMs = 60_000;
/** Whether days are cut anew, by another time zone, is asked more often: all else follows from it. */
const soonMs = 15_000;

/** What a report is asked, beside what it is told apart by. */
export const queryFor = ({ from, to, by, weekStart }: Range, filters: Filters) => ({
  ...{ from, to, by, weekStart },
  ...filters,
});

/** A report of a range, with the period before. What was shown stays until something else is there. */
export function useReport<M>(name: ReportName, range: Range, filters: Filters): Asking<M> {
  const query = { ...queryFor(range, filters), compare: true };
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: [consoleKey, 'figures', name, range.timeZone, query],
    queryFn: ({ signal }) => call<Report<M>>('GET', `/analytics/${name}${queryOf(query)}`, { signal }),
    placeholderData: keepPreviousData,
    refetchOnMount: 'always',
    refetchOnWindowFocus: true,
    refetchInterval: everyMs,
  });
  return { data, error, isOld: isPlaceholderData, retry: () => void refetch() };
}

/** What the server says of the time: its zone, today there, and how far it has counted. */
export interface About {
  timeZone: string;
  /** Today. */
  to: string;
  countedUntil?: number;
  complete: boolean;
  /** By the clock of the server, as far as this screen knows it; epoch ms. */
  askedAt: number;
}

export function useAbout() {
  const { data, error, refetch } = useQuery({
    queryKey: [consoleKey, 'figures', 'about'],
    async queryFn({ signal }): Promise<About> {
      let askedAt = Date.now();
      const shown = ({ headers }: Response) => {
        askedAt = Date.parse(headers.get('date') ?? '') || askedAt;
      };
      const about = await call<Omit<About, 'askedAt'>>('GET', '/analytics/overview', { signal, shown });
      return { ...about, askedAt };
    },
    refetchOnMount: 'always',
    refetchOnWindowFocus: true,
    refetchInterval: soonMs,
  });
  return { about: data, error, retry: () => void refetch() };
}
