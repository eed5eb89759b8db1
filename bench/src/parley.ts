import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuSeconds, peakMb } from './cpu.ts';

/** A Parley under test: its own process, its own data folder, production settings but for the network. */
export interface Parley {
  readonly url: string;
  readonly key: string;
  readonly pid: number;
  /** Most memory that the process has used so far, MB. */
  peakMb(): number;
  /** CPU of the process so far, seconds. */
  cpuSeconds(): number;
  post(path: string, body: unknown): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

const key = 'bench-key-0123456789abcdef';

/** Starts Parley on the database at `databaseUrl`. With `profileDir` it writes a CPU profile there at its end. */
export async function startParley(databaseUrl: string, profileDir?: string): Promise<Parley> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  const port = await freePort();
  const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  const profile = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
  const child = spawn(process.execPath, [...profile, '--max-old-space-size=256', main], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      DATA_DIR: dataDir,
      PARLEY_API_KEY: key,
      // Keys of a database that is copied are good for whoever starts on the copy.
      PARLEY_SECRET: 'bench-secret-bench-secret-bench-secret-0',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await ready(url, child);
  const post = async (path: string, body: unknown) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    url,
    key,
    pid: child.pid!,
    peakMb: () => peakMb(child.pid!),
    cpuSeconds: () => cpuSeconds(child.pid!),
    post,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (child.exitCode !== null) throw new Error('Parley did not start');
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Parley was not ready within 30 s');
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
