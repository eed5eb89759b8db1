import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediaPath } from '../../src/pipeline/file-store-disk.ts';
import * as media from '../../src/store/media.ts';
import * as sessions from '../../src/store/sessions.ts';
import { type Receiver, receiver, takesAll } from './receiver.ts';
import { eventually, House, type Running, type Tenant, textOf, times } from './tools.ts';

let house: House;
let running: Running;
const open: Receiver[] = [];
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(async () => {
  await house.close();
  await Promise.all(open.map((one) => one.close()));
});

describe('a message from a person', () => {
  it('makes the contact as the channel tells it, and starts the session at its queue', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const heard = await shop.hear(box, '966500', 'Hi', { profile: { name: 'Amina' } });
    expect(heard).toMatchObject({
      direction: 'I',
      status: 'RECEIVD',
      contact: { id: 'dummy966500_box', profile: { name: 'Amina' } },
    });
    const [created, opened, routed, received] = await shop.events();
    expect([created!.type, opened!.type, routed!.type, received!.type]).toEqual([
      'contact.created',
      'session.opened',
      'session.routed',
      'message.received',
    ]);
    expect(routed!.data).toMatchObject({
      routing: { start: true, targetQueue: 'default', routingId: heard.routingId },
    });
    expect(received!.data).toMatchObject({ session: { initMessage: true, firstMessage: true } });
    expect(received!.appId).toBe(await shop.appId());
    await shop.hear(box, '966500', 'Again', { profile: { email: 'amina@shop.test' } });
    const contact = await shop.core.findContact(shop.id, 'dummy966500_box', 'contactId');
    expect(contact.profile).toEqual({ name: 'Amina', email: 'amina@shop.test' });
    expect(contact.lastInboundAt).toBeGreaterThan(0);
    const [last] = (await shop.events('message.received')).slice(-1);
    expect(last!.data.session).toMatchObject({ initMessage: false, firstMessage: false });
  });

  it('after a resolve reopens the session: the same one, in the same queue, and tells so', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const { sessionId } = await shop.hear(box, 'ann');
    const caller = await shop.caller();
    await shop.core.route(caller, { sessionId, queue: 'agent_desk' });
    await shop.core.resolve(caller, sessionId);
    const again = await shop.hear(box, 'ann', 'one more thing');
    expect(again.sessionId).toBe(sessionId);
    const session = await sessions.find(house.db, shop.id, sessionId);
    expect(session).toMatchObject({ queue: 'agent_desk', resolved: false });
    const told = (await shop.events('session.resolved')).map(({ data }) => data.session.resolved);
    expect(told).toEqual([true, false]);
    expect(await shop.events('session.opened')).toHaveLength(1);
  });

  it('after a close begins a new session, at the first queue, with another routing id', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const before = await shop.hear(box, 'ann');
    const caller = await shop.caller();
    await shop.core.route(caller, { sessionId: before.sessionId, queue: 'agent_desk' });
    await shop.core.close(caller, before.sessionId);
    const after = await shop.hear(box, 'ann');
    expect(after.sessionId).not.toBe(before.sessionId);
    expect(after.routingId).not.toBe(before.routingId);
    expect(await sessions.find(house.db, shop.id, after.sessionId)).toMatchObject({
      queue: 'default',
      first: false,
    });
  });

  it('that comes while an agent resolves leaves the session as the last of both says', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const caller = await shop.caller();
    const people = times(15, (i) => `p${i}`);
    const ids = await Promise.all(people.map(async (csid) => (await shop.hear(box, csid)).sessionId));
    await Promise.all([
      ...ids.map((id) => shop.core.resolve(caller, id)),
      ...people.map((csid) => shop.hear(box, csid, 'but')),
    ]);
    const log = await shop.events();
    for (const id of ids) {
      const last = log.filter(({ data }) => 'session' in data && data.session?.id === id).at(-1)!;
      const { resolved } = (await sessions.find(house.db, shop.id, id))!;
      expect([last.type, resolved]).toEqual(
        last.type === 'message.received' ? ['message.received', false] : ['session.resolved', true],
      );
    }
  });

  it('with the number or the words of an offered choice counts as its button', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const buttons = ['Yes', 'No'].map((label) => ({
      type: 'QUICK_REPLY' as const,
      code: label.toUpperCase(),
      label,
    }));
    await shop.send(box, 'ann', '', { content: { type: 'text', text: 'Well?', buttons } });
    const byNumber = await shop.hear(box, 'ann', '2');
    expect(byNumber.content.press).toMatchObject({ code: 'NO', label: 'No' });
    expect((await shop.hear(box, 'ann', 'yes')).content.press).toMatchObject({ code: 'YES' });
    expect((await shop.hear(box, 'ann', '3')).content.press).toBeUndefined();
    await shop.send(box, 'ann', 'Nothing to choose here');
    expect((await shop.hear(box, 'ann', '1')).content.press).toBeUndefined();
  });
});

