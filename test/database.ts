import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { type Database, openDatabase } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';

/** A database of a test file's own, with the whole schema in it. */
export interface ScratchDatabase {
  url: string;
  db: Database;
  /** Closes `db` and takes the database away. */
  drop(): Promise<void>;
}

/** The PostgreSQL server of the test run (test/global-setup.ts); its user may create databases. */
export function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('TEST_DATABASE_URL is not set: tests run by `vitest`, which starts a PostgreSQL');
  return url;
}

/**
 * Makes a database for one test file: a clone of a migrated template, which is much faster than
 * migrating each time. Drop it in `afterAll`.
 */
export async function scratchDatabase(
  options: Parameters<typeof openDatabase>[1] = {},
): Promise<ScratchDatabase> {
  const template = await migratedTemplate();
  const name = `parley_test_${randomBytes(6).toString('hex')}`;
  await onServer((client) => whenFree(client, `create database ${name} template ${template}`));
  const url = urlOf(name);
  const db = openDatabase(url, { max: 8, ...options });
  return {
    url,
    db,
    async drop() {
      await db.close();
      await onServer((client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

let template: Promise<string> | undefined;

/** The template of this schema: its name tells which, so that an older one is never taken for it. */
function migratedTemplate(): Promise<string> {
  template ??= makeTemplate();
  return template;
}

async function makeTemplate(): Promise<string> {
  const name = `parley_template_${await schemaDigest()}`;
  await onServer(async (client) => {
    // Test files run in several processes at once: the first one makes it, the others wait.
    await client.query('select pg_advisory_lock(7026174)');
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount) return;
    const draft = `${name}_draft`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft}`);
    const db = openDatabase(urlOf(draft), { max: 1 });
    await migrate(db).finally(() => db.close());
    await whenFree(client, `alter database ${draft} rename to ${name}`);
  });
  return name;
}

async function schemaDigest(): Promise<string> {
  const folder = new URL('../src/store/migrations/', import.meta.url);
  const digest = createHash('sha256');
  for (const file of (await readdir(folder)).sort())
    digest.update(file).update(await readFile(new URL(file, folder)));
  return digest.digest('hex').slice(0, 12);
}

/** A session ends a moment after its connection: on a busy machine its database is in use for longer than the server waits. */
async function whenFree(client: pg.Client, sql: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await client.query(sql);
      return;
    } catch (error) {
      const isInUse = (error as { code?: string }).code === '55006';
      if (!isInUse || tries === 10) throw error;
      await new Promise((done) => setTimeout(done, 500));
    }
  }
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
