import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { View } from '../../src/model/policy.ts';
import * as lists from '../../src/store/contact-lists.ts';
import { statements } from '../../src/store/database.ts';
import { scratchDatabase } from '../database.ts';

/** A business with many contacts: of each page there is one order, which an index has (docs/decisions/0006). */
const scratch = await scratchDatabase();
const client = await scratch.db.connect();
afterAll(async () => {
  await client.end();
  await scratch.drop();
});
const many = 30_000;
const everything: View = { all: true, agent: 'ann', teams: [], queues: [], waiting: [] };

beforeAll(async () => {
  await client.query(`
    insert into business (id, domain, name) overriding system value values (7, 'big', 'Big');
    insert into contact (business_id, id, type, lane, csid, channel_id, tags, owner_code)
    select 7, 'sms' || n, 'SMS', 'l', n::text, case when n % 100 = 0 then 'few' else 'most' end,
      case when n % 50 = 1 then '{31}' else '{}' end::int[], case when n % 1000 = 5 then 'ann' when n % 3 = 0 then 'ben' end
    from generate_series(1, ${many}) n;
    insert into contact_search
    select 7, 'sms' || n, array_to_tsvector(array['b:7', 'everybody', 'n' || n]) from generate_series(1, ${many}) n`);
  for (const table of ['contact', 'contact_search']) await client.query(`vacuum (analyze) ${table}`);
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Subplan Name'?: string;
  Plans?: Plan[];
}
const plansIn = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(plansIn)];

async function planOf(name: string): Promise<Plan[]> {
  const { text } = [...statements()].find((one) => one.name === name)!;
  const parameters = Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
  // As a connection of the pool plans it; words are searched in transactions that allow bitmaps.
  await client.query(
    `set plan_cache_mode=force_generic_plan; set enable_seqscan=off; set enable_hashjoin=off; set enable_mergejoin=off;
     set enable_material=off; set jit=off; set enable_bitmapscan=${name.endsWith('found') ? 'on' : 'off'}`,
  );
  await client.query(`prepare planned as ${text}`);
  const nulls = Array(parameters).fill('null').join();
  const { rows } = await client.query(`explain (format json) execute planned(${nulls})`);
  await client.query('deallocate planned');
  return plansIn(rows[0]['QUERY PLAN'][0].Plan);
}

describe('a page of many contacts', () => {
  it.each([
    ['contactLists.page.all', 'contact_no'],
    ['contactLists.page.owned', 'contact_owned_no'],
    ['contactLists.page.tagged', 'contact_tagged_no'],
    ['contactLists.page.ofChannel', 'contact_channel_no'],
    ['contactLists.end.all', 'contact_no'],
    ['contactLists.end.owned', 'contact_owned_no'],
  ])('%s goes through %s alone, in its order', async (name, index) => {
    const plans = await planOf(name);
    const used = plans.filter((one) => one['Relation Name'] === 'contact');
    expect(used.map((one) => one['Index Name'])).toEqual([index]);
    // What is put in order afterwards are the rows of the page.
    const found = plans.find((one) => one['Subplan Name'] === 'CTE page') ?? plans[0]!;
    expect(plansIn(found).filter((one) => one['Node Type'].includes('Sort'))).toEqual([]);
  });

  it('begins with the words where somebody is searched for', async () => {
    const plans = await planOf('contactLists.page.found');
    expect(plans.map((one) => one['Index Name']).filter((name) => name !== undefined)).toEqual(
      expect.arrayContaining(['contact_search_words', 'contact_pkey']),
    );
    expect(plans.some((one) => one['Index Name'] === 'contact_no')).toBe(false);
  });

  it('is short before it is slow, and the next one goes on', async () => {
    // The oldest ones are wanted: the newest ten thousand are looked through for nothing.
    const view: View = { ...everything, all: false, agent: 'zoe' };
    await client.query(`update contact set owner_code = 'zoe' where id in ('sms3', 'sms6')`);
    const first = await lists.list(scratch.db, 7, view, { limit: 50 });
    expect(first.rows).toEqual([]);
    expect(first.next).toBeDefined();
    expect(await all({}, view)).toHaveLength(2);
    await client.query(`update contact set owner_code = 'ben' where owner_code = 'zoe'`);
  });

  it('leaves nobody out, and tells nobody twice', async () => {
    const seen = await all({});
    expect(seen).toHaveLength(many);
    expect(new Set(seen).size).toBe(many);
    expect(seen).toEqual([...seen].sort((a, b) => b - a));
  });

  it('looks through all where nearly all are meant', async () => {
    await scratch.db.transaction(async (tx) => {
      expect(await lists.isCommon(tx, 7, `'b:7' & 'everybody':*`)).toBe(true);
      expect(await lists.isCommon(tx, 7, `'b:7' & 'n77':*`)).toBe(false);
      expect(await lists.isCommon(tx, 8, `'everybody':*`)).toBe(false);
    });
    const found = await all({ words: `'b:7' & 'everybody':*`, common: true, owner: 'ann' });
    expect(found).toHaveLength(many / 1000);
  });

  it('knows how many there are', async () => {
    const count = (filter: lists.ContactFilter) => lists.countOf(scratch.db, 7, everything, filter);
    expect(await count({})).toBe(many);
    expect(await count({ owner: 'ann' })).toBe(many / 1000);
    expect(await count({ tag: 31 })).toBe(many / 50);
    expect(await count({ channel: 'few' })).toBe(many / 100);
  });

  it('says nothing rather than how many of a part there are', async () => {
    const count = (filter: lists.ContactFilter) => lists.countOf(scratch.db, 7, everything, filter, 10_000);
    expect(await count({})).toBeUndefined();
    // Fewer than that are nobody's, or with the tag, among the ones that were looked at: which are not all.
    expect(await count({ owner: null })).toBeUndefined();
    expect(await count({ tag: 31, channel: 'few' })).toBe(0);
    expect(await count({ channel: 'few', owner: null })).toBeGreaterThan(0);
    expect(await count({ channel: 'most', owner: 'ann' })).toBe(many / 1000);
    expect(await count({ channel: 'most', tag: 31 })).toBe(many / 50);
    expect(await count({ channel: 'most', owner: null })).toBeUndefined();
  });
});

/** The numbers of all under a filter, page after page. */
async function all(filter: lists.ContactFilter, view = everything): Promise<number[]> {
  const found: number[] = [];
  for (let after: number | undefined; ; ) {
    const page = await lists.list(scratch.db, 7, view, { ...filter, after, limit: 1000 });
    found.push(...page.rows.map(({ no }) => no));
    if (page.next === undefined) return found;
    after = page.next;
  }
}
