import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportOf } from '../../src/apis/parley/analytics/report.ts';
import { messageSource, sessionSource } from '../../src/apis/parley/analytics/sources.ts';
import type { Setup } from '../../src/model/setup.ts';
import { countOn } from '../../src/pipeline/figures.ts';
import { countedOf } from '../../src/store/figure-reports.ts';
import { insert } from '../../src/store/setup-business.ts';
import { scratchDatabase } from '../database.ts';
import { counted, plainCount } from './plain.ts';
import { logRows, storeRows } from './rows.ts';

const messages = Number(process.env.FIGURES_MESSAGES ?? 1_000_000);
const zone = 'Asia/Kolkata';

let scratch: Awaited<ReturnType<typeof scratchDatabase>>;
let client: pg.Client;
let businessId: number;

beforeAll(async () => {
  scratch = await scratchDatabase();
  client = new pg.Client({ connectionString: scratch.url });
  await client.connect();
  businessId = (await insert(scratch.db, { domain: 'shop', name: 'Shop', settings: { timeZone: zone } }))!.id;
});
afterAll(async () => {
  await client.end();
  await scratch.drop();
});

const ask = async (text: string, values: unknown[] = []) => (await client.query(text, values)).rows;

async function countAll(): Promise<{ turns: number; longestMs: number; ms: number }> {
  const began = performance.now();
  let longestMs = 0;
  for (let turns = 1; ; turns++) {
    const turn = performance.now();
    await countOn({ db: scratch.db }, businessId);
    longestMs = Math.max(longestMs, performance.now() - turn);
    const [left] = await ask(
      `select c.seq = p.seq and p.message_id = '' and p.session_id = '' and p.endpoint_id is null as done
       from event_counter c join figure_progress p using (business_id) where business_id = $1`,
      [businessId],
    );
    if (left.done) return { turns, longestMs, ms: performance.now() - began };
  }
}

const said: string[] = [];
const say = (text: string) => said.push(text);
afterAll(() => console.log(said.join('\n')));

/** A year by day, week and month, each with all channels and the period before: how long the slowest takes. */
async function reports(): Promise<void> {
  const setup = { business: { id: businessId }, channels: new Map() } as unknown as Setup;
  const counting = await countedOf(scratch.db, businessId);
  const [{ from, to }] = await ask(
    `select ((now() at time zone '${zone}')::date - 364)::text as from, ((now() at time zone '${zone}')::date)::text as to`,
  );
  const sources = [
    ['messages by channel', messageSource, 'channel'],
    ['messages by template', messageSource, 'template'],
    ['sessions by agent', sessionSource, 'agent'],
    ['sessions by queue', sessionSource, 'queue'],
  ] as const;
  for (const [name, source, per] of sources) {
    const asked = {
      from,
      to,
      compare: true,
      per,
      series: false,
      limit: 50,
      weekStart: 'monday',
      format: 'json',
      bom: false,
    } as const;
    const took: number[] = [];
    for (let n = 0; n < 5; n++) {
      const began = performance.now();
      await reportOf(
        scratch.db.reports,
        { ...setup, agents: new Map(), queues: new Map(), templates: [] } as never,
        counting,
        source as never,
        { ...asked, by: 'day' },
        {},
      );
      took.push(performance.now() - began);
    }
    say(`${name}, a year by day, with the year before: ${took.map(Math.round).join(', ')} ms`);
  }
}

it(`figures of ${messages} messages, half of them there before, are what a plain count says`, async () => {
  const half = Math.round(messages / 2 / 10) * 10;
  await storeRows(client, { businessId, messages: half, first: 10, days: 355, ago: 10 });
  await ask('vacuum analyze');
  const older = await countAll();
  say(
    `${half} messages from before: ${Math.round((older.ms * 1000) / half)} µs each, ${older.turns} turns of at most ${Math.round(older.longestMs)} ms`,
  );
  await storeRows(client, { businessId, messages: half, first: 10 + half, days: 10, ago: 0 });
  const told = await logRows(client, businessId);
  await ask('vacuum analyze');
  const news = await countAll();
  say(
    `${told} events: ${Math.round((news.ms * 1000) / told)} µs each, ${news.turns} turns of at most ${Math.round(news.longestMs)} ms`,
  );
  const plain = await plainCount(ask as never, businessId, zone);
  const figures = await counted(ask as never, businessId);
  const [sizes] = await ask(
    `select ${['message', 'session', 'wait'].map((t) => `(select count(*) from figure_${t}) as ${t}, pg_size_pretty((select coalesce(sum(pg_total_relation_size(relid)), pg_total_relation_size('figure_${t}')) from pg_partition_tree('figure_${t}'))) as size_${t}`).join()}`,
  );
  say(`rows of figures: ${JSON.stringify(sizes)}`);
  for (const name of Object.keys(plain) as (keyof typeof plain)[]) {
    expect(figures[name].length, name).toBe(plain[name].length);
    expect(figures[name], name).toEqual(plain[name]);
  }
  expect(plain.messages.length).toBeGreaterThan(10_000);
  await reports();
});
