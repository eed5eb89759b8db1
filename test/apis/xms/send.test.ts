import { describe, expect, test } from 'vitest';
import { botApp, makeXms, shopApp } from './fake-core.ts';

const to = { contactId: 'wa919988776655_918828218374' };

describe('message/send', () => {
  test('answers the id of the message, in data and as first result', async () => {
    const { call, core } = makeXms();
    const { status, body } = await call('POST', 'message/send', { to, text: { body: 'Hello' } });
    expect(status).toBe(200);
    expect(body).toEqual({
      data: { id: '65f000000000000000000001' },
      results: [{ id: '65f000000000000000000001' }],
      status: '200',
      statusKey: 'SUCCESS',
      message: 'The message is accepted for sending',
      messageKey: 'MESSAGE_ACCEPTED',
      path: '/xms/api/v1/message/send',
      timestamp: expect.any(Number),
      traceid: expect.stringMatching(/^[0-9a-f]{24}$/),
    });
    expect(core.sent).toEqual([
      {
        to,
        content: { type: 'text', text: 'Hello' },
        sender: { type: 'BOT', code: 'helpbot' },
        appId: botApp.id,
      },
    ]);
  });

  test('takes a tenant-wide key for another app of the business', async () => {
    const { call, core } = makeXms();
    const { status } = await call(
      'POST',
      'message/send',
      { to, text: { body: 'Hello' } },
      {
        'x-api-key': 'key-tenant',
        'x-api-id': shopApp.id,
      },
    );
    expect(status).toBe(200);
    expect(core.sent[0]?.appId).toBe(shopApp.id);
  });
});
