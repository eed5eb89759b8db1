import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer, until } from './server.ts';

const { api, server, end } = await testServer();
afterAll(end);

interface Listed {
  id: string;
  no: number;
  contactName: string;
  content: { text?: string };
}
const list = async (query: Record<string, string | number> = {}, key?: string) => {
  const asked = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const { status, body } = await api('GET', `/messages?${asked}`, undefined, key);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as { items: Listed[]; next?: string };
};
const textsOf = ({ items }: { items: Listed[] }) => items.map(({ content }) => content.text);
const send = async (phone: string, text: string, more: object = {}) =>
  (
    await api('POST', '/messages', {
      to: { phone, name: `Person ${phone.slice(-2)}` },
      channelId: 'dummy:sandbox',
      content: { text },
      ...more,
    })
  ).body as { id: string; no: number };

let first: { id: string; no: number };
let providerId = '';
beforeAll(async () => {
  await api('PUT', '/channels/dummy:sandbox', { settings: { echo: false } });
  first = await send('966512340019', 'The first one');
  await send('966512340029', 'To somebody else');
  await send('966512340019', 'The second one');
  const sent = await until(
    () => api('GET', `/messages/${first.id}`),
    ({ body }) => body.providerId !== undefined,
  );
  providerId = sent.body.providerId;
});

describe('messages across all conversations', () => {
  it('are told newest first, page by page', async () => {
    const page = await list({ limit: 2 });
    expect(textsOf(page)).toEqual(['The second one', 'To somebody else']);
    expect(textsOf(await list({ limit: 2, after: page.next! }))[0]).toBe('The first one');
  });

  it.each([
    ['id', () => first.id],
    ['number', () => `#${first.no}`],
    ['id of its provider', () => providerId],
  ])('are found by their %s', async (_, q) => {
    expect(textsOf(await list({ q: q() }))).toEqual(['The first one']);
  });

  it.each(['+966 51 234 0019', '966512340019', '٩٦٦٥١٢٣٤٠٠١٩', '0019', 'Person 19'])(
    'are found by the person: %s',
    async (q) => {
      await until(
        () => list({ q }),
        ({ items }) => items.length > 1,
      );
      const found = await list({ q });
      expect(textsOf(found)).toEqual(['The second one', 'The first one']);
      expect(found.items[0]!.contactName).toMatch(/Person 19|966512340019/);
    },
  );

  it('are not found by what is nobody’s, nor by what is too short to be anything', async () => {
    expect((await list({ q: 'nobody-at-all' })).items).toEqual([]);
    expect((await list({ q: 'x' })).items).toEqual([]);
    expect((await list({ q: 'ffffffffffffffffffffffff' })).items).toEqual([]);
  });

  it('say nothing of what is to be hidden, and are of one business alone', async () => {
    const { id } = await send('966512340039', 'My secret', { mask: true });
    expect(JSON.stringify(await list({ q: id }))).not.toContain('My secret');
    const { key } = (await api('POST', '/businesses', { domain: `other${Date.now()}` })).body;
    expect((await list({}, key)).items).toEqual([]);
    expect((await list({ q: first.id }, key)).items).toEqual([]);
    expect(server.http.table.filter(({ url }) => url === '/api/v1/messages')).toHaveLength(2);
  });
});
