import { afterAll, describe, expect, it } from 'vitest';
import { installationKey, testServer } from './server.ts';

const { address, api, db, end } = await testServer();
afterAll(end);

const hello = (n: number, more: object = {}) => ({
  channelId: 'dummy:sandbox',
  to: { phone: String(966500010000 + n) },
  content: { text: `Hello ${n}` },
  ...more,
});

async function count(): Promise<number> {
  const text = 'select count(*) as n from message';
  return Number((await db.run<{ n: number }>({ name: 'count.messages', text }, []))[0]!.n);
}

const bulk = (messages: unknown) => api('POST', '/messages/bulk', { messages });

describe('many messages in one request', () => {
  it('are accepted in the order given, up to a thousand', async () => {
    const before = await count();
    const { status, body } = await bulk(Array.from({ length: 1000 }, (_, n) => hello(n % 300)));
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 1000, refused: 0 });
    const ids = body.items.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(1000);
    expect([...ids].sort()).toEqual(ids);
    expect(await count()).toBe(before + 1000);
    expect((await api('GET', `/messages/${ids[301]}`)).body.content.text).toBe('Hello 1');
  });

  it('are sent but for those that cannot be, each of which says why in its place', async () => {
    const before = await count();
    const { status, body } = await bulk([
      hello(1),
      hello(2, { channelId: 'dummy:nowhere' }),
      'no message',
      hello(3, { content: undefined }),
      hello(4, { contents: {} }),
      hello(5, { content: undefined, template: { code: 'none' } }),
      hello(6),
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 2, refused: 5 });
    const [first, channel, text, nothing, misspelt, template, last] = body.items;
    for (const sent of [first, last])
      expect(sent).toEqual({
        id: expect.any(String),
        no: expect.any(Number),
        sessionId: expect.any(String),
        contactId: expect.any(String),
      });
    expect(channel.error).toMatchObject({
      code: 'INVALID',
      fields: [{ field: 'channelId', code: 'UNKNOWN_CHANNEL' }],
    });
    expect(text.error).toMatchObject({ code: 'INVALID' });
    expect(nothing.error).toMatchObject({ code: 'MISSING', fields: [{ field: 'content' }] });
    expect(misspelt.error.fields).toMatchObject([{ field: 'contents', code: 'UNKNOWN_PROPERTY' }]);
    expect(template.error.fields[0].field).toMatch(/^template/);
    expect(await count()).toBe(before + 2);
  });

  it('may all be wrong', async () => {
    expect((await bulk([{}])).body).toMatchObject({ accepted: 0, refused: 1 });
  });

  it.each([
    ['none', []],
    ['more than a thousand', Array.from({ length: 1001 }, (_, n) => hello(n))],
    ['something else', { to: 'all' }],
  ])('are refused as a whole when there are %s', async (_, messages) => {
    const before = await count();
    const { status, body } = await bulk(messages);
    expect(status).toBe(400);
    expect(body.error.fields[0].field).toBe('messages');
    expect(await count()).toBe(before);
  });

  it('are sent once under an idempotency key, with the same answer', async () => {
    const before = await count();
    const ask = async () => {
      const answer = await fetch(`${address}/api/v1/messages/bulk`, {
        method: 'POST',
        headers: { 'x-api-key': installationKey, 'idempotency-key': 'campaign-1' },
        body: JSON.stringify({ messages: [hello(1), {}, hello(2)] }),
      });
      return { replayed: answer.headers.get('idempotency-replayed'), body: await answer.json() };
    };
    const first = await ask();
    const again = await ask();
    expect(again).toEqual({ replayed: 'true', body: first.body });
    expect(await count()).toBe(before + 2);
  });
});
