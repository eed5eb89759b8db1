import type { Static } from 'typebox';
import { daysIn } from '../../../model/calendar.ts';
import { failureClasses } from '../../../model/failure.ts';
import type { Setup } from '../../../model/setup.ts';
import { endpointNameForAll } from '../../../model/web-address.ts';
import {
  errorReports,
  type FigureRange,
  messageReports,
  sessionReports,
  webhookReports,
  webhookTimeReports,
} from '../../../store/figure-reports.ts';
import {
  axisByKey,
  axisByPeriod,
  type WaitAxis,
  waitsByKey,
  waitsByPeriod,
} from '../../../store/figure-waits.ts';
import {
  type MessageMeasures,
  messageMeasures,
  type SessionMeasures,
  sessionMeasures,
  type WebhookMeasures,
  webhookMeasures,
} from './measures.ts';
import type { Filters, Source } from './report.ts';

/** The reads of a figure table, its types forgotten: what is asked of it was checked against a schema. */
type Reads = Pick<Source<unknown>, 'byPeriod' | 'byKey' | 'byKeyAndPeriod'>;

/** What people call a key, by what it is a key of. */
const names: Record<string, (setup: Setup, key: string) => string | undefined> = {
  channel: ({ channels }, key) => channels.get(key)?.name,
  template: ({ templates }, key) => templates.find(({ code }) => code === key)?.name,
  error: (_, key) =>
    key in failureClasses ? failureClasses[key as keyof typeof failureClasses].text : undefined,
  queue: ({ queues }, key) => queues.get(key)?.name,
  team: ({ teams }, key) => teams.get(key)?.name,
  agent: ({ agents }, key) => agents.get(key)?.name,
  // Reports are read by more people than the addresses of endpoints, which may hold secrets.
  endpoint({ endpoints }, key) {
    const endpoint = endpoints.get(key);
    return endpoint && endpointNameForAll(endpoint);
  },
};

const nameOf: Source<unknown>['nameOf'] = (setup, per, key) => names[per]?.(setup, key);

const ofMessages = messageReports as unknown as Reads;
const ofErrors = errorReports as unknown as Reads;
/** Errors are told apart among what failed alone. */
const messagesOr = (error: boolean) => (error ? ofErrors : ofMessages);

export const messageSource: Source<Static<typeof MessageMeasures>> = {
  byPeriod: (db, range, filters) => messagesOr(filters.error !== undefined).byPeriod(db, range, filters),
  byKey: (db, range, filters, per, how) =>
    messagesOr(per === 'error' || filters.error !== undefined).byKey(db, range, filters, per, how),
  byKeyAndPeriod: (db, range, filters, per, keys) =>
    messagesOr(per === 'error' || filters.error !== undefined).byKeyAndPeriod(db, range, filters, per, keys),
  measures: messageMeasures,
  nameOf,
};

const ofSessions = sessionReports as unknown as Reads;
/** So many days are read of quarters of an hour, where several things are told apart at once. */
const mostDaysOfQuarters = 31;
const isShort = (range: FigureRange) => daysIn(range) <= mostDaysOfQuarters;
const named = (filters: Filters) => Object.entries(filters).filter(([, value]) => value !== undefined);

/** Bins of waiting in each period; none where these are not kept. */
function waitsInPeriods(
  ...[db, range, filters]: Parameters<Reads['byPeriod']>
): ReturnType<Reads['byPeriod']> {
  const [one = ['all', ''], ...more] = named(filters);
  if (range.by === 'hour' || (more.length > 0 && isShort(range))) return waitsByPeriod(db, range, filters);
  return more.length > 0 ? Promise.resolve([]) : axisByPeriod(db, range, one[0] as WaitAxis, one[1]!);
}

export const sessionSource: Source<Static<typeof SessionMeasures>> = {
  async byPeriod(...asked) {
    return (await Promise.all([ofSessions.byPeriod(...asked), waitsInPeriods(...asked)])).flat();
  },
  async byKey(db, range, filters, per, how) {
    const rows = await ofSessions.byKey(db, range, filters, per, how);
    const keys = how.keys ?? rows.map(({ key }) => key!);
    const others = named(filters).filter(([name]) => name !== per);
    if (others.length === 0) return [...rows, ...(await axisByKey(db, range, per as WaitAxis, keys))];
    return isShort(range) ? [...rows, ...(await waitsByKey(db, range, filters, per as 'agent', keys))] : rows;
  },
  byKeyAndPeriod: ofSessions.byKeyAndPeriod,
  measures: sessionMeasures,
  nameOf,
};

const ofWebhooks = webhookReports as unknown as Reads;
const ofTimes = webhookTimeReports as unknown as Reads;
/** How long calls took is told apart by endpoints alone. */
const timesKnow = ({ answer }: Filters) => answer === undefined;

export const webhookSource: Source<Static<typeof WebhookMeasures>> = {
  async byPeriod(...asked) {
    const [rows, times] = await Promise.all([
      ofWebhooks.byPeriod(...asked),
      timesKnow(asked[2]) ? ofTimes.byPeriod(...asked) : [],
    ]);
    return [...rows, ...times];
  },
  async byKey(db, range, filters, per, how) {
    const rows = await ofWebhooks.byKey(db, range, filters, per, how);
    if (per !== 'endpoint' || !timesKnow(filters)) return rows;
    const keys = how.keys ?? rows.map(({ key }) => key!);
    return [...rows, ...(await ofTimes.byKey(db, range, filters, per, { keys }))];
  },
  byKeyAndPeriod: ofWebhooks.byKeyAndPeriod,
  measures: webhookMeasures,
  nameOf,
};
