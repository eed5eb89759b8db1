import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { readConfig } from '../../../src/config.ts';
import { startServer } from '../../../src/server.ts';
import { scratchDatabase } from '../../database.ts';

/** The key of the installation in every test server. */
export const installationKey = 'the-key-of-the-installation';

/** A whole server on a database of its own, listening on a port of its own. */
export async function testServer(env: Record<string, string> = {}) {
  const scratch = await scratchDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-test-'));
  const config = readConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    PUBLIC_URL: 'https://first.parley.example',
    DATA_DIR: dataDir,
    PARLEY_SECRET: 'the secret of the tests',
    PARLEY_API_KEY: installationKey,
    LOG_LEVEL: 'silent',
    ...env,
  });
  const log = pino({ level: config.logLevel });
  const server = await startServer(config, scratch.url, log);
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    key: string | undefined = installationKey,
  ) => {
    const answer = await fetch(`${server.address}${path}`, {
      method,
      headers: { ...(key && { 'x-api-key': key }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) };
  };
  return {
    server,
    /** With which another process, or this one again, would start. */
    started: { config, log, url: scratch.url },
    db: scratch.db,
    address: server.address,
    /** Calls a path below `/api/v1`. */
    api: (method: string, path: string, body?: unknown, key?: string) =>
      call(method, `/api/v1${path}`, body, key),
    call,
    async end() {
      await server.stop();
      await scratch.drop();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Asks again until the answer is as wanted; fails after 25 seconds with the last one: a sweep comes every ten. */
export async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 25_000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`never as wanted: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
