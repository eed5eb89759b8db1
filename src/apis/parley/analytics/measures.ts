import Type, { type Static } from 'typebox';
import { type DurationSummary, summaryOf } from '../../../model/durations.ts';
import type { FigureRow } from '../../../store/figure-reports.ts';
import { maybe } from '../words.ts';

/** A row of figures, whatever its sums. */
export type Row = FigureRow<never> & Record<string, unknown>;

const count = (description: string) => Type.Integer({ description, examples: [120] });
const time = (description: string) => maybe(Type.Integer({ description, examples: [95_000] }));

const Durations = Type.Object(
  {
    count: count('How many of them there were.'),
    averageMs: time('Their average, ms; absent where there were none.'),
    medianMs: time('Half of them were shorter, ms; up to 4.5 % off. Absent where it is not kept.'),
    p90Ms: time('Nine of ten were shorter, ms; up to 4.5 % off. Absent where it is not kept.'),
  },
  { $id: 'Durations' },
);

/** Measures of messages. Each is a part of what it is counted of, so that rates are never above 1. */
export const MessageMeasures = Type.Object(
  {
    received: count('Messages that came in.'),
    accepted: count('Messages that were accepted for sending.'),
    sent: count('Of these: handed to the provider, and not failed since.'),
    delivered: count('Of the sent ones: delivered.'),
    read: count('Of the delivered ones: read.'),
    failed: count('Of the accepted ones: failed.'),
    waiting: count('Of the accepted ones: neither sent nor failed.'),
  },
  { $id: 'MessageMeasures' },
);

/** Measures of sessions and of how long people waited. */
export const SessionMeasures = Type.Object(
  {
    opened: count('Sessions that began, by a message in either direction.'),
    started: count('Sessions in which the person wrote for the first time.'),
    queued: count('Sessions that were handed to this queue from another one.'),
    assigned: count('Sessions that an agent got.'),
    written: count('Messages that agents wrote.'),
    resolved: count('Sessions that were resolved.'),
    reopened: count('Resolved sessions that were reopened.'),
    closed: count('Sessions that ended.'),
    firstAnswer: Durations,
    firstAgentAnswer: Durations,
    resolution: Durations,
  },
  { $id: 'SessionMeasures' },
);

/** Measures of the calls of webhooks. */
export const WebhookMeasures = Type.Object(
  {
    calls: count('Calls that were made.'),
    delivered: count('Of these: taken, with a status of 200 to 299.'),
    refused: count('Of these: answered otherwise, or not at all.'),
    givenUp: count('Deliveries that are not tried again.'),
    time: Durations,
  },
  { $id: 'WebhookMeasures' },
);

/** The sum of a column over rows. */
function sum(rows: readonly Row[], column: string): number {
  return rows.reduce((all, row) => all + Number(row[column] ?? 0), 0);
}

function sums<P extends object>(rows: readonly Row[], names: P): Record<keyof P, number> {
  return Object.fromEntries(Object.keys(names).map((name) => [name, sum(rows, name)])) as Record<
    keyof P,
    number
  >;
}

/** Durations: how many and how long in all, and how many in each bin, by rows, where these were read. */
function durationsOf(total: number, ms: number, rows: readonly Row[], column: string): DurationSummary {
  const bins = new Map<number, number>();
  for (const row of rows) bins.set(row.bin!, (bins.get(row.bin!) ?? 0) + Number(row[column]));
  return summaryOf({ total, ms, bins });
}

/** What these rows say of messages. */
export function messageMeasures(rows: readonly Row[]): Static<typeof MessageMeasures> {
  const { waiting: _, ...names } = MessageMeasures.properties;
  const counts = sums(rows, names);
  return { ...counts, waiting: counts.accepted - counts.sent - counts.failed };
}

/** What these rows say of sessions; those with a `kind` are of waiting, by bins. */
export function sessionMeasures(rows: readonly Row[]): Static<typeof SessionMeasures> {
  const { firstAnswer: _, firstAgentAnswer: __, resolution: ___, ...names } = SessionMeasures.properties;
  const waits = (kind: string, column: string) =>
    durationsOf(
      sum(rows, `${column}s`),
      sum(rows, `${column}_ms`),
      rows.filter((row) => row.kind === kind),
      'total',
    );
  return {
    ...sums(rows, names),
    firstAnswer: waits('answer', 'answer'),
    firstAgentAnswer: waits('agentAnswer', 'agent_answer'),
    resolution: waits('resolution', 'resolution'),
  };
}

/** What these rows say of webhooks; those with a `bin` are of how long calls took. */
export function webhookMeasures(rows: readonly Row[]): Static<typeof WebhookMeasures> {
  const times = rows.filter(({ bin }) => bin !== undefined);
  const { calls, delivered, givenUp, ms } = sums(
    rows.filter(({ bin }) => bin === undefined),
    { calls: 0, delivered: 0, givenUp: 0, ms: 0 },
  );
  return {
    calls,
    delivered,
    refused: calls - delivered,
    givenUp,
    time: durationsOf(calls, ms, times, 'calls'),
  };
}
