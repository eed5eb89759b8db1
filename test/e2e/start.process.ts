import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readable } from '../../src/postgres/files.ts';
import { chooseUser } from '../../src/postgres/run-as.ts';
import {
  ask,
  dataFolder,
  type Parley,
  ParleyEnded,
  program,
  removeDataFolder,
  startParley,
} from '../parley.ts';
import { sendOverSandbox } from './sandbox.ts';

const run = promisify(execFile);

let folder: string;
const started: Parley[] = [];

beforeAll(async () => {
  folder = await dataFolder();
});

afterEach(async () => {
  for (const parley of started.splice(0)) await parley.kill();
});

afterAll(() => removeDataFolder(folder));

async function start(options: Partial<Parameters<typeof startParley>[0]> = {}): Promise<Parley> {
  const parley = await startParley({ dataDir: folder, ...options });
  started.push(parley);
  return parley;
}

async function refusal(env: Record<string, string>): Promise<ParleyEnded> {
  const thrown = await start({ env }).catch((error: unknown) => error);
  if (thrown instanceof ParleyEnded) return thrown;
  throw new Error(`it was not refused: ${thrown}`);
}

describe('in a folder with spaces in its name', { timeout: 60_000 }, () => {
  let apiKey: string;

  it('starts, and tells where it listens, who may come in, and a line that works when pasted', async () => {
    const parley = await start();
    expect(parley.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(parley.welcome).toMatch(/^ +Administrator +admin@localhost +password \S{12,}$/m);
    apiKey = parley.apiKey ?? '';
    expect(apiKey).toMatch(/^\S{32,}$/);
    const line = /^ +(curl .*)$/m.exec(parley.welcome)?.[1] ?? '';
    const { stdout } = await run('bash', ['-c', line]);
    expect(JSON.parse(stdout)).toMatchObject({ statusKey: 'SUCCESS', results: [{ id: expect.any(String) }] });
    expect(await parley.stop()).toBe(0);
    expect(parley.log.join('\n')).not.toContain(apiKey);
  });

  it('prints no secret on the second start, and takes the same key', async () => {
    const parley = await start();
    expect(parley.welcome.trim()).toBe(`Parley listens on ${parley.url}`);
    await sendOverSandbox(parley.url, apiKey, 'the same key');
  });

  it('starts again after kill -9, over the PostgreSQL left running, and has the data', async () => {
    const first = await start();
    const id = await sendOverSandbox(first.url, apiKey, 'kept');
    await first.kill();
    const second = await start();
    expect(second.log.join('\n')).toMatch(/joined the PostgreSQL that runs already/);
    await sendOverSandbox(second.url, apiKey, 'the same key');
    const kept = await ask(folder, `select content->>'text' as text from message where id = $1`, [id]);
    expect(kept).toEqual([{ text: 'kept' }]);
  });

  it('tells on its probes that it is up, what it is, and how it is', async () => {
    const { url } = await start();
    const get = (path: string) => fetch(`${url}${path}`);
    expect((await get('/livez')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    expect(await (await get('/version')).json()).toMatchObject({
      name: 'parley',
      version: expect.any(String),
    });
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toMatch(/^parley_messages_waiting \d+$/m);
    expect(metrics).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  it('ends in order when it is told to stop while it still starts', async () => {
    const dataDir = join(folder, 'stopped early');
    const parley = await start({
      dataDir,
      onLog: (line, child) => line.includes('the schema was brought up to date') && child.kill('SIGTERM'),
    });
    expect(await parley.ended).toBe(0);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });
});

describe('a start that is refused ends with one clear line and exit code 1', { timeout: 60_000 }, () => {
  it.each([
    ['a port that is none', { PORT: 'ninety' }, /^PORT must be a whole number/],
    ['a log level that there is not', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of fatal, /],
    ['a short key', { PARLEY_API_KEY: 'short' }, /^PARLEY_API_KEY must have at least 16 characters/],
    ['production without a secret', { NODE_ENV: 'production' }, /^PARLEY_SECRET must be set in production/],
    [
      'a database that is not there',
      { DATABASE_URL: 'postgres://127.0.0.1:9/x' },
      /DATABASE_URL .*ECONNREFUSED/,
    ],
  ])('%s', async (_, env, line) => {
    const { code, stderr } = await refusal(env);
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(code).toBe(1);
  });

  it('a port that somebody has', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as { port: number };
    try {
      const { code, stderr } = await refusal({ PORT: String(port) });
      expect(stderr).toBe(`Another program listens on 127.0.0.1:${port} already: set PORT to another one.\n`);
      expect(code).toBe(1);
    } finally {
      other.close();
    }
  });
});

describe.skipIf(process.getuid?.() !== 0)(
  'as an ordinary user (skipped unless the tests run as root)',
  { timeout: 60_000 },
  () => {
    it('starts, and sends', async (test) => {
      const user = await chooseUser('/nowhere');
      if (!user || !(await readable(program, user)))
        return test.skip(`${user?.name} cannot read this repository`);
      const dataDir = join(folder, 'of an ordinary user');
      await mkdir(dataDir, { mode: 0o700 });
      await chown(dataDir, user.uid, user.gid);
      const parley = await start({ dataDir, uid: user.uid, gid: user.gid });
      await sendOverSandbox(parley.url, parley.apiKey ?? '', 'from nobody');
      expect(await parley.stop()).toBe(0);
    });
  },
);
