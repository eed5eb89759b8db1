import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { receiver } from './receiver.ts';
import { testServer, until } from './server.ts';

const { api, end } = await testServer();
let status = 200;
let saysBack = false;
const crm = await receiver(({ headers }) => (saysBack ? { status, body: JSON.stringify(headers) } : status));
afterAll(end);
afterAll(crm.end);

let endpoint = '';
beforeAll(async () => {
  const { body } = await api('POST', '/endpoints', { url: crm.url, types: ['message.accepted'] });
  endpoint = body.id;
});

const send = async (text: string) => {
  const { body } = await api('POST', '/messages', {
    channelId: 'dummy:sandbox',
    to: { phone: '966500000200' },
    content: { text },
  });
  return body.id as string;
};
const told = () => crm.calls.map(({ body }) => JSON.parse(body).data.message.content.text as string);
const log = async () => (await api('GET', `/endpoints/${endpoint}/deliveries?limit=200`)).body.items;
const replay = (body: object, id = endpoint) => api('POST', `/endpoints/${id}/replay`, body);
const settled = (count: number) =>
  until(
    log,
    (lines) => lines.length === count && lines.every(({ state }: { state: string }) => state !== 'pending'),
  );

describe('what an endpoint was told', () => {
  it('is shown with each try, what was asked and what was answered', async () => {
    await send('first');
    const [line] = await settled(1);
    const { body } = await api('GET', `/endpoints/${endpoint}/deliveries/${line.seq}`);
    expect(body).toMatchObject({ seq: line.seq, state: 'delivered', attempt: 1 });
    expect(line.ms).toBe(body.tries[0].ms);
    expect(body.tries).toEqual([
      { attempt: 1, at: expect.any(Number), ms: expect.any(Number), status: 200, answer: '' },
    ]);
    const [{ headers, body: told }] = crm.calls as [(typeof crm.calls)[0]];
    expect(body.request).toEqual({
      url: crm.url,
      headers: expect.objectContaining({
        'webhook-id': headers['webhook-id'],
        'x-xms-signature': headers['x-xms-signature'],
        'x-verify-token': '********',
      }),
      body: JSON.parse(told),
    });
  });

  it('is told again, one or a range, under the same id', async () => {
    await send('second');
    await send('third');
    const lines = await settled(3);
    const before = crm.calls.length;
    const { seq } = lines[2];
    expect(await replay({ from: seq, to: seq })).toMatchObject({ status: 200, body: { queued: 1 } });
    await until(
      async () => crm.calls.length,
      (n) => n === before + 1,
    );
    expect(crm.calls.at(-1)!.headers['webhook-id']).toBe(crm.calls[0]!.headers['webhook-id']);
    expect((await replay({ from: seq })).body).toEqual({ queued: 3 });
    await until(
      async () => crm.calls.length,
      (n) => n === before + 4,
    );
    expect(told().slice(-3)).toEqual(['first', 'second', 'third']);
    const { body } = await api('GET', `/endpoints/${endpoint}/deliveries/${seq}`);
    expect(body.tries).toHaveLength(3);
  });

  it('and what it never took is told again without the rest', async () => {
    status = 400;
    await send('refused');
    await send('refused, too');
    await settled(5);
    status = 200;
    await send('taken');
    await settled(6);
    const before = crm.calls.length;
    const first = (await log())[0].seq;
    expect((await replay({ failed: true, from: first, to: first })).body).toEqual({ queued: 0 });
    expect((await replay({ failed: true })).body).toEqual({ queued: 2 });
    await until(
      async () => crm.calls.length,
      (n) => n === before + 2,
    );
    expect(told().slice(-2)).toEqual(['refused', 'refused, too']);
    await settled(6);
    expect((await replay({ failed: true })).body).toEqual({ queued: 0 });
    const failed = (await log()).find((line: { attempt: number; seq: number }) => line.seq > 0);
    expect(failed.state).toBe('delivered');
  });

  it('an endpoint that came later is told what was before it', async () => {
    const later = await receiver();
    const { body } = await api('POST', '/endpoints', { url: later.url, types: ['message.accepted'] });
    expect((await replay({}, body.id)).body).toEqual({ queued: 6 });
    await until(
      async () => later.calls.length,
      (n) => n === 6,
    );
    expect(later.calls.map((call) => JSON.parse(call.body).data.message.content.text)).toEqual([
      'first',
      'second',
      'third',
      'refused',
      'refused, too',
      'taken',
    ]);
    await later.end();
  });

  it('is not told again to one that is out of use, nor in a range that cannot be', async () => {
    const gone = await receiver(() => 410);
    const { body } = await api('POST', '/endpoints', { url: gone.url, types: ['message.accepted'] });
    await send('to nobody');
    await until(
      () => api('GET', `/endpoints/${body.id}`),
      (answer) => answer.body.disabledAt !== undefined,
    );
    expect((await replay({}, body.id)).status).toBe(409);
    expect((await replay({ from: 3, to: 2 })).body.error.fields).toMatchObject([{ field: 'to' }]);
    expect((await replay({ from: 'one' })).status).toBe(400);
    expect((await replay({}, 'ffffffffffffffffffffffff')).status).toBe(404);
    expect((await api('GET', `/endpoints/${endpoint}/deliveries/999999`)).status).toBe(404);
    await gone.end();
  });
});

describe('what a receiver says back', () => {
  it('is shown without the secrets that the receiver said back', async () => {
    saysBack = true;
    const own = await api('POST', '/endpoints', {
      ...{ url: `${crm.url}/says-back`, types: ['message.status'], verifyToken: 'planted"token"/of+ours' },
    });
    await send('said back');
    const deliveries = `/endpoints/${own.body.id}/deliveries`;
    const { body } = await until(
      () => api('GET', deliveries),
      ({ body: { items } }) => items.length > 0 && items[0].state === 'delivered',
    );
    saysBack = false;
    const one = (await api('GET', `${deliveries}/${body.items[0].seq}`)).body;
    expect(one.tries[0].answer).toContain('********');
    expect(JSON.stringify(one)).not.toContain('planted');
    await api('DELETE', `/endpoints/${own.body.id}`);
  });
});
