import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer, until } from './server.ts';

const { api, end } = await testServer();
afterAll(end);

const sandbox = { channelId: 'dummy:sandbox' };
const send = async (phone: string, more: object = { content: { text: 'Hello' } }) => {
  const answer = await api('POST', '/messages', { to: { phone }, ...sandbox, ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
const reached = async (id: string, status: string) =>
  (
    await until(
      () => api('GET', `/messages/${id}`),
      ({ body }) => body.status === status,
    )
  ).body;

describe('a message', () => {
  it('is sent, and tells every step of its life', async () => {
    const { id, sessionId, contactId } = await send('966500000000');
    const read = await reached(id, 'READ');
    expect(read).toMatchObject({
      id,
      sessionId,
      contactId,
      channelId: 'dummy:sandbox',
      direction: 'O',
      content: { type: 'text', text: 'Hello' },
      senderType: 'API',
      senderCode: 'default',
      providerId: expect.any(String),
      errors: [],
      mask: false,
    });
    const steps = ['CRTD', 'INIT', 'SENT', 'SENTX', 'DLVRD', 'READ'];
    expect(Object.keys(read.stamps).sort()).toEqual(steps.sort());
  });

  it('that failed says why, in our class and the provider’s words', async () => {
    const { id } = await send('966500000100');
    const failed = await reached(id, 'SENT_ERR');
    expect(failed.failure).toMatchObject({ class: 'INVALID_RECIPIENT', text: expect.any(String) });
    expect(failed.errors).toEqual([
      expect.objectContaining({ code: expect.any(String), title: expect.any(String) }),
    ]);
  });

  it('is made out of a template', async () => {
    await api('PUT', '/templates/shipped/en', {
      body: 'Order {{data.order}} is on its way',
      buttons: [{ label: 'Thanks' }],
    });
    const { id } = await send('966500000000', { template: { code: 'shipped', data: { order: 17 } } });
    expect((await api('GET', `/messages/${id}`)).body.content).toMatchObject({
      type: 'template',
      template: { code: 'shipped', lang: 'en', body: 'Order 17 is on its way' },
      buttons: [{ label: 'Thanks', code: 'Thanks', type: 'QUICK_REPLY' }],
    });
  });

  it('can carry a file, a place, cards and buttons', async () => {
    const contents = [
      { type: 'image', media: { link: 'https://shop.example/a.png', caption: 'A' } },
      { type: 'location', location: { latitude: '24.7136', longitude: '46.6753' } },
      { type: 'contacts', cards: [{ name: { formatted_name: 'Ann' }, phones: [{ phone: '+49' }] }] },
      { text: 'Which?', buttons: [{ label: 'One' }, { label: 'Two', code: '2' }] },
    ];
    for (const content of contents) {
      const { id } = await send('966500000001', { content });
      expect((await api('GET', `/messages/${id}`)).body.content).toMatchObject({ type: 'text', ...content });
    }
  });

  it('that is masked shows nothing, from the start', async () => {
    const { id } = await send('966500000000', { content: { text: 'The code is K-123456' }, mask: true });
    const { sessionId } = (await api('GET', `/messages/${id}`)).body;
    const all = [
      await api('GET', `/messages/${id}`),
      await api('GET', `/sessions/${sessionId}/messages?limit=200`),
      await api('GET', '/events?limit=200'),
    ];
    expect(JSON.stringify(all.map(({ body }) => body))).not.toContain('K-123456');
  });

  it('answers another one of the same conversation', async () => {
    const first = await send('966500000002');
    const { id } = await send('966500000002', { content: { text: 'And' }, replyTo: first.id });
    expect((await api('GET', `/messages/${id}`)).body.replyId).toBe(first.id);
  });

  it('waits for its time', async () => {
    const { id } = await send('966500000002', { content: { text: 'Later' }, sendAt: Date.now() + 3_600_000 });
    expect((await api('GET', `/messages/${id}`)).body.status).toBe('SCHLD');
  });

  it('of a bot is told to be of a bot', async () => {
    await api('PUT', '/apps/helper', { mode: 'BOT' });
    const { key } = (await api('POST', '/keys', { name: 'helper', app: 'helper' })).body;
    const { id } = (
      await api(
        'POST',
        '/messages',
        { to: { phone: '966500000002' }, ...sandbox, content: { text: 'x' } },
        key,
      )
    ).body;
    expect((await api('GET', `/messages/${id}`)).body).toMatchObject({
      senderType: 'BOT',
      senderCode: 'helper',
    });
  });

  it('that cannot be is refused with the field at fault, and leaves nothing behind', async () => {
    const to = { phone: '966500000777' };
    const content = { text: 'x' };
    const refused: [body: unknown, field: string][] = [
      [{}, 'to'],
      [{ to: 'me', content }, 'to'],
      [{ to: { telephone: '1' }, content }, 'to.telephone'],
      [{ to: { phone: 1 }, ...sandbox, content }, 'to.phone'],
      [{ to: {}, ...sandbox, content }, 'to'],
      [{ to, content }, 'channelId'],
      [{ to, channelId: 'dummy:nowhere', content }, 'channelId'],
      [{ to, ...sandbox }, 'content'],
      [{ to, ...sandbox, content: {} }, 'content.text'],
      [{ to, ...sandbox, content: null }, 'content'],
      [{ to, ...sandbox, content: { text: null } }, 'content.text'],
      [{ to, ...sandbox, content: { type: 'song', text: 'x' } }, 'content.type'],
      [{ to, ...sandbox, content: { type: 'template' } }, 'content.type'],
      [{ to, ...sandbox, content: { type: 'image' } }, 'content.media'],
      [{ to, ...sandbox, content: { type: 'video', media: { link: 'nowhere' } } }, 'content.media.link'],
      [
        { to, ...sandbox, content: { type: 'location', location: { latitude: '1', longitude: '200' } } },
        'content.location.longitude',
      ],
      [{ to, ...sandbox, content: { type: 'contacts' } }, 'content.cards'],
      [{ to, ...sandbox, content: { text: 'x', buttons: [{ code: 'x' }] } }, 'content.buttons[0].label'],
      [{ to, ...sandbox, content, template: { code: 'shipped' } }, 'content'],
      [{ to, ...sandbox, template: {} }, 'template'],
      [{ to, ...sandbox, template: { code: 'unheard' } }, 'template.code'],
      [{ to, ...sandbox, template: { code: 'shipped', media: { type: 'song' } } }, 'template.media.type'],
      [{ to, ...sandbox, content, replyTo: 'nothing' }, 'replyTo'],
      [{ to, ...sandbox, content, sendAt: 'soon' }, 'sendAt'],
      [{ to, ...sandbox, content, sendAt: 253_402_300_799_999 }, 'sendAt'],
    ];
    for (const [body, field] of refused) {
      const { status, body: told } = await api('POST', '/messages', body);
      expect([status, told.error.fields[0]?.field], JSON.stringify([body, told])).toEqual([400, field]);
      expect(told.error.fields[0].message).toEqual(expect.any(String));
    }
    expect((await api('GET', '/contacts/dummy966500000777_sandbox')).status).toBe(404);
  });
});

describe('what is listed', () => {
  let sent: { id: string; sessionId: string; contactId: string };
  beforeAll(async () => {
    for (const phone of ['4701', '4702', '4703']) sent = await send(phone);
    for (let i = 0; i < 4; i++) await send('4703', { content: { text: `Line ${i}` } });
    await reached(sent.id, 'READ');
  });

  /** All items of a list, read page by page. */
  async function pages(path: string, limit: number) {
    const items: { id: string }[] = [];
    let after: string | undefined;
    let count = 0;
    do {
      const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
      const { status, body } = await api(
        'GET',
        `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`,
      );
      expect(status).toBe(200);
      expect(body.items.length).toBeLessThanOrEqual(limit);
      items.push(...body.items);
      after = body.next;
      expect(++count).toBeLessThan(50);
    } while (after !== undefined);
    return items;
  }

  it.each(['/contacts', '/sessions', '/apps', '/keys', '/queues', '/channel-types'])(
    'comes in pages that miss nothing and repeat nothing: %s',
    async (path) => {
      const whole = (await api('GET', `${path}?limit=200`)).body;
      expect(whole.next).toBeUndefined();
      expect(await pages(path, 1)).toEqual(whole.items);
      expect(await pages(path, 2)).toEqual(whole.items);
    },
  );

  it('are the messages of a session, in the order in which they came', async () => {
    const messages = await pages(`/sessions/${sent.sessionId}/messages`, 2);
    expect(messages).toHaveLength(5);
    expect(messages.map(({ id }) => id)).toEqual(messages.map(({ id }) => id).sort());
    expect(messages[0]).toEqual((await api('GET', `/messages/${sent.id}`)).body);
  });

  it('are sessions, by person, queue and state', async () => {
    const { sessionId, contactId } = sent;
    const of = async (query: string) =>
      (await api('GET', `/sessions?${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await of(`contactId=${contactId}`)).toEqual([sessionId]);
    expect(await of(`contactId=${contactId}&open=true&queue=default`)).toEqual([sessionId]);
    expect(await of(`contactId=${contactId}&open=false`)).toEqual([]);
    expect(await of('queue=nowhere')).toEqual([]);
    expect((await api('GET', `/sessions/${sessionId}`)).body).toMatchObject({
      id: sessionId,
      contactId,
      resolved: false,
    });
    expect((await api('GET', `/contacts/${contactId}`)).body).toMatchObject({
      id: contactId,
      csid: '4703',
      optedOut: false,
    });
  });

  it('is refused for a limit or a filter that cannot be, never with a 500', async () => {
    const refused: [path: string, field: string][] = [
      ['/contacts?limit=0', 'limit'],
      ['/contacts?limit=201', 'limit'],
      ['/contacts?limit=many', 'limit'],
      ['/contacts?after=%00', 'after'],
      ['/contacts/%00', 'id'],
      ['/sessions?open=perhaps', 'open'],
      ['/sessions?queue=%00', 'queue'],
      ['/events?after=-1', 'after'],
      ['/events?after=9007199254740993', 'after'],
      ['/events?after=1e400', 'after'],
      ['/businesses?after=2147483648', 'after'],
    ];
    for (const [path, field] of refused) {
      const { status, body } = await api('GET', path);
      expect([status, body.error.fields[0]?.field], path).toEqual([400, field]);
    }
    for (const path of ['/messages/x', '/sessions/x', '/sessions/x/messages', '/contacts/x', '/nothing']) {
      expect((await api('GET', path)).status, path).toBe(404);
    }
  });
});

type Event = { type: string; data: { message?: { id: string } } };

describe('the log of events', () => {
  it('has no gaps, and goes on where one stopped', async () => {
    const seqs: number[] = [];
    let after = 0;
    for (;;) {
      const { items, next } = (await api('GET', `/events?after=${after}&limit=7`)).body;
      seqs.push(...items.map(({ seq }: { seq: number }) => seq));
      if (items.length === 0) {
        expect(next).toBe(after);
        break;
      }
      after = next;
    }
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    const { id } = await send('966500000009');
    const more = (await api('GET', `/events?after=${after}`)).body.items;
    const accepted = more.find(
      (event: Event) => event.type === 'message.accepted' && event.data.message?.id === id,
    );
    expect(accepted).toMatchObject({ business: 'first', data: { contact: { csid: '966500000009' } } });
  });

  it('tells of a person’s message without the names that the channel uses inside', async () => {
    await send('966500000401');
    const { body } = await until(
      () => api('GET', '/events?limit=200&after=0'),
      ({ body }) => body.items.some(({ type }: Event) => type === 'message.received'),
    );
    const { data } = body.items.find(({ type }: Event) => type === 'message.received');
    expect(data.message).toMatchObject({
      direction: 'I',
      content: { type: 'image', media: { filename: 'echo.png' } },
    });
    expect(JSON.stringify(data.message.content)).not.toContain('providerId');
    expect((await api('GET', `/messages/${data.message.id}`)).body.content).toEqual(data.message.content);
  });
});
