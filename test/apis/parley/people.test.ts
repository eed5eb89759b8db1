import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer } from './server.ts';

const { api, end } = await testServer();
afterAll(end);

const done = async (method: string, path: string, body?: unknown) => {
  const answer = await api(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};
const refusal = async (method: string, path: string, body: unknown) => {
  const { status, body: told } = await api(method, path, body);
  return { status, field: told.error?.fields[0]?.field, code: told.error?.fields[0]?.code };
};

let vip = 0;
beforeAll(async () => {
  vip = (await done('POST', '/tags', { name: 'VIP', colour: '#1CA08A', description: 'Spends most' })).id;
  await done('PUT', '/agents/ann', { email: 'Ann@shop.example' });
});

describe('agents', () => {
  it('have a number, a role, a status, and a name elsewhere', async () => {
    const ben = await done('PUT', '/agents/ben@shop.example', {
      name: 'Ben Ali',
      displayName: 'Ben',
      email: 'ben@shop.example',
      role: 'admin',
      lang: 'ar-sa',
      imageUrl: `https://img.example/${'b'.repeat(300)}.png`,
    });
    expect(ben).toMatchObject({
      code: 'ben@shop.example',
      no: expect.any(Number),
      displayName: 'Ben',
      role: 'admin',
      status: 'active',
      active: true,
      lang: 'ar_SA',
      platformType: 'avocado',
      platformId: 'ben@shop.example',
    });
    const away = await done('PUT', '/agents/ben@shop.example', { status: 'inactive', displayName: '' });
    expect(away).toEqual({ ...ben, displayName: undefined, status: 'inactive', active: false });
    expect(await done('GET', '/agents/ben@shop.example')).toMatchObject({ no: ben.no, status: 'inactive' });
    expect(
      await refusal('PUT', '/agents/ben@shop.example', { status: 'on leave', active: false }),
    ).toMatchObject({ status: 400, field: 'status' });
    expect(await done('PUT', '/agents/ben@shop.example', { active: true })).toMatchObject({
      status: 'active',
    });
  });

  it('are not called like another one elsewhere', async () => {
    const taken = { platformId: 'ann@shop.example' };
    expect(await refusal('PUT', '/agents/eve', taken)).toEqual({
      status: 400,
      field: 'platformId',
      code: 'TAKEN',
    });
    // Two may share a mail address: the second is called by the code.
    expect(await done('PUT', '/agents/eve', { email: 'ann@shop.example' })).toMatchObject({
      platformId: 'eve',
    });
    expect(await done('PUT', '/agents/kim', { ...taken, platformType: 'crm' })).toMatchObject(taken);
  });
});

describe('tags', () => {
  it('are created once by name, changed by id, and removed', async () => {
    const again = await api('POST', '/tags', { name: 'vip', description: '' });
    expect([again.status, again.body.id, again.body.name]).toEqual([200, vip, 'vip']);
    expect(again.body).not.toHaveProperty('description');
    expect(again.body).toMatchObject({ colour: '#1ca08a' });
    expect(await done('PATCH', `/tags/${vip}`, { name: 'VIP' })).toMatchObject({ id: vip, name: 'VIP' });
    const { id } = await done('POST', '/tags', { name: 'Late' });
    expect(await refusal('PATCH', `/tags/${id}`, { name: 'Vip' })).toMatchObject({ field: 'name' });
    expect(await refusal('POST', '/tags', { name: 'x', colour: 'red' })).toMatchObject({ field: 'colour' });
    expect((await done('GET', '/tags')).items.map((one: { name: string }) => one.name)).toEqual([
      'VIP',
      'Late',
    ]);
    await done('DELETE', `/tags/${id}`);
    expect((await api('GET', `/tags/${id}`)).status).toBe(404);
  });

  it('are set on contacts, added to them, and found by', async () => {
    const put = await done('POST', '/contacts', {
      contacts: ['a', 'b', 'c'].map((csid) => ({ channelId: 'dummy:sandbox', csid: `tag ${csid}` })),
    });
    const [a, b] = put.items.map((one: { contact: { id: string } }) => one.contact.id);
    expect((await done('POST', `/contacts/${a}/tags`, { tags: [vip] })).tags).toEqual([vip]);
    expect((await done('PUT', `/contacts/${b}/tags`, { tags: [vip, vip] })).tags).toEqual([vip]);
    const listed = async (query: string) =>
      (await done('GET', `/contacts?${query}`)).items.map((one: { id: string }) => one.id);
    expect(await listed(`tag=${vip}`)).toEqual([a, b]);
    expect(await listed(`tag=${vip}&limit=1&after=${a}`)).toEqual([b]);
    expect((await done('PUT', `/contacts/${b}/tags`, { tags: [] })).tags).toEqual([]);
    expect(await listed(`tag=${vip}`)).toEqual([a]);
    expect(await refusal('PUT', `/contacts/${b}/tags`, { tags: [2_000_000_000] })).toEqual({
      status: 400,
      field: 'tags',
      code: 'UNKNOWN_TAG',
    });
    expect(await done('PUT', `/contacts/${a}/owner`, { agent: 'ann' })).toEqual({ changed: true });
    expect(await listed('owner=ann')).toEqual([a]);
    expect(await listed(`owner=ann&tag=${vip}`)).toEqual([a]);
    expect(await done('GET', `/contacts/${a}`)).toMatchObject({ owner: 'ann', tags: [vip] });
    expect(await done('PUT', `/contacts/${a}/owner`, {})).toEqual({ changed: true });
    expect(await listed('owner=ann')).toEqual([]);
  });
});

describe('custom fields', () => {
  it('are created, changed and removed by key', async () => {
    const made = await api('PUT', '/custom-fields/loyalty%20number', { name: 'Loyalty number' });
    expect([made.status, made.body]).toEqual([
      201,
      { id: expect.any(Number), key: 'loyalty number', name: 'Loyalty number', type: 'text' },
    ]);
    const changed = await done('PUT', '/custom-fields/loyalty%20number', { type: 'number' });
    expect(changed).toEqual({ ...made.body, type: 'number' });
    expect((await done('GET', '/custom-fields')).items).toEqual([changed]);
    expect(await refusal('PUT', '/custom-fields/x', { type: 'colour' })).toMatchObject({ field: 'type' });
    await done('DELETE', '/custom-fields/loyalty%20number');
    expect((await api('GET', '/custom-fields/loyalty%20number')).status).toBe(404);
  });
});

describe('messages', () => {
  const send = (csid: string, more: object = {}) =>
    api('POST', '/messages', { to: { csid }, channelId: 'dummy:sandbox', content: { text: 'Hi' }, ...more });

  it('have a number, and are deleted, one or many', async () => {
    const sent = (await send('deleted')).body;
    expect(await done('GET', `/messages/${sent.id}`)).toMatchObject({ no: sent.no });
    const later = { sendAt: Date.now() + 3_600_000 };
    const [one, two] = [(await send('deleted', later)).body, (await send('deleted', later)).body];
    expect(await done('DELETE', `/messages/${one.id}`)).toEqual({ removed: true });
    expect((await api('DELETE', `/messages/${one.id}`)).status).toBe(404);
    expect(await done('POST', '/messages/delete', { ids: [one.id, two.id, 'x'] })).toEqual({
      deleted: [two.id],
    });
  });

  it('go to nobody unknown when that is not wanted', async () => {
    expect(await send('nobody yet', { onlyKnown: true })).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: 'to', code: 'UNKNOWN_CONTACT' }] } },
    });
  });
});

describe('endpoints', () => {
  it('have a name, a policy, and are switched off and on', async () => {
    const url = 'https://crm.example/people';
    const made = await done('POST', '/endpoints', { url, name: 'CRM', policy: 'once', enabled: false });
    expect(made).toMatchObject({ name: 'CRM', policy: 'once', enabled: false });
    expect(await done('PATCH', `/endpoints/${made.id}`, { enabled: true, name: '' })).toMatchObject({
      policy: 'once',
      enabled: true,
    });
    expect(await done('GET', `/endpoints/${made.id}`)).not.toHaveProperty('name');
    expect(await refusal('POST', '/endpoints', { url, policy: 'often' })).toMatchObject({ field: 'policy' });
    expect(await refusal('POST', '/endpoints', { url, topic: 'incoming_msg' })).toMatchObject({
      field: 'topic',
    });
  });
});
