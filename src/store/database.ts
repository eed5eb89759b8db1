import type { Duplex } from 'node:stream';
import pg from 'pg';
import { type Encode, encodersOf } from './array-parameters.ts';
import { epochMs } from './timestamps.ts';

/** A statement of the store: its text, and the name under which a connection prepares it once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** How its arrays are sent, by the index of the parameter. */
  readonly encoders?: ReadonlyMap<number, Encode> | undefined;
}

const all = new Map<string, Statement>();

/**
 * Declares a statement as `noun.verb`. Every statement of the store is declared when its file is
 * loaded, so that a test can prepare all of them against the migrated schema.
 */
export function statement(name: string, text: string): Statement {
  if (all.has(name)) throw new Error(`two statements are called ${name}`);
  const declared = { name, text, encoders: encodersOf(text) };
  all.set(name, declared);
  return declared;
}

/** All statements declared so far. */
export function statements(): Iterable<Statement> {
  return all.values();
}

/** Where statements run: the pool, or one transaction. */
export interface Queryable {
  run<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    statement: Statement,
    values: unknown[],
  ): Promise<Row[]>;
}

/** Where the statements of one transaction run. */
export interface Transaction extends Queryable {
  /**
   * Runs the last statement and sends the commit right behind it: no turn of ours lies between them, so
   * the locks that it takes last no longer than they must. Nothing may run in the transaction after it.
   */
  runLast: Queryable['run'];
  /** Calls `then` when this transaction has been committed, before `transaction` answers; never when it is rolled back. */
  committed(then: () => void): void;
}

/** The database: a pool for single statements, and transactions. */
export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction; commits when it returns, rolls back when it throws. Runs it again when
   * it collided with another transaction, so it must do nothing that a rollback does not undo.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Runs statements that are planned anew for the values that they are given: reports, of a day or of a year. */
  readonly reports: Queryable;
  /** A connection outside the pool, for LISTEN. The caller ends it. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

// Numbers of events fit in a double for 285,000 years at 1,000/s; jsonb and timestamps come as they are.
const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.TIMESTAMPTZ, epochMs],
]);
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(oid)) ?? pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig;

/**
 * How our statements are planned. Each has one right plan, by its indexes, whatever the tables hold; the
 * planner, going by statistics that lag behind on young and on fast-growing tables, finds others that
 * are a hundred times slower. Planned once per connection, for good.
 */
const planning = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_bitmapscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'enable_material=off',
  'jit=off',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/**
 * Of reports the right plan depends on what is asked: by the general one, which takes a year for two rows, all rows of the
 * year are sorted, on disk, where they fall into five groups.
 */
const openingReport = 'begin; set local plan_cache_mode = force_custom_plan';

/** Opens the database. `max` connections; one statement may take `statementMs` at most. */
export function openDatabase(
  url: string,
  options: { max?: number; statementMs?: number; onError?: (error: Error) => void } = {},
): Database {
  const config: pg.PoolConfig = {
    connectionString: url,
    max: options.max ?? 16,
    types,
    application_name: 'parley',
    statement_timeout: options.statementMs ?? 30_000,
    // A process that freezes or is cut off in the middle of a transaction must not hold up the others.
    idle_in_transaction_session_timeout: 10_000,
    // Statements are sent as they come, without waiting for the answer to the one before.
    pipeline: true,
    options: `${planning} -c TimeZone=UTC`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  };
  const pool = new pg.Pool(config);
  pool.on('error', (error) => options.onError?.(error));
  // The pool does not listen to connections that it gave away: one that breaks between two statements would
  // end the process. Who uses it hears of it by the next statement.
  pool.on('connect', (client) => void client.on('error', () => {}));
  const transaction = async <T>(work: (tx: Transaction) => Promise<T>, opening?: string): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const { result, afterwards } = await inTransaction(pool, work, opening);
        for (const then of afterwards) then();
        return result;
      } catch (error) {
        if (tries === 5 || !isCollision(error)) throw error;
      }
    }
  };
  return {
    run: async (one, values) => runOn(pool, one, encoded(one, values)),
    transaction: (work) => transaction(work),
    reports: { run: (one, values) => transaction((tx) => tx.runLast(one, values), openingReport) },
    async connect() {
      const client = new pg.Client(config);
      // Whoever asked for it listens as well, but only from when it is there.
      client.on('error', () => {});
      await client.connect();
      return client;
    },
    close: () => pool.end(),
  };
}

