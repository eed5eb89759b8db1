import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse, until } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const post = (path: string, body: string, headers = {}) =>
  house.request('POST', path, body, { 'x-api-key': house.front.key, ...headers });

describe('what callers send', () => {
  it('D13: a number or a boolean for a text is taken as its text, without exponent', async () => {
    const id = await house.front.send({
      channelId: 'custom:kiosk',
      to: { contactId: (await house.kioskSays('g1', 'Hi')).contactId },
      type: 'location',
      location: { latitude: 52.5, longitude: -0.0000001, name: true, address: 9007199254740991 },
    });
    const { body } = await until(() =>
      house.outside.at('/connector/kiosk').find((one) => one.body.id === id),
    );
    expect(body.location).toEqual({
      latitude: '52.5',
      longitude: '-0.0000001',
      name: 'true',
      address: '9007199254740991',
    });
  });

  it('D13: the number 919988776655 and the text of it are one person', async () => {
    const to = async (phone: unknown) => {
      await house.front.send({ channelId: 'dummy:lab', to: { phone }, text: { body: 'Hi' } });
      const rows = await house.db.run<{ n: number }>(
        { name: 'test.people', text: "select count(*)::int as n from contact where type = 'DUMMY'" },
        [],
      );
      return rows[0]!.n;
    };
    expect([await to(919988776655), await to('919988776655'), await to('+91 99887 76655')]).toEqual([
      1, 1, 1,
    ]);
  });

  it('D13: an integer above 2^53 is refused rather than rounded, and so are lists and objects', async () => {
    for (const [phone, code] of [
      ['9007199254740993', 'INEXACT_NUMBER'],
      ['-9007199254740993', 'INEXACT_NUMBER'],
      ['12345678901234567890', 'INEXACT_NUMBER'],
      ['1e21', 'INEXACT_NUMBER'],
      ['["919988776655"]', 'NOT_A_TEXT'],
      ['{"number":"919988776655"}', 'NOT_A_TEXT'],
    ]) {
      const { status, body } = await post(
        'message/send',
        `{"channelId":"dummy:lab","to":{"phone":${phone}},"text":{"body":"Hi"}}`,
      );
      expect(status, phone).toBe(400);
      expect(body, phone).toMatchObject({
        statusKey: 'PARAM_INVALID',
        errors: [{ field: 'to.phone', code }],
      });
    }
    const taken = await house.connector('message/receive', {
      messages: [{ id: '9007199254740993', from: 'g2', text: { body: 'Hi' } }],
    });
    expect(taken.body).toMatchObject({ messages: [{ messageIdExt: '9007199254740993' }] });
  });

  it('D14: null means absent, at any depth of what has a type', async () => {
    const message = {
      channelId: 'dummy:lab',
      to: { phone: '966500000001', email: null, contactId: null },
      type: null,
      location: null,
      options: { buttons: [null, { label: 'Yes', url: null }] },
      text: { body: 'Hello', subject: null },
      mask: null,
    };
    expect((await house.front.post('message/send', message)).status).toBe(200);
    const missing = await house.front.post('message/send', { to: null, text: { body: 'Hello' } });
    expect(missing.body).toMatchObject({ statusKey: 'PARAM_MISSING', errors: [{ field: 'to' }] });
  });

  it('D14: inside free-form values null is content', async () => {
    const { session } = await house.kioskSays('g3', 'Hi');
    const params = { step: null, list: [null, { deep: null }] };
    const { body } = await house.front.post('session/routing', {
      sessionId: session!.sessionId,
      queue: 'second',
      params,
    });
    expect(body.results[0]?.sessionRouted).toMatchObject({ params });
    const pushed = await house.front.post('event/push', { eventName: 'SEEN', data: { page: null } });
    expect(pushed.body.data?.data).toEqual({ page: null });
  });

  it('D15: properties that nobody knows are ignored, at any depth', async () => {
    const id = await house.front.send({
      channelId: 'dummy:lab',
      headers: {},
      data: { a: [1] },
      note: 'unknown here',
      to: { phone: '966500000001', nickname: {} },
      text: { body: 'Hello', size: [12] },
    });
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    const { status } = await house.front.post('config/webhook', {
      url: `${house.outside.url}/apps/front`,
      headers: {},
    });
    expect(status).toBe(200);
  });

  it('D17: a body is JSON, whatever its content type says, also with a byte order mark', async () => {
    const message = JSON.stringify({
      channelId: 'dummy:lab',
      to: { phone: '966500000001' },
      text: { body: 'Hi' },
    });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml; charset=latin1',
      'x',
    ]) {
      expect((await post('message/send', message, { 'content-type': type })).status, type).toBe(200);
    }
    expect((await post('message/send', `\ufeff${message}`)).status).toBe(200);
    const form = await post('message/send', 'to=966500000001', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(form.body).toMatchObject({
      status: '400',
      statusKey: 'PARAM_INVALID',
      errors: [{ code: 'BAD_JSON' }],
    });
  });

  it('takes an empty body for an empty object, and says what is missing', async () => {
    const { status, body } = await post('message/send', '');
    expect(status).toBe(400);
    expect(body).toMatchObject({ statusKey: 'PARAM_MISSING', errors: [{ field: 'to', code: 'REQUIRED' }] });
  });

  it('reads a time as milliseconds or seconds, as a number or as text, and never one in the far future', async () => {
    const at = async (timestamp: unknown) =>
      (await house.kioskSays('g4', 'Hi', { timestamp: timestamp as number })).timestamp!;
    expect(await at(1_700_000_000_123)).toBe(1_700_000_000_123);
    expect(await at('1700000000123')).toBe(1_700_000_000_123);
    expect(await at(1_700_000_000)).toBe(1_700_000_000_000);
    for (const wrong of [0, -5, null, 8_900_000_000_000_000]) {
      expect(Math.abs((await at(wrong)) - Date.now()), String(wrong)).toBeLessThan(600_000);
    }
    for (const wrong of ['2024-01-01T00:00:00Z', 1.5, true, {}]) {
      const { status, body } = await house.connector('message/receive', {
        messages: [{ from: 'g4', text: { body: 'Hi' }, timestamp: wrong }],
      });
      expect(status).toBe(400);
      expect(body.errors[0]).toMatchObject({ field: 'messages[0].timestamp', code: 'NOT_AN_INTEGER' });
    }
  });
});
