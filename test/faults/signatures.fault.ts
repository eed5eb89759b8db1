import { createHmac, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, until } from '../parley.ts';
import { allHolds, callAt, well } from './house.ts';
import { listenAt, meet, type PeerCall, type Peers, startPeers } from './peers.ts';
import { openSite, type Site } from './site.ts';
import { note } from './table.ts';

const preload = pathToFileURL(resolve(import.meta.dirname, 'preload.mjs')).href;
let site: Site;
let peers: Peers;
let clock: string;

beforeAll(async () => {
  const folder = await dataFolder('faults');
  clock = join(folder, 'clock.json');
  await writeFile(clock, '0');
  const env = { NODE_OPTIONS: `--import=${preload}`, FAULTS_CLOCK: clock };
  [site, peers] = await Promise.all([openSite({ house: { folder, env } }), startPeers()]);
});
afterAll(async () => {
  await allHolds(site);
  peers.close();
  await site.close();
});

async function inboundCount(): Promise<number> {
  const [row] = await site.ask<{ n: number }>(`select count(*)::int as n from message where direction = 'I'`);
  return row!.n;
}

/** What Meta would post of one message. */
function told(id: string): string {
  const { phoneNumberId } = site.cloud;
  const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId };
  const message = {
    from: '966500000001',
    id,
    timestamp: String(Math.floor(Date.now() / 1000)),
    type: 'text',
    text: { body: 'Hello' },
  };
  const value = {
    messaging_product: 'whatsapp',
    metadata,
    contacts: [{ profile: { name: 'Amina' }, wa_id: message.from }],
    messages: [message],
  };
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
  });
}

it('what a provider posts without a good signature is refused, and leaves nothing', async () => {
  const { appSecret = '' } = site.cloud.settings;
  const body = told('wamid.forged');
  const by = (secret: string, algorithm = 'sha256', text = body) =>
    `${algorithm}=${createHmac(algorithm, secret).update(text).digest('hex')}`;
  const cases: Record<string, string | undefined> = {
    missing: undefined,
    empty: '',
    'one byte of the body changed': by(appSecret, 'sha256', body.replace('Hello', 'Hellp')),
    'one digit changed': by(appSecret).replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
    'cut short': by(appSecret).slice(0, -2),
    'wrong algorithm': by(appSecret, 'sha1'),
    'without its name': by(appSecret).slice('sha256='.length),
    'another secret': by(randomBytes(16).toString('hex')),
    'an empty secret': by(''),
  };
  for (const [name, signature] of Object.entries(cases)) {
    const headers = {
      'content-type': 'application/json',
      ...(signature !== undefined && { 'x-hub-signature-256': signature }),
    };
    const { status } = await callAt(site.cloud.webhook!, 'POST', '', body, { key: '', headers });
    expect(status, name).toBe(401);
  }
  expect(await inboundCount()).toBe(0);
  // A good one that somebody kept and repeats has its effect once.
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': by(appSecret) };
  for (let n = 0; n < 5; n++) {
    expect((await callAt(site.cloud.webhook!, 'POST', '', body, { key: '', headers })).status).toBe(200);
  }
  expect(await inboundCount()).toBe(1);
  await note({
    test: 21,
    run: 'posted by a provider',
    runs: Object.keys(cases).length + 5,
    shown: `${Object.keys(cases).length} refused; 5 repeats, 1 effect`,
  });
});

it('what a connector posts with another token is refused, and leaves nothing', async () => {
  const verifyToken = randomBytes(16).toString('hex');
  const settings = { url: 'https://connector.example/messages', verifyToken };
  await well(site.call('PUT', '/api/v1/channels/custom:door', { settings }));
  const body = {
    type: 'messages',
    messages: [{ id: 'c-1', from: '966500000000', type: 'text', text: { body: 'Hi' } }],
  };
  const before = await inboundCount();
  for (const token of [
    undefined,
    '',
    verifyToken.slice(1),
    `${verifyToken} `,
    verifyToken.toUpperCase(),
    'null',
  ]) {
    const headers: Record<string, string> = token === undefined ? {} : { 'x-verify-token': token };
    // White space around a header is no part of it.
    const expected = token?.trim() === verifyToken ? 200 : 401;
    const { status, text } = await site.call('POST', '/xms/api/v1/message/receive', body, {
      key: '',
      headers,
    });
    expect(status, `${token}: ${text}`).toBe(expected);
  }
  expect(await inboundCount()).toBe(before + 1);
  await note({ test: 21, run: 'posted by a connector', runs: 6 });
});

const verifies = (secret: string, { body, headers }: Pick<PeerCall, 'body' | 'headers'>) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};

