import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/postgres/embedded.ts';

/** The product as its user runs it: `dist/main.js` in a process of its own. */
export interface Parley {
  readonly url: string;
  readonly pid: number;
  /** What it printed for people, without its log. */
  readonly welcome: string;
  /** Its log so far, one JSON object a line. */
  readonly log: readonly string[];
  /** Of the very first start, when it was not preset. */
  readonly apiKey: string | undefined;
  /** Sends a signal. */
  signal(name: NodeJS.Signals): void;
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>;
  /** Ends it in order; answers its exit code. */
  stop(): Promise<number | null>;
  /** Resolves with the exit code when it ends by itself. */
  readonly ended: Promise<number | null>;
}

/** How a process is started. */
export interface ParleyOptions {
  dataDir: string;
  /** Settings beside DATA_DIR and a free PORT. Nothing is taken from the environment of the tests. */
  env?: Record<string, string>;
  uid?: number;
  gid?: number;
  /** Is told each line of its log, also before it listens. */
  onLog?: (line: string, child: ChildProcess) => void;
  /** Is told the process, before it listens. */
  onSpawn?: (child: ChildProcess) => void;
}

/** A start that was refused: what it said, and its exit code. */
export class ParleyEnded extends Error {
  readonly code: number | null;
  readonly stderr: string;
  constructor(code: number | null, stderr: string, stdout: string) {
    super(`Parley ended with ${code} instead of starting: ${stderr || stdout}`);
    this.code = code;
    this.stderr = stderr;
  }
}

/** What `npm start` runs. */
export const program = resolve(import.meta.dirname, '../dist/main.js');

/** Starts Parley; resolves when it listens. Throws `ParleyEnded` when it refuses to start. */
export async function startParley({
  dataDir,
  env = {},
  onLog,
  onSpawn,
  ...ids
}: ParleyOptions): Promise<Parley> {
  const child = spawn(process.execPath, ['--max-old-space-size=256', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, TMPDIR: tmpdir(), PORT: '0', DATA_DIR: dataDir, ...env },
    cwd: dirname(program),
    ...ids,
  });
  onSpawn?.(child);
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  const output = read(child, onLog);
  const listens = /^Parley listens on (\S+)$/m;
  await Promise.race([ended, output.until(() => listens.test(output.welcome()) && output.isComplete())]);
  const url = listens.exec(output.welcome())?.[1];
  if (url === undefined) throw new ParleyEnded(await ended, output.stderr(), output.welcome());
  return {
    url,
    pid: child.pid!,
    get welcome() {
      return output.welcome();
    },
    log: output.log,
    apiKey: /API key +(\S+)$/m.exec(output.welcome())?.[1],
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    ended,
  };
}

function read(child: ChildProcess, onLog: ParleyOptions['onLog']) {
  const log: string[] = [];
  const lines: string[] = [];
  let rest = '';
  let stderr = '';
  let look = () => {};
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      (line.startsWith('{') ? log : lines).push(line);
      if (line.startsWith('{')) onLog?.(line, child);
    }
    look();
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return {
    log,
    welcome: () => lines.join('\n'),
    stderr: () => stderr,
    // It is written in one go, with an empty line at its end.
    isComplete: () => lines.at(-1) === '',
    until: (condition: () => boolean) =>
      new Promise<void>((done) => {
        look = () => condition() && done();
      }),
  };
}

/** A folder for the data of one test, which PostgreSQL's own user can reach when tests run as root. */
export async function dataFolder(name = 'data'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `parley ${name} `));
  await chmod(folder, 0o755);
  return folder;
}

/** Ends the PostgreSQL that a killed Parley left running, and removes the folder. */
export async function removeDataFolder(folder: string): Promise<void> {
  await startEmbeddedPostgres({ dataDir: folder }).then(
    (postgres) => postgres.stop(),
    () => {},
  );
  await rm(folder, { recursive: true, force: true });
}

/** Asks the database of a data folder, whether or not a Parley runs on it. */
export async function ask(
  dataDir: string,
  sql: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const postgres = await startEmbeddedPostgres({ dataDir });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows;
  } finally {
    await client.end();
    await postgres.stop();
  }
}

/** Waits until a condition holds, looking every few ms; fails with what was missing. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 15_000,
): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await condition()); ) {
    if (Date.now() > deadline) throw new Error(`waited ${withinMs / 1000} s in vain until ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
