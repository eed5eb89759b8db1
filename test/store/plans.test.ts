import { afterAll, describe, expect, it } from 'vitest';
import * as audit from '../../src/store/audit.ts';
import * as changes from '../../src/store/contact-changes.ts';
import * as lookups from '../../src/store/contact-lookups.ts';
import * as contacts from '../../src/store/contacts.ts';
import { statements } from '../../src/store/database.ts';
import * as deliveryLog from '../../src/store/delivery-log.ts';
import * as deliveryReplay from '../../src/store/delivery-replay.ts';
import * as endpointStanding from '../../src/store/endpoint-standing.ts';
import { remove } from '../../src/store/message-removal.ts';
import * as messages from '../../src/store/messages.ts';
import * as sessions from '../../src/store/sessions.ts';
import { removeTag } from '../../src/store/setup-use.ts';
import { scratchDatabase } from '../database.ts';

// Plans are made while the tables are empty, and kept (docs/decisions/0010).
const scratch = await scratchDatabase();
const client = await scratch.db.connect();
afterAll(async () => {
  await client.end();
  await scratch.drop();
});
// The files of the statements below, so that these are declared.
const files = [audit, contacts, changes, lookups, messages, sessions, remove, removeTag];
expect([...files, deliveryLog, deliveryReplay, endpointStanding]).toHaveLength(11);

describe('an empty database', () => {
  it('knows how large its large tables will be', async () => {
    const { rows } = await client.query<{ name: string; size: number }>(
      `select relname as name, reltuples as size from pg_class
       where relname in ('contact', 'session', 'message', 'delivery', 'media', 'audit_line') order by relname`,
    );
    expect(rows.filter(({ size }) => size < 1000)).toEqual([]);
  });

  it('is not tidied up before there is something in it: that would make it forget', async () => {
    const { rows } = await client.query<{ name: string; options: string[] }>(
      `select relname as name, coalesce(reloptions, '{}') as options from pg_class
       where relname in ('contact', 'session', 'message', 'delivery', 'media', 'audit_line') order by relname`,
    );
    // Of each table four thousand rows at most were written and taken away again.
    const enough = ['vacuum_threshold', 'vacuum_insert_threshold', 'analyze_threshold'];
    for (const { name, options } of rows) {
      const set = new Map(options.map((option) => option.split('=') as [string, string]));
      for (const one of enough) expect(Number(set.get(`autovacuum_${one}`)), name).toBeGreaterThan(8000);
    }
  });

  it.each([
    ['contacts.heardFrom', 'contact'],
    ['contacts.tell', 'contact'],
    ['contacts.byNumber', 'contact'],
    ['contacts.byAddress', 'contact'],
    ['contacts.lockMany', 'contact'],
    ['lookups.claim', 'contact'],
    ['lookups.claim', 'contact_lookup'],
    ['sessions.openOf', 'contact'],
    ['sessions.holdOpenOf', 'session'],
    ['sessions.open', 'contact'],
    ['sessions.open', 'session'],
    ['messages.byNumbers', 'message'],
    ['messages.byIds', 'message'],
    ['messages.byProviderId', 'message'],
    ['messages.remove', 'message'],
    ['messages.remove', 'media'],
    ['deliveries.log.any', 'delivery'],
    ['deliveries.log.failed', 'delivery'],
    ['deliveries.log.pending', 'delivery'],
    ['deliveries.countFailed', 'delivery'],
    ['deliveries.countRange', 'delivery'],
    ['endpoints.standing', 'delivery'],
    ['audit.list', 'audit_line'],
    ['audit.ofTarget', 'audit_line'],
    ['audit.ofAgent', 'audit_line'],
    ['audit.one', 'audit_line'],
  ])('%s finds rows of %s by more than their business', async (name, table) => {
    const { text } = [...statements()].find((one) => one.name === name)!;
    // As a connection of the pool plans it.
    await client.query(
      `set plan_cache_mode=force_generic_plan; set enable_seqscan=off; set enable_bitmapscan=off;
       set enable_hashjoin=off; set enable_mergejoin=off; set enable_material=off; set jit=off`,
    );
    await client.query(`prepare planned as ${text}`);
    const { rows: types } = await client.query<{ n: number }>(
      `select cardinality(parameter_types) as n from pg_prepared_statements where name = 'planned'`,
    );
    const nulls = Array(types[0]!.n).fill('null').join();
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (format json) execute planned(${nulls})`,
    );
    await client.query('deallocate planned');
    const scans = scansOf(rows[0]!['QUERY PLAN'][0].Plan).filter((scan) => scan['Relation Name'] === table);
    expect(scans.length).toBeGreaterThan(0);
    for (const scan of scans)
      expect(scan['Index Cond']?.split(' AND ').length ?? 0, JSON.stringify(scan)).toBeGreaterThan(1);
  });

  it.each(['contacts.untag', 'contacts.disown'])(
    '%s holds contacts in the order of their ids, as everybody does, before it changes them',
    async (name) => {
      const { text } = [...statements()].find((one) => one.name === name)!;
      // Whatever gives rows in an order of its own: then the statement has to sort them.
      await client.query(
        'set enable_seqscan=on; set enable_indexscan=off; set enable_indexonlyscan=off; set enable_bitmapscan=off',
      );
      await client.query(`prepare planned as ${text}`);
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        'explain (format json) execute planned(null, null)',
      );
      await client.query('deallocate planned; reset all');
      const all = plansIn(rows[0]!['QUERY PLAN'][0].Plan);
      const lock = all.find((one) => one['Node Type'] === 'LockRows');
      expect(lock?.Plans?.[0]).toMatchObject({ 'Node Type': 'Sort', 'Sort Key': ['contact.id COLLATE "C"'] });
    },
  );
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  'Sort Key'?: string[];
  Plans?: Plan[];
}

function scansOf({ Plans = [], ...plan }: Plan): Plan[] {
  const own = plan['Node Type'].includes('Scan') && plan['Relation Name'] !== undefined ? [plan] : [];
  return [...own, ...Plans.flatMap(scansOf)];
}

function plansIn(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(plansIn)];
}
