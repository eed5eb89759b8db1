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
      { channel: 'dummy:sandbox', status: 'APPROVED', templateId: 't-1', since: expect.any(Number) },
    ]);
    expect((await approve('dummy:nowhere', 'APPROVED')).status).toBe(404);
    expect((await approve('dummy:sandbox', 'LIKED')).body.error.fields[0]).toMatchObject({
      field: 'status',
      possibleValues: ['APPROVED', 'PENDING', 'REJECTED', 'PAUSED'],
    });
    expect((await api('GET', '/templates')).body.items).toContainEqual(
      expect.objectContaining({ id: first.id }),
    );
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
    expect((await api('GET', '/templates/t/en')).status).toBe(404);
  });
});

describe('how a provider stands to a template', () => {
  const path = '/templates/history/en/approvals/dummy:sandbox';
  const note = (body: object) => api('PUT', path, body);

  it('has a history: what, since when, by whom, and why', async () => {
    await api('PUT', '/templates/history/en', { body: 'Hello' });
    expect((await api('GET', path)).body).toEqual({ items: [] });
    await note({ status: 'PENDING' });
    await note({ status: 'REJECTED', reason: 'It begins with a variable.' });
    const again = await note({ status: 'REJECTED' });
    expect(again.body.approvals[0]).toMatchObject({ reason: 'It begins with a variable.' });
    const approved = await note({ status: 'APPROVED', templateId: '17' });
    // The reason was one for refusing it.
    expect(approved.body.approvals).toEqual([
      { channel: 'dummy:sandbox', status: 'APPROVED', templateId: '17', since: expect.any(Number) },
    ]);
    const { body } = await api('GET', path);
    const who = { kind: 'installationKey', id: expect.any(String), name: 'Installation' };
    const line = (more: object) => ({
      no: expect.any(Number),
      at: expect.any(Number),
      source: 'noted',
      who,
      ...more,
    });
    expect(body.items).toEqual([
      line({ status: 'APPROVED', templateId: '17' }),
      line({ status: 'REJECTED', reason: 'It begins with a variable.' }),
      line({ status: 'PENDING' }),
    ]);
    const first = (await api('GET', `${path}?limit=2`)).body;
    expect(first.items).toHaveLength(2);
    expect((await api('GET', `${path}?limit=2&after=${first.next}`)).body.items).toEqual([body.items[2]]);
  });

  it('stays as the provider told it while somebody changes the template', async () => {
    await api('PUT', '/templates/kept/en', { body: 'Hello' });
    const kept = '/templates/kept/en/approvals/dummy:sandbox';
    await api('PUT', kept, { status: 'APPROVED' });
    await Promise.all([
      ...Array.from({ length: 8 }, (_, i) => api('PUT', '/templates/kept/en', { body: `Hello ${i}` })),
      api('PUT', kept, { status: 'PAUSED', reason: 'Many people block it.' }),
    ]);
    const { approvals } = (await api('GET', '/templates/kept/en')).body;
    expect(approvals).toMatchObject([{ status: 'PAUSED', reason: 'Many people block it.' }]);
  });

  it('is written down in the audit log, and goes with its template', async () => {
    await api('PUT', '/templates/gone/en', { body: 'Hello' });
    const at = '/templates/gone/en/approvals/dummy:sandbox';
    await api('PUT', at, { status: 'REJECTED', reason: 'Too short.' });
    await api('PUT', at, { status: 'APPROVED', templateId: '17' });
    const { items } = (await api('GET', '/audit?kind=template&id=gone/en&limit=1')).body;
    expect(items[0]).toMatchObject({
      what: 'template.changed',
      changes: [
        { field: 'approvals.dummy:sandbox.status', before: 'REJECTED', after: 'APPROVED' },
        { field: 'approvals.dummy:sandbox.reason', before: 'Too short.' },
        { field: 'approvals.dummy:sandbox.templateId', after: '17' },
      ],
    });
    await api('DELETE', '/templates/gone/en');
    expect((await api('GET', at)).status).toBe(404);
    await api('PUT', '/templates/gone/en', { body: 'Hello again' });
    expect((await api('GET', at)).body).toEqual({ items: [] });
  });

  it('is unknown where template or channel are', async () => {
    await api('PUT', '/templates/known/en', { body: 'Hello' });
    expect((await api('GET', '/templates/known/en/approvals/dummy:nowhere')).status).toBe(404);
    expect((await api('GET', '/templates/nothing/en/approvals/dummy:sandbox')).status).toBe(404);
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
