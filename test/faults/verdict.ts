import { expect } from 'vitest';
import type { SentMessage } from '../fakes/whatsapp-cloud.ts';
import { counted, plainCount } from '../figures/plain.ts';
import { until } from '../parley.ts';
import { allHolds } from './house.ts';
import { type Load, orderOf } from './load.ts';
import type { Site } from './site.ts';
import { note } from './table.ts';

/** Waits until nothing is under way any more: at the provider, in the queues, and on its way to the webhook. */
export async function quiet(site: Site): Promise<void> {
  const waits = async () => {
    const [row] = await site.ask<{ n: number }>(
      `select (select count(*) from message where due_at is not null)::int
         + (select count(*) from delivery where due_at is not null)::int as n`,
    );
    return row!.n + site.cloud.waiting;
  };
  // One that reads the log of a failed run wants to know what did not move.
  await until('all is sent, reported and told', async () => (await waits()) === 0, 240_000).catch(
    async (error: unknown) => {
      const messages = await site.ask(
        `select id, contact_id, status, due_at, attempt, free_attempts, failure from message where due_at is not null order by id limit 5`,
      );
      const deliveries = await site.ask(
        `select seq, lane, state, due_at, attempt, answer_status, answer from delivery where due_at is not null order by due_at limit 5`,
      );
      throw new Error(JSON.stringify({ provider: site.cloud.waiting, messages, deliveries }), {
        cause: error,
      });
    },
  );
}

/**
 * Holds what the provider and the webhook have seen against what callers were told. Requests more than
 * once for one message are allowed up to `window`: those that were under way when a process was killed,
 * which we had not recorded.
 */
export async function judge(
  site: Site,
  load: Load,
  run: {
    test: number;
    name: string;
    kills: number;
    window: number;
    shown?: string;
    runs?: number;
    /** It deleted messages itself: figures go on counting these, a plain count does not. */
    deletes?: boolean;
    /** Two processes may have sent a message at the same moment: then either may be first to record it. */
    raced?: boolean;
  },
): Promise<{ duplicated: number }> {
  const byOrder = new Map<string, SentMessage[]>();
  for (const message of site.cloud.sent) {
    const order = orderOf(message.body);
    byOrder.set(order, [...(byOrder.get(order) ?? []), message]);
  }
  const orders = [...load.accepted.keys()];
  const lost = orders.filter((order) => !byOrder.has(order));
  const repeated = [...byOrder].filter(([, requests]) => requests.length > 1);
  const duplicated = repeated.reduce((sum, [, requests]) => sum + requests.length - 1, 0);
  await note({
    test: run.test,
    run: run.name,
    runs: run.runs ?? 1,
    kills: run.kills,
    ...(run.shown !== undefined && { shown: run.shown }),
    accepted: orders.length,
    sent: orders.length - lost.length,
    duplicated,
    lost: lost.length,
  });
  expect(lost).toEqual([]);
  if (!run.raced) await noneAfterItWasRecorded(site, repeated);
  expect(duplicated).toBeLessThanOrEqual(run.window);
  await marked(site, load, repeated);
  inOrderAtTheProvider(byOrder);
  await toldInOrder(site, load);
  if (!run.deletes) await figuresHold(site);
  await allHolds(site);
  return { duplicated };
}

/** What we had recorded as sent was not sent again: the recorded id is that of the last request. */
async function noneAfterItWasRecorded(site: Site, repeated: [string, SentMessage[]][]): Promise<void> {
  const ids = repeated.flatMap(([, requests]) => requests.slice(0, -1).map(({ id }) => id));
  const recorded = await site.ask(`select provider_id from message where provider_id = any($1)`, [ids]);
  expect(recorded).toEqual([]);
}

/** What may have been sent twice says so. */
async function marked(site: Site, load: Load, repeated: [string, SentMessage[]][]): Promise<void> {
  const ids = repeated.flatMap(([order]) => load.accepted.get(order) ?? []);
  const rows = await site.ask(
    `select id from message where id = any($1) and failure->>'code' is distinct from 'INTERRUPTED'`,
    [ids],
  );
  expect(rows).toEqual([]);
}

/** The figures of each business are what a plain count says. */
async function figuresHold({ ask }: Pick<Site, 'ask'>): Promise<void> {
  await until(
    'all is counted',
    async () => {
      const left = await ask(
        `select 1 from event_counter c left join figure_progress p using (business_id)
         where p.seq is distinct from c.seq or p.message_id <> '' or p.session_id <> '' or p.endpoint_id is not null
         union all select 1 from figure_call limit 1`,
      );
      return left.length === 0;
    },
    60_000,
  );
  for (const { id } of await ask<{ id: number }>('select id from business'))
    expect(await counted(ask, id)).toEqual(await plainCount(ask, id, 'UTC'));
}

function inOrderAtTheProvider(byOrder: Map<string, SentMessage[]>): void {
  const last = new Map<string, number>();
  // A map keeps the order in which its keys came first.
  for (const [order, [first]] of byOrder) {
    const n = Number(order.slice(1));
    const before = last.get(first!.to) ?? -1;
    if (n < before) throw new Error(`order ${n} came after ${before} to ${first!.to}`);
    last.set(first!.to, n);
  }
}

/** Every message has told SENT, DLVRD and READ, each under one event id, in the order of its conversation. */
async function toldInOrder(site: Site, load: Load): Promise<void> {
  const eventIds = new Map<string, string>();
  const statuses = new Map<string, string[]>();
  const arrivals = new Map<string, string[]>();
  for (const { id, body } of site.shopHears.deliveries) {
    for (const status of body.statuses ?? []) {
      const name = `${status.id} ${status.status}`;
      if (eventIds.has(name)) {
        expect(eventIds.get(name)).toBe(id);
        continue;
      }
      eventIds.set(name, id);
      statuses.set(status.id, [...(statuses.get(status.id) ?? []), status.status]);
      arrivals.set(status.contactId, [...(arrivals.get(status.contactId) ?? []), id]);
    }
  }
  const wrong = [...load.accepted.values()]
    .map((id) => ({ id, told: statuses.get(id)?.join(' ') }))
    .filter(({ told }) => told !== 'SENT DLVRD READ');
  expect(wrong).toEqual([]);
  const log = await site.ask<{ id: string; lane: string }>(
    `select id, lane from event where type = 'message.status' order by seq`,
  );
  const written = new Map<string, string[]>();
  for (const { id, lane } of log) written.set(lane, [...(written.get(lane) ?? []), id]);
  for (const [lane, ids] of arrivals) expect(ids).toEqual(written.get(lane));
}
