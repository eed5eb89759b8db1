import { connect } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startServer } from '../../src/server.ts';
import { scratchDatabase } from '../database.ts';
import { dataFolder, removeDataFolder, until } from '../parley.ts';

let folder: string;
let scratch: Awaited<ReturnType<typeof scratchDatabase>>;

beforeAll(async () => {
  folder = await dataFolder();
  scratch = await scratchDatabase();
});

afterAll(async () => {
  await scratch.drop();
  await removeDataFolder(folder);
});

it('a client that stops in the middle of its request holds up no stop', { timeout: 60_000 }, async () => {
  const config = readConfig({ PORT: '0', HOST: '127.0.0.1', DATA_DIR: folder });
  const server = await startServer(config, scratch.url, pino({ level: 'silent' }));
  const { port } = new URL(server.address);
  const socket = connect(Number(port), '127.0.0.1');
  let heard = '';
  let closed = false;
  socket.on('data', (data) => {
    heard += data.toString();
  });
  socket.on('close', () => {
    closed = true;
  });
  socket.on('error', () => {});
  const head = 'POST /xms/api/v1/message/send HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  socket.write(`${head}content-length: 100\r\nexpect: 100-continue\r\n\r\n{"half":`);
  await until('the request is under way', () => heard.includes('100 Continue'));
  await server.stop();
  await until('it was cut off', () => closed);
  expect(heard).not.toContain('HTTP/1.1 2');
});
