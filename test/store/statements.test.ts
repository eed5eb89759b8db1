import { readdir } from 'node:fs/promises';
import type pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { binOf } from '../../src/model/durations.ts';
import { type Status, statusRanks } from '../../src/model/status.ts';
import { statements } from '../../src/store/database.ts';
import { scratchDatabase } from '../database.ts';

const scratch = await scratchDatabase();
const client = await scratch.db.connect();
afterAll(async () => {
  await client.end();
  await scratch.drop();
});

// Loading a file of the store declares its statements; nothing else may declare any (test/house).
const store = new URL('../../src/store/', import.meta.url);
const files = (await readdir(store)).filter((file) => file.endsWith('.ts'));
for (const file of files) await import(new URL(file, store).href);
const declared = [...statements()];

async function rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await client.query<Row>(text, values)).rows;
}

describe('the statements of the store', () => {
  it('are all here', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(declared.length).toBeGreaterThan(files.length);
  });

  it.each(declared)('$name fits the schema', async ({ text }) => {
    await client.query(`prepare one as ${text}`);
    await client.query('deallocate one');
  });

  it('are refused when they do not fit', async () => {
    await expect(client.query('prepare one as select nothing from message')).rejects.toThrow('nothing');
  });
});

describe('the schema', () => {
  it('ranks every status as the model does', async () => {
    const codes = Object.keys(statusRanks) as Status[];
    const ranked = await rows<{ code: Status; rank: number }>(
      'select code, status_rank(code) as rank from unnest($1::text[]) code',
      [codes],
    );
    expect(Object.fromEntries(ranked.map(({ code, rank }) => [code, rank]))).toEqual(statusRanks);
  });

  it('puts durations into bins as the model does, and reads times out of ids', async () => {
    const lengths = [0, 1, 2, 999, 1000, 59_999, 86_400_000, 31_536_000_000];
    const binned = await rows<{ bin: number }>('select figure_bin(ms) as bin from unnest($1::bigint[]) ms', [
      lengths,
    ]);
    expect(binned.map(({ bin }) => bin)).toEqual(lengths.map(binOf));
    const at = Date.UTC(2026, 10, 28, 8, 44, 59, 999);
    const [told] = await rows<{ ms: string; quarter: string }>(
      'select figure_ms($1) as ms, figure_quarter(figure_ms($1))::text as quarter',
      [`${at.toString(16).padStart(12, '0')}000094435751`],
    );
    expect(told).toEqual({ ms: at, quarter: '2026-11-28 08:30:00' });
  });

  it('ranks what is no status below all that a message can have', async () => {
    expect(await rows(`select status_rank('NO_STATUS') as rank`)).toEqual([{ rank: -1 }]);
  });

  it('keeps the business first in the key of every table', async () => {
    const tables = await rows<{ name: string; first: string | null }>(
      `select c.relname as name,
              (select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
               where i.indrelid = c.oid and i.indisprimary) as first
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and n.nspname = 'public' order by c.relname`,
    );
    expect(tables.length).toBeGreaterThan(20);
    const others = tables.filter(({ first }) => first !== 'business_id');
    expect(Object.fromEntries(others.map(({ name, first }) => [name, first]))).toEqual({
      // A key tells us the business: it is looked for before we know any.
      api_key: 'hash',
      // The table of the businesses themselves.
      business: 'id',
      // Nothing of a row tells it from another; it is found by an index that begins with the business.
      early_receipt: null,
      figure_call: null,
      // Whoever tries to sign in is of no business yet.
      sign_in_failure: 'key',
      // About the schema, not about anybody.
      migration: 'number',
    });
  });

  it('leads to everything that has no key by an index that begins with the business', async () => {
    const [index] = await rows<{ column: string }>(
      `select a.attname as column from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
       where i.indrelid = 'early_receipt'::regclass`,
    );
    expect(index).toEqual({ column: 'business_id' });
  });
});
