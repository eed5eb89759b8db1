import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Server, startServer } from '../../src/server.ts';
import { until } from '../apis/parley/server.ts';
import { scratchDatabase } from '../database.ts';
import { startReceiver } from '../fakes/receiver.ts';

const key = 'the-key-of-the-installation';
const servers: Server[] = [];
let dataDir: string;
let scratch: Awaited<ReturnType<typeof scratchDatabase>>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-roles-'));
  scratch = await scratchDatabase();
  receiver = await startReceiver();
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await receiver.close();
  await scratch.drop();
  await rm(dataDir, { recursive: true });
});

async function start(ROLES: string): Promise<Server> {
  const env = { PORT: '0', DATA_DIR: dataDir, PARLEY_SECRET: 'the secret of the tests', PARLEY_API_KEY: key };
  const config = readConfig({ ...env, LOG_LEVEL: 'silent', ROLES });
  const server = await startServer(config, scratch.url, pino({ level: 'silent' }));
  servers.push(server);
  return server;
}

async function call({ address }: Server, method: string, path: string, body?: unknown) {
  const answer = await fetch(address + path, {
    method,
    headers: { 'x-api-key': key },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: JSON.parse((await answer.text()) || '{}') };
}

it('the work of one installation is shared by processes with a part each', async () => {
  const api = await start('api');
  const { url, secret, verifyToken } = receiver;
  const app = { code: 'default', webhook: { url, secret, verifyToken } };
  expect((await call(api, 'POST', '/api/v1/apply', { apps: [app] })).status).toBe(200);
  const sent = await call(api, 'POST', '/api/v1/messages', {
    channelId: 'dummy:sandbox',
    to: { phone: '966500000000' },
    content: { text: 'Hello' },
  });
  expect(sent.status).toBe(201);
  const state = async () => (await call(api, 'GET', `/api/v1/messages/${sent.body.id}`)).body.status;
  const worker = await start('worker');
  await until(state, (status) => status === 'READ');
  expect(receiver.deliveries).toHaveLength(0);
  const webhooks = await start('webhooks');
  await until(
    async () => receiver.deliveries,
    (list) => list.some(({ body }) => body.statuses?.[0]?.status === 'READ'),
  );
  for (const server of [worker, webhooks]) {
    expect((await call(server, 'GET', '/readyz')).status).toBe(200);
    expect((await call(server, 'GET', '/api/v1/queues')).status).toBe(404);
    expect((await call(server, 'GET', '/api/v1/live')).status).toBe(404);
    expect((await call(server, 'GET', '/webhook/wacfb/x')).status).toBe(404);
  }
  expect((await call(api, 'GET', '/api/v1/live')).status).toBe(404);
});
