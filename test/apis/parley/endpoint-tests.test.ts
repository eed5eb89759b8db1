import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reader } from '../../../src/apis/xms/input.ts';
import { InBoundWrapper } from '../../../src/apis/xms/schemas/inbound.ts';
import { eventTypes } from '../../../src/model/event.ts';
import { samples } from '../../../src/model/samples.ts';
import { type Answered, type Received, receiver } from './receiver.ts';
import { testServer, until } from './server.ts';

const { api, db, end } = await testServer();
let answer: (call: Received) => number | Answered = () => 200;
const crm = await receiver((call) => answer(call));
afterAll(end);
afterAll(crm.end);

interface SurfaceTold {
  name: string;
  types: { type: string; samples: string[] }[];
  topics?: { topic: string; types: string[] }[];
}

/** A business of its own: the limits of one are not those of another. */
let count = 0;
async function business() {
  const domain = `shop-${++count}`;
  const { key } = (await api('POST', '/businesses', { domain })).body;
  const as = (method: string, path: string, body?: unknown) => api(method, path, body, key);
  const endpoint = async (more: object) => {
    const { status, body } = await as('POST', '/endpoints', { url: `${crm.url}/${domain}`, ...more });
    expect(status, JSON.stringify(body)).toBe(201);
    return body as { id: string; secret: string; verifyToken: string };
  };
  return { domain, as, endpoint };
}
const last = () => crm.calls.at(-1)!;

let told: SurfaceTold[] = [];
beforeAll(async () => {
  told = (await api('GET', '/surfaces')).body.items;
});
const surface = (name: string) => told.find((one) => one.name === name)!;