describe('a message told twice', () => {
  it('is stored once, by whichever process hears it, and both answer it', async () => {
    const other = await house.start();
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const both = await Promise.all(
      times(20, (i) => {
        const more = { providerId: `m${i}`, timestamp: 1000 + i };
        return Promise.all([
          shop.hear(box, `p${i % 5}`, `${i}`, more),
          shop.at(other).hear(box, `p${i % 5}`, `${i}`, more),
        ]);
      }),
    );
    for (const [here, there] of both) expect(here!.id).toBe(there!.id);
    expect(await shop.messages()).toHaveLength(20);
    expect(await shop.events('message.received')).toHaveLength(20);
    await house.stop(other);
  });

  it('is answered as the first time, with who has the session', async () => {
    const shop = await house.business(running, { teams: [{ code: 'sales' }], agents: [{ code: 'ann' }] });
    const box = await shop.sandbox();
    const { sessionId } = await shop.hear(box, 'p1');
    await shop.core.route(await shop.caller(), {
      sessionId,
      queue: 'agent_desk',
      agent: 'ann',
      team: 'sales',
    });
    const first = await shop.hear(box, 'p1', 'Well?', { providerId: 'again' });
    expect(first).toMatchObject({ agent: 'ann', team: 'sales' });
    const { id, routingId, agent, team } = await shop.hear(box, 'p1', 'Well?', { providerId: 'again' });
    expect({ id, routingId, agent, team }).toEqual({
      id: first.id,
      routingId: first.routingId,
      agent: 'ann',
      team: 'sales',
    });
  });

  it('in one request and in ten has one effect', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const message = { providerId: 'once', csid: 'ann', timestamp: 1000, content: textOf('Hi') };
    for (const _ of times(10, (i) => i)) await shop.receive(box, { messages: [message, message] });
    expect(await shop.messages()).toHaveLength(1);
    expect(await shop.events('message.received')).toHaveLength(1);
  });
});

describe('a request with something bad in it', () => {
  it('texts and times that cannot be kept are mended, and nothing is lost', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const told = (id: string, text: string, timestamp: number) => ({
      providerId: id,
      csid: 'ann',
      timestamp,
      content: textOf(text),
    });
    await shop.receive(box, {
      messages: [told('a', 'fine', 1000), told('b', 'nul \0, half \ud83d', 1000), told('c', 'late', 1e300)],
    });
    expect((await shop.events('message.received')).map(({ data }) => data.message.content.text)).toEqual([
      'fine',
      'nul \ufffd, half \ufffd',
      'late',
    ]);
  });

  it('one message that cannot be stored is kept for a look, and the others are applied', async () => {
    const { shop, post } = await whatsapp();
    const good = inbound('wamid.good', '966501', 'fine');
    // An address that no index holds.
    const bad = inbound(
      'wamid.bad',
      '9'.repeat(20_000).replace(/9/g, () => `${Math.floor(Math.random() * 10)}`),
      'x',
    );
    expect(await post({ messages: [bad, good, inbound('wamid.more', '966502', 'too')] })).toBe(200);
    const heard = (await shop.events('message.received')).map(({ data }) => data.message.providerId);
    expect(heard.sort()).toEqual(['wamid.good', 'wamid.more']);
    const kept = await house.sql('select reason from inbound_failure where business_id = $1', [shop.id]);
    expect(kept).toHaveLength(1);
  });
});

/** A number at a fake of WhatsApp's Cloud API, and how its provider calls us. */
async function whatsapp(): Promise<{
  shop: Tenant;
  channel: string;
  provider: Receiver;
  post(value: Record<string, unknown>, secret?: string): Promise<number>;
}> {
  const provider = await receiver((call, n) =>
    call.path.endsWith('/messages')
      ? { body: { messages: [{ id: `wamid.${n}` }], contacts: [{ wa_id: call.body.to }] } }
      : 404,
  );
  open.push(provider);
  const shop = await house.business(running);
  const settings = {
    phoneNumberId: '1234567890',
    accessToken: 'an-access-token-of-the-tests',
    appSecret: 'the-app-secret-of-the-tests',
    verifyToken: 'a-verify-token',
    apiBase: provider.url,
  };
  await shop.core.change.putChannel({ businessId: shop.id }, { type: 'wacfb', lane: '918800', settings });
  const { accountId } = (await shop.setup()).channels.get('wacfb:918800')!;
  return {
    shop,
    channel: 'wacfb:918800',
    provider,
    async post(value, secret = settings.appSecret) {
      const metadata = { display_phone_number: '918800', phone_number_id: settings.phoneNumberId };
      const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } };
      const body = JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [{ id: '1', changes: [change] }],
      });
      const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
      const answer = await fetch(`${running.address}/webhook/wacfb/${accountId}`, {
        method: 'POST',
        headers: { 'x-hub-signature-256': signature, 'content-type': 'application/json' },
        body,
      });
      return answer.status;
    },
  };
}

function inbound(id: string, from: string, body: string) {
  return { id, from, timestamp: String(Math.floor(Date.now() / 1000)), type: 'text', text: { body } };
}

