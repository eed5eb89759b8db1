import pg from 'pg';
import { owner } from './cluster.ts';
import { codeOf } from './files.ts';
import type { Postmaster } from './postmaster.ts';

/**
 * The address of a database: over the socket where there is one, which takes a tenth off the time of a
 * small statement; TCP for who leaves `host` away.
 */
export function databaseUrl(
  at: Pick<Postmaster, 'port' | 'socketDir'>,
  secret: string,
  database: string,
): string {
  const address = `postgres://${owner}:${secret}@127.0.0.1:${at.port}/${encodeURIComponent(database)}`;
  return at.socketDir ? `${address}?host=${encodeURIComponent(at.socketDir)}` : address;
}

/** What came of an attempt to connect: a client, or why there is none. */
export type Attempt =
  | { readonly kind: 'connected'; readonly client: pg.Client }
  /** Nobody listens. */
  | { readonly kind: 'silent' }
  /** It starts, recovers, shuts down, or has no room. */
  | { readonly kind: 'busy'; readonly reason: string }
  /** It has another password, or its database is gone or closed. */
  | { readonly kind: 'refused' };

/** Tries to connect to the database `postgres`, which is always there. */
export async function connect(at: Pick<Postmaster, 'port' | 'socketDir'>, secret: string): Promise<Attempt> {
  const client = new pg.Client({
    connectionString: databaseUrl(at, secret, 'postgres'),
    application_name: 'parley keeper',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  // An error after the connection has ended concerns nobody.
  client.on('error', () => {});
  try {
    await client.connect();
    return { kind: 'connected', client };
  } catch (error) {
    client.end().catch(() => {});
    const code = codeOf(error) ?? '';
    if (/^(28|3D|55)/.test(code)) return { kind: 'refused' };
    // PostgreSQL's own codes have five characters, those of the system begin with E.
    if (!/^[0-9A-Z]{5}$/.test(code) || code.startsWith('E')) return { kind: 'silent' };
    return { kind: 'busy', reason: (error as Error).message };
  }
}

// Advisory locks of the database `postgres`: each Parley that uses the cluster holds `users` shared.
const users = 7_026_175;
const leaving = 7_026_176;

/** Counts this connection among the users of the cluster; false when its last user is just stopping it. */
export async function join(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ joined: boolean }>(
    'select pg_try_advisory_lock_shared($1) as joined',
    [users],
  );
  return rows[0]?.joined === true;
}

/** Takes this connection from the users; true when it was the last, and nobody can join any more. */
export async function leave(client: pg.Client): Promise<boolean> {
  // One after the other, or two who leave at once would each take the other for one who stays.
  await client.query('select pg_advisory_lock($1)', [leaving]);
  const { rows } = await client.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [users]);
  if (rows[0]?.last) return true;
  await client.query('select pg_advisory_unlock_shared($1)', [users]);
  return false;
}

/** Makes a database that is not there yet. */
export async function ensureDatabase(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (rowCount) return;
  await client.query(`create database ${client.escapeIdentifier(name)}`).catch((error) => {
    // A Parley killed half-way leaves the making of it to PostgreSQL, which has just finished.
    if (!['42P04', '23505'].includes(codeOf(error) ?? '')) throw error;
  });
}
