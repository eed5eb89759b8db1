import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse, type Reply } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const greeting = {
  channelId: 'dummy:lab',
  to: { phone: '966500000001' },
  type: 'text',
  text: { body: 'Hello' },
};
const compactKeys = ['message', 'messageKey', 'results', 'status', 'statusKey', 'timestamp', 'traceid'];

/** One success of each operation that answers in an envelope. */
async function successes(): Promise<Record<string, Reply>> {
  const { front } = house;
  const { session, contactId } = await house.kioskSays('g100', 'Is somebody there?');
  const { sessionId } = session!;
  return {
    'config/channels': await front.get('config/channels'),
    'config/global/vars': await front.get('config/global/vars'),
    'config/tmpl/hsm': await front.get('config/tmpl/hsm'),
    'config/webhook': await house.client(house.keys['quiet/main']!).post('config/webhook', { url: '' }),
    'contact/prefs/lang': await front.post('contact/prefs/lang', { contactId, lang: 'en' }),
    'data/push': await front.post('data/push', { id: 'C1', data: { tier: 'gold' } }),
    'event/push': await front.post('event/push', { eventName: 'CART_FILLED' }),
    'message/send': await front.post('message/send', greeting),
    'session/messages': await front.post('session/messages', { sessionId }),
    'session/routing': await front.post('session/routing', { sessionId, queue: 'second' }),
    'session/resolve': await front.post('session/resolve', { sessionId }),
    'session/close': await front.post('session/close', { sessionId }),
  };
}

const full = [
  'config/global/vars',
  'config/tmpl/hsm',
  'config/webhook',
  'data/push',
  'event/push',
  'message/send',
];
const lists = ['config/channels', 'config/global/vars', 'config/tmpl/hsm', 'session/messages'];

describe('a success', () => {
  let all: Record<string, Reply>;
  beforeAll(async () => {
    all = await successes();
  });

  it('D4: is answered 200 by every operation, with a body in JSON', () => {
    for (const [name, { status, headers, text }] of Object.entries(all)) {
      expect(status, name).toBe(200);
      expect(headers['content-type'], name).toContain('application/json');
      expect(text, name).not.toBe('');
    }
  });

  it('D8: tells the status as text, and the verdict SUCCESS', () => {
    for (const [name, { body }] of Object.entries(all)) {
      expect(body.status, name).toBe('200');
      expect(body.statusKey, name).toBe('SUCCESS');
      expect(body.messageKey, name).toMatch(/^[A-Z_]+(:.*)?$/);
      expect(body.message, name).toMatch(/\S/);
      expect(Math.abs(Date.now() - body.timestamp), name).toBeLessThan(600_000);
    }
  });

  it('D7: has its objects in results always; one object is in data, too; a list is in results alone', () => {
    for (const [name, { body }] of Object.entries(all)) {
      expect(body.results, name).toBeInstanceOf(Array);
      expect(body.results.length, name).toBeGreaterThan(0);
      if (full.includes(name) && !lists.includes(name)) expect(body.results, name).toEqual([body.data]);
      else expect(body, name).not.toHaveProperty('data');
    }
  });

  it('D7: gives an empty list where nothing is found', async () => {
    const { status, body } = await house.front.get('config/tmpl/hsm?channelId=wa360:0');
    expect(status).toBe(200);
    expect(body.results).toEqual([]);
  });

  it('has no more in the compact envelope than the contract lists', () => {
    for (const [name, { body }] of Object.entries(all)) {
      if (!full.includes(name)) expect(Object.keys(body).sort(), name).toEqual(compactKeys);
    }
  });

  it('D9: tells the path in the full envelope, and a trace id everywhere, which is a header too', async () => {
    for (const [name, { body, headers }] of Object.entries(all)) {
      if (full.includes(name)) expect(body.path, name).toBe(`/xms/api/v1/${name}`);
      expect(body.traceid, name).toMatch(/^[0-9a-f]{24}$/);
      expect(headers['x-request-id'], name).toBe(body.traceid);
    }
    const { body } = await house.front.get('config/global/vars?channelId=dummy:lab&other=1');
    expect(body).toMatchObject({ path: '/xms/api/v1/config/global/vars', query: { channelId: 'dummy:lab' } });
    const bare = await house.connector('message/receive', {
      messages: [{ from: 'g101', text: { body: 'Hi' } }],
    });
    expect(bare.headers['x-request-id']).toMatch(/^[0-9a-f]{24}$/);
    expect(bare.body).not.toHaveProperty('statusKey');
  });

  it('D16: leaves out what is not set, instead of telling null', () => {
    for (const [name, { text }] of Object.entries(all)) {
      // A variable's value and pushed data are the business's own.
      if (name !== 'config/global/vars') expect(text, name).not.toMatch(/:\s*null/);
    }
  });
});

