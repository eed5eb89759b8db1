import type { Static } from 'typebox';
import { failureClasses } from '../../../model/failure.ts';
import type { Setup } from '../../../model/setup.ts';
import {
  messageReports,
  sessionReports,
  waitReports,
  webhookReports,
} from '../../../store/figure-reports.ts';
import {
  type MessageMeasures,
  messageMeasures,
  type Row,
  type SessionMeasures,
  sessionMeasures,
  type WebhookMeasures,
  webhookMeasures,
} from './measures.ts';
import type { Source } from './report.ts';

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
  endpoint: ({ endpoints }, key) => endpoints.get(key)?.name ?? endpoints.get(key)?.url,
};

const nameOf: Source<unknown>['nameOf'] = (setup, per, key) => names[per]?.(setup, key);

const messageReads = messageReports as unknown as Reads;

export const messageSource: Source<Static<typeof MessageMeasures>> = {
  ...messageReads,
  /** Errors are told apart among what failed alone. */
  async byKey(db, range, filters, per, how) {
    const rows = await messageReads.byKey(db, range, filters, per, how);
    return per === 'error' ? rows.filter((row) => Number((row as Record<string, unknown>).failed) > 0) : rows;
  },
  measures: messageMeasures,
  nameOf,
};

const sessionReads = sessionReports as unknown as Reads;
const waitReads = waitReports as unknown as Reads;

export const sessionSource: Source<Static<typeof SessionMeasures>> = {
  async byPeriod(...asked) {
    return (await Promise.all([sessionReads.byPeriod(...asked), waitReads.byPeriod(...asked)])).flat();
  },
  async byKey(db, range, filters, per, how) {
    const rows = await sessionReads.byKey(db, range, filters, per, how);
    const keys = how.keys ?? rows.map(({ key }) => key!);
    return [...rows, ...(await waitReads.byKey(db, range, filters, per, { keys, limit: everyRow }))];
  },
  async byKeyAndPeriod(...asked) {
    return (
      await Promise.all([sessionReads.byKeyAndPeriod(...asked), waitReads.byKeyAndPeriod(...asked)])
    ).flat();
  },
  measures: sessionMeasures,
  nameOf,
};

/** Of a table whose rows tell more apart than keys: all of them. */
const everyRow = 1_000_000;

const webhookReads = webhookReports as unknown as Reads;

export const webhookSource: Source<Static<typeof WebhookMeasures>> = {
  ...webhookReads,
  /** There are few, and each has many rows: all are read, and the largest taken. */
  async byKey(db, range, filters, per, { keys, limit }) {
    const rows = await webhookReads.byKey(db, range, filters, per, {
      ...(keys && { keys }),
      limit: everyRow,
    });
    const calls = new Map<string, number>();
    for (const row of rows as (Row & { calls: number })[])
      calls.set(row.key!, (calls.get(row.key!) ?? 0) + row.calls);
    const largest = [...calls].sort(([, a], [, b]) => b - a).slice(0, limit);
    const wanted = new Map(largest.map(([key], n) => [key, n]));
    return rows
      .filter(({ key }) => wanted.has(key!))
      .sort((a, b) => wanted.get(a.key!)! - wanted.get(b.key!)!);
  },
  measures: webhookMeasures,
  nameOf,
};