async function inTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>, opening = 'begin') {
  const client = await pool.connect();
  const together = oneWriteATurn(client);
  const afterwards: (() => void)[] = [];
  let broken: Error | undefined;
  let committing: Promise<pg.QueryResult> | undefined;
  const commit = () => {
    together();
    committing = client.query('commit');
    // Whether it failed is asked below, and only once.
    committing.catch(() => {});
    return committing;
  };
  // What follows a statement that failed fails for that alone, and may be heard of before it.
  let first: unknown;
  const ask: Queryable['run'] = (one, values) => {
    const sent = encoded(one, values);
    together();
    const rows = runOn(client, one, sent);
    rows.catch((error: unknown) => {
      first ??= error;
    });
    return rows as never;
  };
  try {
    // It goes along with the first statement, which fails if this one does.
    together();
    client.query(opening).catch(() => {});
    const result = await work({
      run: ask,
      runLast(one, values) {
        const rows = ask(one, values);
        commit();
        return rows as never;
      },
      committed: (then) => void afterwards.push(then),
    });
    const { command } = await (committing ?? commit());
    if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back');
    return { result, afterwards };
  } catch (error) {
    await client.query('rollback').catch((e: Error) => {
      broken = e;
    });
    throw isAborted(error) ? (first ?? error) : error;
  } finally {
    client.release(broken);
  }
}

/**
 * To be called before each statement: what one turn asks of a connection goes out in one write at its end. Each write is a
 * system call that wakes PostgreSQL, and that was an eighth of what accepting a message cost.
 */
function oneWriteATurn(client: pg.PoolClient): () => void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
  let held = false;
  return () => {
    if (held) return;
    held = true;
    stream.cork();
    process.nextTick(() => {
      held = false;
      stream.uncork();
    });
  };
}

/** A statement was not done because one before it in the transaction had failed. */
function isAborted(error: unknown): boolean {
  return (error as { code?: unknown })?.code === '25P02';
}

/** Two transactions waited for each other, and this one was rolled back so that the other could go on. */
function isCollision(error: unknown): boolean {
  const code = (error as { code?: unknown })?.code;
  return code === '40P01' || code === '40001';
}

async function runOn<Row extends pg.QueryResultRow>(
  on: pg.Pool | pg.PoolClient,
  { name, text }: Statement,
  values: unknown[],
): Promise<Row[]> {
  return (await on.query<Row>({ name, text, values })).rows;
}

/** The values in the form in which they are sent. Throws at once, before anything is. */
function encoded({ encoders }: Statement, values: unknown[]): unknown[] {
  return encoders ? values.map((value, i) => encoders.get(i)?.(value) ?? value) : values;
}

/** True when the error says that the database cannot be asked now, rather than that the question was bad. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return /connection|timeout exceeded/i.test(error.message);
  // 08 connection, 53 resources (disk full, too many connections), 57P0x shutdown, 57014 took too long,
  // 58 system, 25006 read-only, 25P03 a transaction in which we were silent for too long
  return (
    /^(08|53|57P0|57014|58)/.test(code) ||
    ['25006', '25P03'].includes(code) ||
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)/.test(code) ||
    // A socket of PostgreSQL that is not there; a file that is not is another matter.
    (code === 'ENOENT' && syscall === 'connect')
  );
}

/** True when a statement took too long: the database may be fine, and what was asked of it too much. */
export function isTooSlow(error: unknown): boolean {
  return (error as { code?: unknown })?.code === '57014';
}

/** True for a unique key that exists already; `constraint` names the index. */
export function isDuplicate(error: unknown, constraint?: string): boolean {
  const e = error as { code?: unknown; constraint?: unknown };
  return e?.code === '23505' && (constraint === undefined || e.constraint === constraint);
}