it('a call of ours that was changed, kept or forged is known as such by the library that receivers use', async () => {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const id = await listenAt(site, `${peers.url}/ok/signed`, { secret });
  await meet(site, 1);
  await until('it was called', () => peers.of('signed').length === 1);
  const good = peers.of('signed')[0]!;
  expect(verifies(secret, good)).toBe(true);
  const at = Number(good.headers['webhook-timestamp']);
  const resigned = (seconds: number) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const text = `${good.headers['webhook-id']}.${seconds}.${good.body}`;
    const signature = `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
    return { ...good.headers, 'webhook-timestamp': String(seconds), 'webhook-signature': signature };
  };
  const { 'webhook-signature': _, ...unsigned } = good.headers;
  const forged: Record<string, Pick<PeerCall, 'body' | 'headers'>> = {
    'one byte changed': { ...good, body: good.body.replace('contact', 'contacu') },
    'six minutes old': { ...good, headers: resigned(at - 360) },
    'six minutes ahead': { ...good, headers: resigned(at + 360) },
    'kept, with a new time': { ...good, headers: { ...good.headers, 'webhook-timestamp': String(at + 60) } },
    'under another id': { ...good, headers: { ...good.headers, 'webhook-id': 'another' } },
    'not signed': { ...good, headers: unsigned },
    'wrong scheme': {
      ...good,
      headers: {
        ...good.headers,
        'webhook-signature': good.headers['webhook-signature']!.replace('v1,', 'v1a,'),
      },
    },
  };
  for (const [name, call] of Object.entries(forged)) expect(verifies(secret, call), name).toBe(false);
  await note({ test: 21, run: 'called by us, then changed', runs: Object.keys(forged).length });
  await site.call('DELETE', `/api/v1/endpoints/${id}`);
});

it('a replaced secret signs beside the new one for a day, and not after it', async () => {
  const former = `whsec_${randomBytes(32).toString('base64')}`;
  const id = await listenAt(site, `${peers.url}/ok/rotated`, { secret: former });
  const { secret } = await well(site.call('POST', `/api/v1/endpoints/${id}/rotate`, { what: 'secret' }));
  await meet(site, 1);
  await until('it was called', () => peers.of('rotated').length === 1);
  const during = peers.of('rotated')[0]!;
  expect([verifies(former, during), verifies(secret, during)]).toEqual([true, true]);
  await writeFile(clock, String(25 * 3_600_000));
  await until(
    'the clock of the process is there',
    async () => {
      await meet(site, 1);
      await until('it was called', () => peers.of('rotated').length > 1);
      return !peers.of('rotated').at(-1)!.headers['webhook-signature']!.includes(' ');
    },
    60_000,
  );
  const { body, headers } = peers.of('rotated').at(-1)!;
  const signedBy = (key: string) => {
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    return createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
      .update(text)
      .digest('base64');
  };
  expect(headers['webhook-signature']).toBe(`v1,${signedBy(secret)}`);
  expect(headers['webhook-signature']).not.toContain(signedBy(former));
  await writeFile(clock, '0');
  await note({
    test: 22,
    run: 'secret of an endpoint',
    runs: 2,
    shown: 'two signatures for a day, then one',
  });
});

it('keys that expired, were revoked, have the wrong scope, or are of another business', async () => {
  const make = async (more: object) => well(site.call('POST', '/api/v1/keys', { name: 'test', ...more }));
  // The clock that the story before turned is looked at again within seconds.
  const soon = () => site.call('POST', '/api/v1/keys', { name: 'soon', expiresAt: Date.now() + 60_000 });
  await until('the clock is right again', async () => (await soon()).status < 300, 60_000);
  const ending = await make({ expiresAt: Date.now() + 20_000 });
  const revoked = await make({});
  const reading = await make({ scope: 'read', tenantWide: true });
  const publishable = await make({ kind: 'publishable' });
  const { key: theirs } = await well(site.call('POST', '/api/v1/businesses', { domain: 'theirs' }));
  const message = { channelId: 'dummy:sandbox', to: { phone: '966500000000' }, content: { text: 'Hello' } };
  const send = async (key: string) => (await site.call('POST', '/api/v1/messages', message, { key })).status;
  expect([await send(ending.key), await send(revoked.key)]).toEqual([201, 201]);
  await site.call('DELETE', `/api/v1/keys/${revoked.id}`);
  expect(await send(revoked.key)).toBe(401);
  expect(await send(reading.key)).toBe(403);
  expect(await send(publishable.key)).toBe(403);
  expect(await send('no-key-that-there-is')).toBe(401);
  expect(await send('')).toBe(401);
  expect((await site.call('GET', '/api/v1/channels', undefined, { key: reading.key })).status).toBe(200);
  await until('it has expired', async () => (await send(ending.key)) === 401, 60_000);
  const { id } = await well(site.call('POST', '/api/v1/messages', message));
  expect((await site.call('GET', `/api/v1/messages/${id}`, undefined, { key: theirs })).status).toBe(404);
  expect(
    (
      await site.call(
        'POST',
        '/api/v1/messages',
        { ...message, channelId: site.shop.channelId },
        { key: theirs },
      )
    ).status,
  ).toBe(400);
  await note({
    test: 23,
    run: 'keys',
    runs: 8,
    shown: '401: expired, revoked, unknown, none; 403: reads only, publishable; 404: another business',
  });
});
