import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer } from './server.ts';

const { api, end } = await testServer();
afterAll(end);

const done = async (method: string, path: string, body?: unknown) => {
  const answer = await api(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};
/** What is told of why something cannot be taken away. */
const refusal = async (path: string) => {
  const { status, body } = await api('DELETE', path);
  return { status, ...body.error?.fields[0] };
};

beforeAll(async () => {
  await done('PUT', '/apps/shop', { name: 'Shop' });
  await done('PUT', '/queues/orders', { name: 'Orders', type: 'BOT', app: 'shop' });
  await done('PUT', '/teams/returns', { name: 'Returns' });
  await done('PUT', '/agents/ann', { name: 'Ann', teams: ['returns'], queues: ['orders'] });
  await done('PUT', '/agents/ben', { name: 'Ben', queues: ['orders'] });
  await done('PUT', '/canned-answers/back', { text: 'Send it back', team: 'returns' });
  await done('PUT', '/channels/dummy:here', { name: 'Here', settings: {}, queue: 'orders' });
  await done('PUT', '/vars/hotline?channel=dummy:here', { value: '+1' });
  await done('POST', '/keys', { name: 'One', app: 'shop' });
  await done('POST', '/endpoints', { url: 'https://crm.example/events', app: 'shop', name: 'CRM' });
  await done('PUT', '/apps/desk', { name: 'Desk' });
  await done('POST', '/endpoints', { url: 'https://desk.example/events?key=planted', app: 'desk' });
  await done('POST', '/messages', {
    to: { phone: '966500000119' },
    channelId: 'dummy:here',
    content: { type: 'text', text: 'Hello' },
  });
});

describe('what is in use', () => {
  it('is not taken away, and all that relies on it is told at once', async () => {
    expect(await refusal('/queues/orders')).toMatchObject({
      status: 409,
      field: 'queue',
      code: 'IN_USE',
      uses: expect.arrayContaining([
        { noun: 'channels', count: 1, some: [{ id: 'dummy:here', name: 'Here' }] },
        {
          noun: 'agents',
          count: 2,
          some: [
            { id: 'ann', name: 'Ann' },
            { id: 'ben', name: 'Ben' },
          ],
        },
        { noun: 'sessions', count: 1, some: [] },
      ]),
    });
    expect(await refusal('/teams/returns')).toMatchObject({
      code: 'IN_USE',
      message: 'The team is in use by agents (ann), canned-answers (back).',
      uses: [
        { noun: 'agents', count: 1, some: [{ id: 'ann', name: 'Ann' }] },
        { noun: 'canned-answers', count: 1, some: [{ id: 'back', name: 'back' }] },
      ],
    });
    expect(await refusal('/apps/shop')).toMatchObject({
      code: 'IN_USE',
      uses: [
        { noun: 'queues', count: 1, some: [{ id: 'orders', name: 'Orders' }] },
        { noun: 'endpoints', count: 1, some: [{ name: 'CRM' }] },
        { noun: 'keys', count: 1, some: [] },
      ],
    });
    expect((await refusal('/channels/dummy:here')).uses[0]).toEqual({
      noun: 'vars',
      count: 1,
      some: [{ id: 'hotline', name: 'hotline' }],
    });
    for (const path of ['/queues/orders', '/teams/returns', '/apps/shop', '/channels/dummy:here'])
      await done('GET', path);
  });

  it('names an endpoint without a name by its address, and no secret in it', async () => {
    const told = await refusal('/apps/desk');
    expect(told.uses).toMatchObject([
      { noun: 'endpoints', some: [{ name: 'https://desk.example/events?…' }] },
    ]);
    expect(JSON.stringify(told)).not.toContain('planted');
  });

  it('goes as soon as nothing relies on it any more', async () => {
    await done('PUT', '/teams/spare', {});
    await done('PUT', '/agents/eve', { teams: ['spare'] });
    expect(await refusal('/teams/spare')).toMatchObject({ code: 'IN_USE' });
    await done('PUT', '/agents/eve', { teams: [] });
    await done('DELETE', '/teams/spare');
    expect((await api('GET', '/teams/spare')).status).toBe(404);
  });

  it('is told apart from what every business has', async () => {
    expect(await refusal('/queues/agent_desk')).toMatchObject({ status: 409, code: 'INDISPENSABLE' });
    expect(await refusal('/queues/default')).toMatchObject({ status: 409, code: 'INDISPENSABLE' });
  });
});

describe('the business', () => {
  it('has a default queue, which is changed with its settings or not at all', async () => {
    expect(await done('GET', '/business')).toMatchObject({ defaultQueue: 'default' });
    const wrong = await api('PATCH', '/business', { name: 'Renamed', defaultQueue: 'nowhere' });
    expect(wrong).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: 'defaultQueue', code: 'UNKNOWN_QUEUE' }] } },
    });
    expect((await done('GET', '/business')).name).not.toBe('Renamed');
    await done('PATCH', '/business', { defaultQueue: 'agent_desk', settings: { lang: 'ar' } });
    expect(await done('GET', '/business')).toMatchObject({
      defaultQueue: 'agent_desk',
      settings: { lang: 'ar' },
    });
    expect(await done('GET', '/queues/default')).toMatchObject({ isDefault: false });
    await done('PATCH', '/business', { defaultQueue: 'default', settings: { lang: '' } });
    expect((await done('GET', '/business')).settings).not.toHaveProperty('lang');
  });
});

describe('how an agent comes in', () => {
  it('is told to who sets up, without what one signs in with', async () => {
    await done('PUT', '/agents/kim', { name: 'Kim', email: 'kim@shop.example' });
    expect(await done('GET', '/agents/kim/access')).toEqual({ hasPassword: false, totp: false, signIns: [] });
    const { token } = await done('POST', '/agents/kim/link', {});
    const password = 'correct horse battery';
    await done('POST', '/sign-in/password', { token, password, as: 'token' });
    expect(await done('GET', '/agents/kim/access')).toEqual({
      hasPassword: true,
      totp: false,
      signIns: [
        {
          kind: 'token',
          createdAt: expect.any(Number),
          seenAt: expect.any(Number),
          expiresAt: expect.any(Number),
          address: expect.any(String),
          userAgent: expect.any(String),
        },
      ],
    });
    expect((await api('GET', '/agents/nobody/access')).status).toBe(404);
  });
});