describe('WhatsApp, by a provider over HTTP', () => {
  it('an answer inside the window goes out, and its receipts, ten times each, take it to READ', async () => {
    const { shop, channel, provider, post } = await whatsapp();
    const outside = await shop.send(channel, '966501', 'too early');
    await shop.reaches(outside.id, 'CCWIN');
    expect(await post({ messages: [inbound('wamid.in', '966501', 'Hi')] }, 'another-secret')).toBe(401);
    expect(await post({ messages: [inbound('wamid.in', '966501', 'Hi')] })).toBe(200);
    const { id } = await shop.send(channel, '966501', 'Hello');
    const { providerId } = await shop.reaches(id, 'SENTX');
    expect(provider.calls[0]).toMatchObject({
      path: '/v23.0/1234567890/messages',
      body: { to: '966501', type: 'text', text: { body: 'Hello' } },
    });
    for (const status of ['sent', 'delivered', 'read']) {
      const receipt = {
        id: providerId,
        status,
        timestamp: String(Math.floor(Date.now() / 1000)),
        recipient_id: '966501',
      };
      await Promise.all(times(10, () => post({ statuses: [receipt] })));
    }
    await shop.reaches(id, 'READ');
    const told = (await shop.events('message.status')).filter(({ data }) => data.messageId === id);
    expect(told.map(({ data }) => data.short)).toEqual(['SENT', 'DLVRD', 'READ']);
  });
});

describe('a receipt by our own id', () => {
  it('moves only what went out over that channel; else the id of the channel counts', async () => {
    const provider = await receiver(takesAll);
    open.push(provider);
    const shop = await house.business(running);
    const [mine, other] = [
      await shop.connector('mine', provider.url),
      await shop.connector('other', provider.url),
    ];
    const foreign = await shop.send(other, 'ann');
    await shop.reaches(foreign.id, 'SENTX');
    const heard = await shop.hear(mine, 'ann');
    const [own, byExt] = [await shop.send(mine, 'ann'), await shop.send(mine, 'ann')];
    await shop.reaches(own.id, 'SENTX');
    const { providerId } = await shop.reaches(byExt.id, 'SENTX');
    const { accountId } = (await shop.setup()).channels.get(mine)!;
    const answer = await fetch(`${running.address}/webhook/custom/${accountId}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-verify-token': `token-of-${shop.id}-mine-connector`,
      },
      body: JSON.stringify({
        statuses: [
          { id: foreign.id, status: 'FAILD' },
          { id: heard.id, status: 'READ' },
          { id: own.id, status: 'READ' },
          { id: foreign.id, messageIdExt: providerId, status: 'DLVRD' },
        ],
      }),
    });
    expect(answer.status).toBe(200);
    const statuses = [foreign, heard, own, byExt].map(async ({ id }) => (await shop.message(id)).status);
    expect(await Promise.all(statuses)).toEqual(['SENTX', 'RECEIVD', 'READ', 'DLVRD']);
  });
});

describe('a file that comes with a message', () => {
  it('is fetched apart from it, and kept with the type that its bytes have', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
      'base64',
    );
    let tries = 0;
    const files = createServer((_, response) => {
      tries += 1;
      response
        .writeHead(tries === 1 ? 503 : 200, { 'content-type': 'text/html' })
        .end(tries === 1 ? '' : png);
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    const link = `http://127.0.0.1:${(files.address() as AddressInfo).port}/picture.html`;
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const { content } = await shop.hear(box, 'ann', '', { content: { type: 'image', media: { link } } });
    const id = content.media!.id!;
    const kept = await eventually(async () => {
      await house.sql(
        'update media set due_at = now() where id = $1 and failure is not null and due_at is not null',
        [id],
      );
      const file = await media.find(house.db, id);
      expect(file!.storedAt).toBeGreaterThan(0);
      return file!;
    });
    expect(kept).toMatchObject({ mime: 'image/png', sizeBytes: png.length });
    expect(await readFile(mediaPath(house.mediaDir, id))).toEqual(png);
    // Hurried along, it may be fetched once more than it need be.
    expect(tries).toBeGreaterThanOrEqual(2);
    files.close();
  });
});

describe('what a channel tells beside messages', () => {
  it('an opt-out stops further sends until the person writes; an action is told to the app', async () => {
    const provider = await receiver(takesAll);
    open.push(provider);
    const shop = await house.business(running);
    const channel = await shop.connector('beside', provider.url);
    await shop.hear(channel, 'ann');
    const timestamp = Date.now();
    await shop.receive(channel, { events: [{ kind: 'optout', csid: 'ann', timestamp }] });
    await shop.reaches((await shop.send(channel, 'ann', 'offer')).id, 'BLCKD');
    await shop.receive(channel, { events: [{ kind: 'action', csid: 'ann', code: 'MENU', timestamp }] });
    const [action] = await shop.events('action.triggered');
    expect(action).toMatchObject({ lane: 'oaann_beside', data: { code: 'MENU' }, appId: await shop.appId() });
  });

  it('echoes of a sandbox channel that is gone do not hold up those of others', async () => {
    const shop = await house.business(running);
    await house.sql(
      `insert into echo (business_id, id, channel_id, received, due_at) values ($1, 'gone', 'dummy:gone', '{}', now())`,
      [shop.id],
    );
    const box = await shop.sandbox();
    await shop.reaches((await shop.send(box, '000')).id, 'READ');
  });
});
