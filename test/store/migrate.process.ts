import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { serverUrl } from '../database.ts';

const folder = new URL('../../src/store/migrations/', import.meta.url);
const files = (await readdir(folder)).sort();

// Databases without a schema, one for each story.
const server = new pg.Client({ connectionString: serverUrl() });
const made: string[] = [];
const opened: Database[] = [];
let url = '';
let look: pg.Client;
beforeAll(() => server.connect());
beforeEach(async () => {
  const name = `parley_test_${randomBytes(6).toString('hex')}`;
  await server.query(`create database ${name}`);
  made.push(name);
  url = Object.assign(new URL(serverUrl()), { pathname: `/${name}` }).href;
  look = new pg.Client({ connectionString: url });
  await look.connect();
  return async () => {
    await look.end();
    await Promise.all(opened.splice(0).map((db) => db.close()));
  };
});
afterAll(async () => {
  for (const name of made) await server.query(`drop database if exists ${name} with (force)`);
  await server.end();
});

function open(options: Parameters<typeof openDatabase>[1] = {}): Database {
  const db = openDatabase(url, { max: 2, ...options });
  opened.push(db);
  return db;
}

/** Everything in the schema, with the columns of tables and the definitions of the rest. */
async function schema(): Promise<string[]> {
  const { rows } = await look.query<{ line: string }>(
    `select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable as line
       from information_schema.columns where table_schema = 'public'
     union all select indexdef from pg_indexes where schemaname = 'public'
     union all select 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid)
       from pg_constraint where connamespace = 'public'::regnamespace
     union all select 'function ' || proname || ' ' || coalesce(pg_get_function_sqlbody(oid), prosrc)
       from pg_proc where pronamespace = 'public'::regnamespace
     order by 1`,
  );
  return rows.map(({ line }) => line);
}

async function noted(): Promise<unknown[]> {
  return (await look.query('select number, name, applied_at from migration order by number')).rows;
}

describe('migrate', () => {
  it('numbers its files one after the other', () => {
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, i) => i + 1));
  });

  it('makes the schema out of nothing, and tells what it did', async () => {
    expect(await migrate(open())).toEqual({ applied: files });
    expect(await schema()).toContainEqual(expect.stringContaining('column message.due_at'));
  });

  it('changes nothing the second time', async () => {
    await migrate(open());
    const before = [await schema(), await noted()];
    expect(await migrate(open())).toEqual({ applied: [] });
    expect([await schema(), await noted()]).toEqual(before);
  });

  it('makes one schema when several start at once', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => migrate(open())));
    expect(all.flatMap(({ applied }) => applied)).toEqual(files);
    expect(await noted()).toHaveLength(files.length);
  });

  it('waits for another as long as that takes', async () => {
    await look.query('select pg_advisory_lock(7026173)');
    const waiting = migrate(open({ statementMs: 100 }));
    waiting.catch(() => {});
    const waits = `select 1 from pg_locks l join pg_database d on d.oid = l.database
      where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`;
    await vi.waitUntil(async () => (await look.query(waits)).rowCount);
    // Longer than any statement may take otherwise.
    await look.query('select pg_sleep(0.3)');
    await look.query('select pg_advisory_unlock(7026173)');
    expect(await waiting).toEqual({ applied: files });
  });

  it('refuses a database that is newer, in one line, and leaves it alone', async () => {
    await migrate(open());
    await look.query(`insert into migration (number, name) values (9000, '9000_of_tomorrow.sql')`);
    const before = await schema();
    await expect(migrate(open())).rejects.toThrow(
      /^The database has schema 9000, this release knows \d+: start the newer release again, or restore a backup\.$/,
    );
    expect(await schema()).toEqual(before);
  });

  it('leaves nothing behind of a migration that fails, and can be tried again', async () => {
    // In the way of the first migration, after much of it.
    await look.query('create table session (something text)');
    const before = await schema();
    await expect(migrate(open())).rejects.toThrow(
      `Migration ${files[0]} failed: relation "session" already exists`,
    );
    const left = (await schema()).filter((line) => !/\bmigration/.test(line));
    expect(left).toEqual(before);
    expect(await noted()).toEqual([]);
    await look.query('drop table session');
    expect(await migrate(open())).toEqual({ applied: files });
  });
});
