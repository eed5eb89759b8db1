import { afterAll, describe, expect, it } from 'vitest';
import { testServer } from './server.ts';

const { api, end } = await testServer();
afterAll(end);

const made = async (method: string, path: string, body: unknown) => {
  const answer = await api(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};

describe('a template', () => {
  it('is made per language, approved per channel, and taken away', async () => {
    const body = 'Hello {{contact.name}}, {{data.order}} is on its way';
    const first = await made('PUT', '/templates/shipped/en-us', {
      body,
      footer: 'Bye',
      buttons: [{ label: 'Thanks' }],
    });
    expect(first).toMatchObject({ code: 'shipped', lang: 'en_US', approvals: [], footer: 'Bye' });
    expect(first.buttons).toEqual([{ type: 'QUICK_REPLY', label: 'Thanks', code: 'Thanks' }]);
    const changed = await api('PUT', '/templates/shipped/en_US', { footer: '', category: 'SHIPPING_UPDATE' });
    expect(changed.body).toMatchObject({ id: first.id, body, category: 'SHIPPING_UPDATE' });
    expect('footer' in changed.body).toBe(false);
    const approve = (channel: string, status: string) =>
      api('PUT', `/templates/shipped/en_US/approvals/${channel}`, { status, templateId: 't-1' });
    expect((await approve('dummy:sandbox', 'PENDING')).status).toBe(200);
    expect((await approve('dummy:sandbox', 'APPROVED')).body.approvals).toEqual([
      { channel: 'dummy:sandbox', status: 'APPROVED', templateId: 't-1' },
    ]);
    expect((await approve('dummy:nowhere', 'APPROVED')).status).toBe(404);
    expect((await approve('dummy:sandbox', 'LIKED')).body.error.fields[0]).toMatchObject({
      field: 'status',
      possibleValues: ['APPROVED', 'PENDING', 'REJECTED', 'PAUSED'],
    });
    expect((await api('GET', '/templates')).body.items).toHaveLength(1);
    expect((await api('DELETE', '/templates/shipped/en_US')).status).toBe(200);
    expect((await api('GET', '/templates/shipped/en_US')).status).toBe(404);
  });

  it('is told what is wrong with it', async () => {
    const refused: [path: string, body: unknown, field: string][] = [
      ['/templates/t/en', {}, 'body'],
      ['/templates/t/english-please', { body: 'x' }, 'lang'],
      ['/templates/t/en', { body: 'Hello {{' }, 'body'],
      ['/templates/t/en', { body: 'x', buttons: [{ type: 'URL', label: 'x' }] }, 'buttons[0].url'],
      ['/templates/t/en', { body: 'x', buttons: [{ kind: 'x' }] }, 'buttons[0].kind'],
      ['/templates/t/en', { body: 'x', media: { link: 'x' } }, 'media.type'],
    ];
    for (const [path, body, field] of refused) {
      const answer = await api('PUT', path, body);
      expect([answer.status, answer.body.error.fields[0].field], path).toEqual([400, field]);
    }
    expect((await api('GET', '/templates')).body.items).toEqual([]);
  });
});

describe('a variable', () => {
  it('of a channel goes beside the one of all, and keeps any JSON', async () => {
    await made('PUT', '/vars/hours', { value: { mo: [9, null] } });
    await made('PUT', '/vars/hours?channel=dummy:sandbox', { value: null, description: 'Always' });
    expect((await api('GET', '/vars')).body.items).toEqual([
      expect.objectContaining({ key: 'hours', value: { mo: [9, null] } }),
      expect.objectContaining({ key: 'hours', value: null, channel: 'dummy:sandbox' }),
    ]);
    expect((await api('DELETE', '/vars/hours?channel=dummy:sandbox')).status).toBe(200);
    expect((await api('GET', '/vars/hours?channel=dummy:sandbox')).status).toBe(404);
    expect((await api('GET', '/vars/hours')).status).toBe(200);
    expect((await api('PUT', '/vars/nothing', {})).body.error.fields[0].field).toBe('value');
  });
});