describe('a failure', () => {
  const fullKeys = [
    'error',
    'errors',
    'message',
    'messageKey',
    'path',
    'results',
    'status',
    'statusKey',
    'timestamp',
    'traceid',
  ];

  it('D10: is told in the full envelope, also where the success would be compact or bare', async () => {
    const failures = [
      await house.front.post('message/send', {}),
      await house.front.post('session/close', { sessionId: '61f3810a02e14c0877fc1a32' }),
      await house.front.get('session/messages'),
      await house.connector('message/receive', {}),
      await house.connector('contact/info', { csid: 'g1' }, 'no such token at all'),
      await house.request('GET', 'no/such/path'),
      await house.request('DELETE', 'message/send'),
    ];
    expect(failures.map(({ status }) => status)).toEqual([400, 404, 400, 400, 401, 404, 404]);
    for (const { status, body, headers } of failures) {
      expect(Object.keys(body).sort()).toEqual(fullKeys);
      expect(body).toMatchObject({ status: String(status), results: [] });
      expect(body.error).toMatch(/^[A-Z]/);
      expect(headers['content-type']).toContain('application/json');
      expect(headers['x-request-id']).toBe(body.traceid);
    }
  });

  it('D10: names the field, the object, and codes from the most specific to the least', async () => {
    const { body } = await house.front.post('message/send', { ...greeting, to: { phone: 'nobody' } });
    expect(body).toMatchObject({ statusKey: 'PARAM_INVALID', path: '/xms/api/v1/message/send' });
    expect(body.errors).toEqual([
      {
        field: 'to.phone',
        obzect: 'OutBoundMsg',
        code: 'BAD_PHONE',
        codeKey: 'PARAM_INVALID',
        codes: ['BAD_PHONE.OutBoundMsg.to.phone', 'BAD_PHONE.to.phone', 'BAD_PHONE', 'PARAM_INVALID'],
        description: expect.stringContaining('phone number'),
        body: 'nobody',
      },
    ]);
  });

  it('tells everything that is wrong with the shape at once', async () => {
    const { body } = await house.front.post('message/send', {
      to: { phone: [1] },
      mask: 'perhaps',
      options: { buttons: [{ label: 'a' }, { label: {} }] },
    });
    expect(body.errors.map(({ field }) => field)).toEqual(['mask', 'options.buttons[1].label', 'to.phone']);
  });

  it('D11: never repeats a secret', async () => {
    const { front } = house;
    const refused = [
      await front.post('config/webhook', { url: 'ftp://user:pa55word@hooks.example/?token=t0ken' }),
      await house.request('POST', 'message/send', '{}', { 'x-api-key': 's3cret-key' }),
      await house.connector('message/receive', {}, 's3cret-token'),
      await front.post('message/send', { ...greeting, token: 's3cret' }),
    ];
    for (const { text } of refused) expect(text).not.toMatch(/pa55word|t0ken|s3cret/);
  });

  it('D12: the verdict says what kind of failure it is', async () => {
    const verdict = async (reply: Promise<Reply>) => {
      const { status, body } = await reply;
      return `${status} ${body.statusKey}`;
    };
    const { front } = house;
    expect(await verdict(front.post('message/send', {}))).toBe('400 PARAM_MISSING');
    expect(await verdict(front.post('message/send', []))).toBe('400 PARAM_INVALID');
    expect(await verdict(house.request('POST', 'message/send', '{}'))).toBe('401 UNAUTHORIZED');
    const page = house.client(house.keys['front/page']!);
    expect(await verdict(page.get('config/channels'))).toBe('403 FORBIDDEN');
    expect(await verdict(front.post('session/close', { sessionId: 'x' }))).toBe('404 NOT_FOUND');
  });

  it('D12: what is our own fault is SERVER_ERROR, and says nothing of our insides', async () => {
    await house.db.run({ name: 'test.hide', text: 'alter table customer_event rename to hidden' }, []);
    const { status, body, text } = await house.front.post('event/push', { eventName: 'CART_FILLED' });
    await house.db.run({ name: 'test.unhide', text: 'alter table hidden rename to customer_event' }, []);
    expect(status).toBe(500);
    expect(body).toMatchObject({ status: '500', statusKey: 'SERVER_ERROR', errors: [], results: [] });
    expect(body).not.toHaveProperty('exception');
    expect(text).not.toMatch(/customer_event|relation|select|insert|\.ts/i);
    expect((await house.front.post('event/push', { eventName: 'CART_FILLED' })).status).toBe(200);
  });

  it('D21: every id of ours is 24 hex digits', async () => {
    const { data } = (await house.front.post('message/send', greeting)).body;
    expect(data?.id).toMatch(/^[0-9a-f]{24}$/);
    const { id, session } = await house.kioskSays('g102', 'Hello');
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    expect(session?.sessionId).toMatch(/^[0-9a-f]{24}$/);
    const { body } = await house.front.post('event/push', { eventName: 'CART_FILLED' });
    expect(body.data?.id).toMatch(/^[0-9a-f]{24}$/);
  });
});
