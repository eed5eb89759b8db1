import { readdir, readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import type { Database } from './database.ts';

// The same place from src/store and from dist/store.
const folder = new URL('../../src/store/migrations/', import.meta.url);

/**
 * Brings the schema up to date: numbered SQL files, one transaction each, forward only. Two processes
 * that start at once wait for each other. Throws one clear sentence when the schema is newer than this
 * release.
 */
export async function migrate(database: Database): Promise<{ applied: string[] }> {
  const files = (await readdir(folder)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort();
  const client = await database.connect();
  try {
    // Neither the wait for another process nor a migration of large tables is a statement gone astray.
    await client.query('set statement_timeout = 0');
    await client.query('select pg_advisory_lock(7026173)');
    await client.query(
      'create table if not exists migration (number integer primary key, name text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ number: number }>('select number from migration');
    const done = new Set(rows.map((row) => row.number));
    const newest = Math.max(0, ...done);
    const known = Math.max(0, ...files.map(numberOf));
    if (newest > known) {
      throw new Error(
        `The database has schema ${newest}, this release knows ${known}: start the newer release again, or restore a backup.`,
      );
    }
    const applied: string[] = [];
    for (const name of files.filter((file) => !done.has(numberOf(file)))) {
      await applyOne(client, name);
      applied.push(name);
    }
    return { applied };
  } finally {
    await client.end();
  }
}

function numberOf(file: string): number {
  return Number(file.slice(0, 4));
}

async function applyOne(client: Client, name: string): Promise<void> {
  const text = await readFile(new URL(name, folder), 'utf8');
  await client.query('begin');
  try {
    await client.query('insert into migration (number, name) values ($1, $2)', [numberOf(name), name]);
    await client.query(text);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}