describe('samples of events', () => {
  it('are there for every type, on every surface that tells it', () => {
    expect(told.map(({ name }) => name)).toEqual(['azeer', 'parley', 'xms']);
    expect(surface('parley').types.map(({ type }) => type)).toEqual([...eventTypes]);
    for (const { type, samples: names } of surface('parley').types)
      expect(names, type).toEqual(Object.keys(samples[type as keyof typeof samples]));
    for (const { name, types } of told)
      for (const { type, samples: names } of types) expect(names, `${name} ${type}`).not.toEqual([]);
    // What this surface has no words for is no sample of it.
    const approved = surface('azeer').types.find(({ type }) => type === 'template.status');
    expect(approved?.samples).toEqual(['approved']);
  });

  it('go out in Parley’s own words, signed, and say that they are a test', async () => {
    const shop = await business();
    const { id, secret, verifyToken } = await shop.endpoint({});
    for (const { type, samples: names } of surface('parley').types) {
      for (const sample of names) {
        const { status, body } = await shop.as('POST', `/endpoints/${id}/test`, { type, sample });
        expect(status, `${type} ${sample} ${JSON.stringify(body)}`).toBe(200);
        const { headers, body: text } = last();
        const event = new Webhook(secret).verify(text, headers) as Record<string, unknown>;
        expect(event).toMatchObject({ type, seq: 0, business: shop.domain, id: headers['webhook-id'] });
        expect(headers).toMatchObject({
          'webhook-test': '1',
          'webhook-id': expect.stringMatching(/^sample-[0-9a-f]{24}$/),
          'x-verify-token': verifyToken,
        });
        expect(body.request.body).toEqual(event);
        expect(JSON.stringify(body)).not.toContain(verifyToken);
        expect(body.request.headers['x-verify-token']).toBe('********');
        expect(body.request.headers['webhook-signature']).toBe(headers['webhook-signature']);
      }
    }
  });

  it('go out in the words of XMS, as its contract has them, of the app and its queue', async () => {
    const shop = await business();
    await shop.as('PUT', '/apps/helper', { mode: 'BOT' });
    await shop.as('PUT', '/queues/helpers', { app: 'helper', type: 'BOT' });
    const { id, secret } = await shop.endpoint({ surface: 'xms', app: 'helper' });
    const read = reader(InBoundWrapper, { dto: 'InBoundWrapper' });
    for (const { type, samples: names } of surface('xms').types) {
      for (const sample of names) {
        const { status, body } = await shop.as('POST', `/endpoints/${id}/test`, { type, sample });
        expect(status, JSON.stringify(body)).toBe(200);
        const wrapper = new Webhook(secret).verify(last().body, last().headers) as object;
        expect(read(wrapper), `${type} ${sample}`).toEqual(wrapper);
        expect(wrapper).toMatchObject({ meta: { domain: shop.domain, appCode: 'helpers', appMode: 'BOT' } });
      }
    }
  });

  it('go out to each webhook of Azeer, under its own event and signature', async () => {
    const shop = await business();
    for (const { topic, types } of surface('azeer').topics!) {
      const { id, verifyToken } = await shop.endpoint({ surface: 'azeer', topic });
      if (types.length === 0) {
        const refused = await shop.as('POST', `/endpoints/${id}/test`, {});
        expect([refused.status, refused.body.error.fields[0]]).toMatchObject([
          400,
          { field: 'type', code: 'NOTHING_TOLD' },
        ]);
        continue;
      }
      for (const type of types) {
        const { samples: names } = surface('azeer').types.find((one) => one.type === type)!;
        for (const sample of names) {
          const { body } = await shop.as('POST', `/endpoints/${id}/test`, { type, sample });
          expect(body.request?.body, JSON.stringify(body)).toMatchObject({ webhook_event_type: topic });
          const { headers, body: text } = last();
          const hmac = createHmac('sha256', verifyToken).update(text).digest('hex');
          expect(headers).toMatchObject({
            authorization: `Bearer ${verifyToken}`,
            'x-signature': `sha256=${hmac}`,
            'webhook-test': '1',
          });
          expect(body.request.headers.authorization).toBe('Bearer ********');
        }
      }
    }
  });

  it('go out in the words of another surface, to see what these are like', async () => {
    const shop = await business();
    const { id, secret, verifyToken } = await shop.endpoint({ types: ['message.received'] });
    const inWords = await shop.as('POST', `/endpoints/${id}/test`, {
      type: 'message.received',
      surface: 'xms',
    });
    expect(inWords.body).toMatchObject({ type: 'message.received', subscribed: false });
    expect(new Webhook(secret).verify(last().body, last().headers)).toMatchObject({ type: 'messages' });
    const ofTopics = await shop.as('POST', `/endpoints/${id}/test`, {
      type: 'message.received',
      surface: 'azeer',
    });
    expect(ofTopics.body.request.body).toMatchObject({ webhook_event_type: 'incoming_msg' });
    expect(last().headers.authorization).toBe(`Bearer ${verifyToken}`);
    // Nothing of the endpoint is changed by it.
    const own = await shop.as('GET', `/endpoints/${id}/sample?surface=parley`);
    expect(own.body).toMatchObject({ type: 'message.received', subscribed: true });
    const untold = eventTypes.find((one) => !surface('azeer').types.some(({ type }) => type === one));
    for (const [query, field] of [
      ['surface=amity', 'surface'],
      [`surface=azeer&type=${untold}`, 'type'],
    ]) {
      const { status, body } = await shop.as('GET', `/endpoints/${id}/sample?${query}`);
      expect([status, body.error.fields[0].field]).toEqual([400, field]);
    }
  });

  it('are seen before anything is sent', async () => {
    const shop = await business();
    const { id } = await shop.endpoint({ types: ['contact.created'] });
    const before = crm.calls.length;
    const seen = await shop.as('GET', `/endpoints/${id}/sample`);
    expect(seen.body).toMatchObject({ type: 'contact.created', sample: 'created', subscribed: true });
    const other = await shop.as('GET', `/endpoints/${id}/sample?type=message.received&sample=location`);
    expect(other.body).toMatchObject({
      subscribed: false,
      request: {
        method: 'POST',
        headers: { 'webhook-test': '1' },
        body: { data: { message: { content: { type: 'location' } } } },
      },
    });
    expect(crm.calls.length).toBe(before);
  });

  it('are of channels, queues and agents of the business', async () => {
    const shop = await business();
    const { id } = await shop.endpoint({});
    const see = async () =>
      (await shop.as('GET', `/endpoints/${id}/sample?type=session.assigned`)).body.request.body.data;
    expect(await see()).toMatchObject({
      contact: { channelId: expect.stringMatching(/^\w+:\d+$/) },
      assignment: { newAgent: 'sample-agent' },
    });
    await shop.as('PUT', '/channels/dummy:own', {});
    await shop.as('PUT', '/agents/ann', { name: 'Ann' });
    expect(await see()).toMatchObject({
      contact: { id: 'dummy12025550123_own', channelId: 'dummy:own' },
      session: { agent: 'ann' },
      assignment: { newAgent: 'ann' },
    });
  });

  it('have a picture that can be fetched', async () => {
    const server = await testServer();
    const { id } = (await server.api('POST', '/endpoints', { url: crm.url })).body;
    const path = `/endpoints/${id}/sample?type=message.received&sample=picture`;
    const { media } = (await server.api('GET', path)).body.request.body.data.message.content;
    const { pathname, search } = new URL(media.link);
    const fetched = await fetch(server.address + pathname + search);
    expect([fetched.status, fetched.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect((await fetched.arrayBuffer()).byteLength).toBe(media.sizeBytes);
    expect((await fetch(server.address + pathname)).status).toBe(404);
    await server.end();
  });
});

describe('the answer to a test', () => {
  it('is shown with its headers and how it begins', async () => {
    const shop = await business();
    const { id, verifyToken } = await shop.endpoint({});
    answer = ({ headers }) => ({
      status: 422,
      headers: { 'x-made-by': `crm ${verifyToken}`, 'set-cookie': 'session=of-the-receiver' },
      body: `no such field\n${JSON.stringify(headers)}\n${'x'.repeat(20_000)}`,
    });
    const { body } = await shop.as('POST', `/endpoints/${id}/test`, {});
    answer = () => 200;
    expect(body).toMatchObject({
      answer: {
        status: 422,
        headers: { 'x-made-by': 'crm ********', 'set-cookie': '********' },
        body: expect.stringMatching(/^no such field/),
        cut: true,
        ms: expect.any(Number),
      },
      verdict: { kind: 'failed' },
    });
    // A receiver that says everything back says our secrets back.
    expect(JSON.stringify(body)).not.toContain(verifyToken);
  });

  it.each([
    ['as it is', (one: string) => one],
    ['in an address', encodeURIComponent],
    ['in a form', (one: string) => new URLSearchParams({ one }).toString()],
    ['in JSON', (one: string) => JSON.stringify({ one })],
  ])('does not show a secret that the receiver says back %s', async (_, said) => {
    const shop = await business();
    const verifyToken = 'planted"token"/of+ours';
    const { id, secret } = await shop.endpoint({ verifyToken });
    const key = secret.replace('whsec_', '');
    answer = () => ({ status: 200, body: [verifyToken, secret, key].map(said).join('\n') });
    const { body } = await shop.as('POST', `/endpoints/${id}/test`, {});
    answer = () => 200;
    expect(body.answer.body).toContain('********');
    for (const one of [verifyToken, secret, key])
      for (const shown of [one, said(one)]) expect(body.answer.body).not.toContain(shown);
  });

  it('says what would have followed', async () => {
    const shop = await business();
    const { id } = await shop.endpoint({});
    for (const [status, verdict] of [
      [204, { kind: 'delivered' }],
      [503, { kind: 'retry', inMs: 5000 }],
      [302, { kind: 'retry', inMs: 5000 }],
      [410, { kind: 'gone' }],
    ] as const) {
      answer = () => status;
      expect((await shop.as('POST', `/endpoints/${id}/test`, {})).body.verdict).toEqual(verdict);
    }
    answer = () => 200;
  });

  it('or why there was none, in plain words', async () => {
    const shop = await business();
    const nobody = await receiver();
    await nobody.end();
    const { id } = await shop.endpoint({ url: nobody.url });
    const refused = (await shop.as('POST', `/endpoints/${id}/test`, {})).body;
    expect(refused.answer).toBeUndefined();
    expect(refused).toMatchObject({
      failure: { stage: 'connect', text: 'the connection was refused' },
      verdict: { kind: 'retry' },
    });
    // An address that was allowed when it was set up is judged again at each call.
    const other = await testServer({ ALLOW_PRIVATE_TARGETS: '10.1.2.3/32' });
    const made = (await other.api('POST', '/endpoints', { url: 'http://10.1.2.3/hook' })).body.id;
    await other.api('GET', `/endpoints/${made}`);
    const text = `update endpoint set url = 'http://169.254.169.254/latest'`;
    await other.db.run({ name: 'test.move', text }, []);
    // A change of something else makes it known, and does not put the address back.
    const moved = (await other.api('PATCH', `/endpoints/${made}`, { name: 'Moved' })).body;
    expect(moved).toMatchObject({ name: 'Moved', url: 'http://169.254.169.254/latest' });
    const blocked = (await other.api('POST', `/endpoints/${made}/test`, {})).body;
    expect(blocked).toMatchObject({ failure: { stage: 'blocked' } });
    await other.end();
  });

  it('counts for nothing: no delivery, no health, and the next real call is the first', async () => {
    const shop = await business();
    const { id } = await shop.endpoint({ types: ['contact.created'] });
    answer = () => 410;
    await shop.as('POST', `/endpoints/${id}/test`, {});
    answer = () => 500;
    for (let i = 0; i < 5; i++) await shop.as('POST', `/endpoints/${id}/test`, {});
    answer = () => 200;
    expect((await shop.as('GET', `/endpoints/${id}/deliveries`)).body.items).toEqual([]);
    expect((await shop.as('GET', `/endpoints/${id}`)).body).toMatchObject({ enabled: true });
    const text = 'select failures from endpoint where id = $1';
    const rows = await db.run({ name: 'test.failures', text }, [id]);
    expect(rows).toEqual([{ failures: 0 }]);
  });

  it('is had of endpoints that are out of use, too', async () => {
    const shop = await business();
    const { id } = await shop.endpoint({ enabled: false });
    const { body } = await shop.as('POST', `/endpoints/${id}/test`, { type: 'message.status' });
    expect(body).toMatchObject({ sample: 'sent', answer: { status: 200 } });
  });
});

describe('a test is refused', () => {
  it('of what the endpoint cannot be told, naming the field', async () => {
    const shop = await business();
    const own = (await shop.endpoint({})).id;
    const azeer = (await shop.endpoint({ surface: 'azeer', topic: 'incoming_msg' })).id;
    const xms = (await shop.endpoint({ surface: 'xms' })).id;
    for (const [id, body, field] of [
      [own, { type: 'message.eaten' }, 'type'],
      [own, { type: 'message.received', sample: 'poem' }, 'sample'],
      [own, { what: 1 }, 'what'],
      [azeer, { type: 'message.status' }, 'type'],
      [xms, { type: 'customer.event' }, 'type'],
    ] as const) {
      const before = crm.calls.length;
      const refused = await shop.as('POST', `/endpoints/${id}/test`, body);
      expect([refused.status, refused.body.error.fields[0].field], JSON.stringify(body)).toEqual([
        400,
        field,
      ]);
      expect(crm.calls.length).toBe(before);
    }
  });

  it('to whom the endpoint does not belong', async () => {
    const [mine, theirs] = [await business(), await business()];
    const { id } = await theirs.endpoint({});
    for (const [method, path] of [
      ['POST', `/endpoints/${id}/test`],
      ['GET', `/endpoints/${id}/sample`],
    ] as const)
      expect((await mine.as(method, path, method === 'POST' ? {} : undefined)).status).toBe(404);
  });

  it('when there are too many, and says when to come again', async () => {
    const shop = await business();
    const { id } = await shop.endpoint({});
    let release = () => {};
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    answer = () => ({ status: 200, after });
    const before = crm.calls.length;
    const open = Array.from({ length: 4 }, () => shop.as('POST', `/endpoints/${id}/test`, {}));
    await until(
      async () => crm.calls.length,
      (calls) => calls === before + 4,
    );
    const fifth = await shop.as('POST', `/endpoints/${id}/test`, {});
    expect(fifth.status).toBe(429);
    expect(Number(fifth.headers.get('retry-after'))).toBeGreaterThan(0);
    // Another business does not notice.
    const other = await business();
    const theirs = await other.endpoint({});
    answer = () => 200;
    expect((await other.as('POST', `/endpoints/${theirs.id}/test`, {})).status).toBe(200);
    release();
    expect((await Promise.all(open)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await shop.as('POST', `/endpoints/${id}/test`, {})).status).toBe(200);
    const many = await Promise.all(
      Array.from({ length: 60 }, () => shop.as('POST', `/endpoints/${id}/test`, {})),
    );
    expect(many.map(({ status }) => status)).toContain(429);
  });
});
