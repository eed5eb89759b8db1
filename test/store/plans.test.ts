import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as audit from '../../src/store/audit.ts';
import * as channels from '../../src/store/channels.ts';
import * as changes from '../../src/store/contact-changes.ts';
import * as lookups from '../../src/store/contact-lookups.ts';
import * as contacts from '../../src/store/contacts.ts';
import * as conversations from '../../src/store/conversations.ts';
import { statements } from '../../src/store/database.ts';
import * as deliveries from '../../src/store/deliveries.ts';
import * as deliveryLog from '../../src/store/delivery-log.ts';
import * as deliveryReplay from '../../src/store/delivery-replay.ts';
import * as deliveryStrays from '../../src/store/delivery-strays.ts';
import * as endpointDeliveries from '../../src/store/endpoint-deliveries.ts';
import * as endpointStanding from '../../src/store/endpoint-standing.ts';
import { forgetOld } from '../../src/store/event-retention.ts';
import * as inboxLists from '../../src/store/inbox-lists.ts';
import * as queue from '../../src/store/message-queue.ts';
import { remove } from '../../src/store/message-removal.ts';
import * as steps from '../../src/store/message-steps.ts';
import * as messageStrays from '../../src/store/message-strays.ts';
import { told } from '../../src/store/message-told.ts';
import * as messages from '../../src/store/messages.ts';
import * as pace from '../../src/store/recipient-pace.ts';
import * as sessions from '../../src/store/sessions.ts';
import { removeTag } from '../../src/store/setup-use.ts';
import * as silent from '../../src/store/silent-sessions.ts';
import { scratchDatabase } from '../database.ts';

