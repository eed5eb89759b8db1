import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webhookSecret } from '../../src/channels/telegram/bot.ts';
import { type ScratchDatabase, scratchDatabase } from '../database.ts';
import { bodyOf, type Listening, listen } from '../fakes/http.ts';
import { freePort } from '../free-port.ts';
import { dataFolder, type Parley, removeDataFolder, startParley, until } from '../parley.ts';

// The package is written for CommonJS.
const { TelegramClient } = createRequire(import.meta.url)(
  'telegram-test-api/lib/modules/telegramClient.js',
) as typeof import('telegram-test-api/lib/modules/telegramClient.js');

const botToken = '1234567:AAtoken-of-the-tests';
const apiKey = 'a-key-of-the-tests-long-enough';

let database: ScratchDatabase;
let folder: string;
let parley: Parley;
let port: number;
let peer: ChildProcess;
let proxy: Listening;

beforeAll(async () => {
  database = await scratchDatabase();
  folder = await dataFolder('telegram');
  port = await freePort();
  peer = await startPeer();
  proxy = await listen(forward);
  parley = await startParley({
    dataDir: folder,
    env: {
      DATABASE_URL: database.url,
      PARLEY_API_KEY: apiKey,
      PUBLIC_URL: proxy.url,
      ALLOW_PRIVATE_TARGETS: '127.0.0.0/8',
    },
  });
  await putChannel('polling');
}, 120_000);
afterAll(async () => {
  await parley?.stop();
  peer?.kill('SIGKILL');
  await proxy?.close();
  await removeDataFolder(folder);
  await database?.drop();
});

async function startPeer(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [`${import.meta.dirname}/telegram-process.cjs`, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const died = once(child, 'exit').then(() => Promise.reject(new Error('the peer did not start')));
  await Promise.race([once(child.stdout!, 'data'), died]);
  died.catch(() => undefined);
  return child;
}

/** The peer does not repeat the secret of a webhook, so it is added on the way. */
async function forward(...[request, response]: Parameters<Parameters<typeof listen>[0]>): Promise<void> {
  const answered = await fetch(`${parley.url}${request.url}`, {
    method: 'POST',
    headers: { 'x-telegram-bot-api-secret-token': webhookSecret({ botToken }) },
    body: new Uint8Array(await bodyOf(request)),
  });
  const type = answered.headers.get('content-type');
  response
    .writeHead(answered.status, type === null ? {} : { 'content-type': type })
    .end(await answered.text());
}

async function api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answered = await fetch(`${parley.url}${path}`, {
    method,
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answered.text();
  if (!answered.ok) throw new Error(`${method} ${path}: ${answered.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

const putChannel = (mode: string) =>
  api('PUT', '/api/v1/channels/tg:shopbot', {
    settings: { botToken, mode, apiBase: `http://127.0.0.1:${port}` },
  });

/** How the bot hears, once it does; another way than `before`. Answers since when. */
async function connected(before = 0): Promise<number> {
  let since = 0;
  await until('the bot hears', async () => {
    const { connections = [] } = (await api('GET', '/api/v1/channels/tg:shopbot')) as {
      connections?: { open: number; since: number }[];
    };
    since = connections.find(({ open }) => open === 1)?.since ?? 0;
    return since > before;
  });
  return since;
}

/** Somebody on Telegram. */
function person(id: number) {
  return new TelegramClient(`http://127.0.0.1:${port}`, botToken, {
    userId: id,
    chatId: id,
    firstName: 'Amina',
    timeout: 20_000,
    interval: 50,
  });
}

const heard = (id: number) =>
  database.db.run<{ content: Record<string, unknown> }>(
    {
      name: 'test.heard',
      text: `select m.content from message m join contact c on c.business_id = m.business_id and c.id = m.contact_id
        where c.csid = $1 and m.direction = 'I' order by m.id`,
    },
    [String(id)],
  );

async function hears(id: number, content: Record<string, unknown>): Promise<void> {
  await until(`${JSON.stringify(content)} is stored`, async () =>
    (await heard(id)).some((row) => isDeepStrictEqual(row.content, content)),
  );
}

const send = (id: number, body: object) =>
  api('POST', '/xms/api/v1/message/send', {
    channelId: 'tg:shopbot',
    to: { contactId: `tg${id}_shopbot` },
    ...body,
  });

describe('with a Bot API server that others wrote', { timeout: 60_000 }, () => {
  it('hears by asking, answers with buttons, and hears which one was pressed', async () => {
    const ann = person(501);
    await ann.sendMessage(ann.makeMessage('Hello'));
    await hears(501, { type: 'text', text: 'Hello' });
    await send(501, {
      text: { body: 'Shall we?' },
      options: { buttons: [{ type: 'QUICK_REPLY', code: 'yes', label: 'Yes' }] },
    });
    const { result } = await ann.getUpdates();
    const { text, reply_markup } = result[0]!.message as unknown as {
      text: string;
      reply_markup: { inline_keyboard: { text: string; callback_data: string }[][] };
    };
    expect([text, reply_markup.inline_keyboard]).toEqual([
      'Shall we?',
      [[{ text: 'Yes', callback_data: 'yes' }]],
    ]);
    await ann.sendCallback(
      ann.makeCallbackQuery('yes', { message: { message_id: result[0]!.messageId, reply_markup } as object }),
    );
    await hears(501, { text: 'Yes', type: 'text', press: { code: 'yes', label: 'Yes' } });
  });

  it('goes on when the server was killed and came back, with what waited meanwhile', async () => {
    const bob = person(502);
    await bob.sendMessage(bob.makeMessage('Good morning'));
    await hears(502, { type: 'text', text: 'Good morning' });
    peer.kill('SIGKILL');
    await once(peer, 'exit');
    await send(502, { text: { body: 'Are you there?' } });
    peer = await startPeer();
    const { result } = await bob.getUpdates();
    expect(result.map(({ message }) => (message as { text: string }).text)).toEqual(['Are you there?']);
    // The new server numbers its messages from one again: only somebody new is surely not taken for a repeat.
    const dan = person(504);
    await dan.sendMessage(dan.makeMessage('Hello'));
    await hears(504, { type: 'text', text: 'Hello' });
  });

  it('hears by being called, as soon as that is what the settings say', async () => {
    const before = await connected();
    await putChannel('webhook');
    await connected(before);
    const cem = person(503);
    await cem.sendMessage(cem.makeMessage('Hello'));
    await hears(503, { type: 'text', text: 'Hello' });
  });

  it('told nobody the token, not even its own log', () => {
    expect(parley.log.join('\n')).not.toContain(botToken);
  });
});