// Plans are made while the tables are empty, and kept (docs/decisions/0010).
const scratch = await scratchDatabase();
const client = await scratch.db.connect();
afterAll(async () => {
  await client.end();
  await scratch.drop();
});
// The files of the statements below, so that these are declared.
const files = [
  audit,
  channels,
  contacts,
  conversations,
  changes,
  lookups,
  messages,
  messageStrays,
  queue,
  sessions,
  silent,
  steps,
  pace,
  remove,
  removeTag,
  told,
  deliveries,
  deliveryLog,
  deliveryReplay,
  deliveryStrays,
  endpointDeliveries,
  endpointStanding,
  inboxLists,
  forgetOld,
];
expect(files).toHaveLength(24);

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
    ['deliveries.hold', 'delivery'],
    ['deliveries.dropWaiting', 'delivery'],
    ['deliveries.dropHeld', 'delivery'],
    ['deliveries.resumeHeld', 'delivery'],
    ['deliveries.hurryWaiting', 'delivery'],
    ['deliveries.failAged', 'delivery'],
    ['deliveries.failHeld', 'delivery'],
    ['deliveries.failHeld', 'event'],
    ['events.forgetOld', 'delivery'],
    ['deliveries.wakeStrays', 'delivery'],
    ['endpoints.returning', 'delivery'],
    ['messages.told', 'event'],
    ['audit.list', 'audit_line'],
    ['audit.ofTarget', 'audit_line'],
    ['audit.ofAgent', 'audit_line'],
    ['audit.one', 'audit_line'],
  ])('%s finds rows of %s by more than their business', async (name, table) => {
    const used = (await scans(name)).filter((scan) => scan['Relation Name'] === table);
    expect(used.length).toBeGreaterThan(0);
    for (const scan of used)
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

describe('where nearly all is over', () => {
  beforeAll(async () => {
    await client.query(`
      insert into business (id, domain, name) overriding system value values (7, 'old', 'Old');
      insert into contact (business_id, id, type, lane, csid, channel_id)
      select 7, to_hex(n), 'SMS', 'l', to_hex(n), 'c' from generate_series(1, 5000) n;
      insert into session (business_id, id, contact_id, channel_id, closed_at, queue_code, routing_id, expires_at)
      select 7, to_hex(n), to_hex(1 + n / 4), 'c', now(), 'q', to_hex(n), now() from generate_series(1, 19000) n;
      insert into inbox_session (business_id, session_id, contact_id, channel_id, queue_code, resolved_by, state, active_at)
      select 7, to_hex(n), to_hex(1 + n / 4), 'c', 'q', to_hex(n % 40), 'closed', now() from generate_series(1, 19000) n;
      insert into message (business_id, id, session_id, contact_id, channel_id, direction, status, at, content)
      select 7, to_hex(n), to_hex(1 + n / 2), to_hex(1 + n / 8), 'c', 'O', 'SENTX', now(), '{}' from generate_series(1, 38000) n;
      insert into delivery (business_id, endpoint_id, seq, lane, due_at, state)
      select 7, 'e', n, to_hex(1 + n / 8), null, 'delivered' from generate_series(1, 38000) n`);
    for (const table of ['contact', 'session', 'inbox_session', 'message', 'delivery'])
      await client.query(`vacuum (analyze) ${table}`);
  });

  it.each([
    ['sessions.openOf', 'session', 'session_open'],
    ['sessions.holdOpenOf', 'session', 'session_open'],
    ['sessions.extendOrFindSilent', 'session', 'session_expiry session_pkey'],
    ['sessions.heardFrom', 'session', 'session_pkey'],
    ['sessions.isSilent', 'session', 'session_pkey'],
    ['inbox.byTicket', 'session', 'session_by_ticket'],
    ['inbox.latestOfAgent', 'inbox_session', 'inbox_agent'],
    ['inbox.latestDoneBy', 'inbox_session', 'inbox_agent inbox_done'],
    ['inbox.foundLatest', 'session', 'session_contact session_pkey'],
    ['messages.claim', 'message', 'message_due message_lane'],
    ['messages.unpark', 'message', 'message_lane message_pkey'],
    ['messages.wakeNext', 'message', 'message_lane message_pkey'],
    ['messages.renew', 'message', 'message_pkey'],
    ['messages.release', 'message', 'message_pkey'],
    ['messages.advance', 'message', 'message_pkey'],
    ['messages.postpone', 'message', 'message_pkey'],
    ['messages.overdue', 'message', 'message_due'],
    ['messages.wakeStrays', 'message', 'message_lane message_parked message_pkey'],
    ['deliveries.claim', 'delivery', 'delivery_due delivery_lane'],
    ['deliveries.unpark', 'delivery', 'delivery_lane delivery_pkey'],
    ['deliveries.wakeNext', 'delivery', 'delivery_lane delivery_pkey'],
    ['deliveries.settle', 'delivery', 'delivery_pkey'],
    ['deliveries.renew', 'delivery', 'delivery_pkey'],
    ['deliveries.hold', 'delivery', 'delivery_due delivery_pkey'],
    ['deliveries.dropWaiting', 'delivery', 'delivery_due delivery_pkey'],
    ['deliveries.dropHeld', 'delivery', 'delivery_held delivery_pkey'],
    ['deliveries.resumeHeld', 'delivery', 'delivery_held delivery_pkey'],
    ['deliveries.hurryWaiting', 'delivery', 'delivery_due delivery_pkey'],
    ['deliveries.failAged', 'delivery', 'delivery_pkey'],
    ['deliveries.forgetRemoved', 'delivery', 'delivery_pkey'],
    ['deliveries.parkedAt', 'delivery', 'delivery_due'],
    ['deliveries.wakeStrays', 'delivery', 'delivery_lane delivery_pkey'],
    ['deliveries.failHeld', 'delivery', 'delivery_held delivery_pkey'],
    ['endpoints.returning', 'delivery', 'delivery_held'],
    ['events.forgetOld', 'delivery', 'delivery_pkey'],
  ])('%s finds rows of %s by %s', async (name, table, indexes) => {
    const used = (await scans(name)).filter((scan) => scan['Relation Name'] === table);
    const names = used.flatMap((scan) => scan['Index Name'] ?? []);
    expect([...new Set(names)].sort().join(' '), JSON.stringify(used)).toBe(indexes);
  });
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Sort Key'?: string[];
  Plans?: Plan[];
}

/** What a statement reads, as a connection of the pool plans it. */
async function scans(name: string): Promise<Plan[]> {
  const { text } = [...statements()].find((one) => one.name === name)!;
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
    `explain (format json) execute planned${nulls && `(${nulls})`}`,
  );
  await client.query('deallocate planned');
  return scansOf(rows[0]!['QUERY PLAN'][0].Plan);
}

function scansOf({ Plans = [], ...plan }: Plan): Plan[] {
  const own = plan['Node Type'].includes('Scan') && plan['Relation Name'] !== undefined ? [plan] : [];
  return [...own, ...Plans.flatMap(scansOf)];
}

function plansIn(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(plansIn)];
}
