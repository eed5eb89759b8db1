import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startWhatsAppCloud } from '../../fakes/whatsapp-cloud.ts';
import { testServer, until } from './server.ts';

const { api, address, end } = await testServer({ ALLOW_PRIVATE_TARGETS: '127.0.0.0/8' });
const cloud = await startWhatsAppCloud();
const channel = 'wacfb:15550001111';
const put = await api('PUT', `/channels/${channel}`, {
  settings: { ...cloud.settings, wabaId: '102290129340398' },
});
expect(put.status, JSON.stringify(put.body)).toBe(201);
cloud.webhook = `${address}${new URL(put.body.webhookUrl).pathname}`;
afterAll(async () => {
  await cloud.close();
  await end();
});
beforeEach(() => {
  cloud.beforeAnswer = undefined;
});

const body = 'Hello {{contact.name}}, your order {{order}} is ready to be picked up.';
const samples = { 'contact.name': 'Amina', order: 'A-17' };
const make = (code: string, more: object = {}) =>
  api('PUT', `/templates/${code}/en_US`, {
    body,
    samples,
    category: 'UTILITY',
    contactType: 'WHATSAPP',
    ...more,
  });
const submit = (code: string) => api('POST', `/templates/${code}/en_US/approvals/${channel}/submit`);
const approvalOf = async (code: string) => (await api('GET', `/templates/${code}/en_US`)).body.approvals[0];
const historyOf = async (code: string) =>
  (await api('GET', `/templates/${code}/en_US/approvals/${channel}`)).body.items;
const sync = async () => {
  const done = await until(
    () => api('POST', `/channels/${channel}/templates/sync`),
    ({ status }) => status !== 429,
  );
  expect(done.status, JSON.stringify(done.body)).toBe(200);
  return done.body;
};
const shelved = (name: string) => cloud.shelf.templates.filter((one) => one.name === name);

describe('a template that is handed in', () => {
  it('waits for a review, is approved by the webhook, and has it all in its history', async () => {
    await make('reviewed');
    const handed = await submit('reviewed');
    expect(handed.body.approvals).toMatchObject([{ channel, status: 'PENDING', category: 'UTILITY' }]);
    const [there] = shelved('reviewed');
    const about = {
      message_template_id: Number(there!.id),
      message_template_name: 'reviewed',
      message_template_language: 'en_US',
    };
    await cloud.tell('message_template_status_update', {
      ...about,
      event: 'REJECTED',
      reason: 'PROMOTIONAL',
    });
    await cloud.tell('message_template_status_update', { ...about, event: 'APPROVED', reason: 'NONE' });
    await cloud.tell('message_template_status_update', { ...about, event: 'APPROVED', reason: 'NONE' });
    await cloud.tell('message_template_quality_update', { ...about, new_quality_score: 'YELLOW' });
    expect(await approvalOf('reviewed')).toMatchObject({
      status: 'APPROVED',
      quality: 'YELLOW',
      templateId: there!.id,
    });
    expect(await historyOf('reviewed')).toMatchObject([
      { status: 'APPROVED', source: 'told', quality: 'YELLOW' },
      { status: 'APPROVED', source: 'told' },
      { status: 'REJECTED', source: 'told', reason: 'PROMOTIONAL' },
      { status: 'PENDING', source: 'submitted', who: { kind: 'installationKey' } },
    ]);
  });

  it('is not one more when it is asked for again', async () => {
    await make('asked_twice');
    await Promise.all([submit('asked_twice'), submit('asked_twice')]);
    expect((await submit('asked_twice')).body.approvals).toMatchObject([{ status: 'PENDING' }]);
    expect(shelved('asked_twice')).toHaveLength(1);
  });

  it('is taken up as it stands when the answer of the provider was lost', async () => {
    await make('lost');
    cloud.beforeAnswer = ({ method }) => (method === 'POST' ? 'cut' : 'answer');
    expect((await submit('lost')).body.approvals).toMatchObject([{ status: 'PENDING' }]);
    expect(shelved('lost')).toHaveLength(1);
  });

  it('is taken up when a former attempt ended between the provider and us', async () => {
    await make('half_done');
    cloud.beforeAnswer = () => 'cut';
    expect((await submit('half_done')).status).toBe(503);
    expect(await approvalOf('half_done')).toBeUndefined();
    cloud.beforeAnswer = undefined;
    expect((await submit('half_done')).body.approvals).toMatchObject([
      { status: 'PENDING', templateId: shelved('half_done')[0]!.id },
    ]);
    expect(shelved('half_done')).toHaveLength(1);
  });

  it('is refused where the provider has another one of that name', async () => {
    cloud.shelf.put({ name: 'of_others', language: 'en_US' });
    await make('of_others');
    const refused = await submit('of_others');
    expect([refused.status, refused.body.error.fields[0]]).toMatchObject([
      409,
      { field: 'code', code: 'NAME_TAKEN' },
    ]);
  });

  it('is told what stands against it, by field, and the provider is not asked', async () => {
    await make('not_yet', { body: 'Your order is {{order}}', samples: {}, category: 'NEWS' });
    const asked = cloud.aboutTemplates.length;
    const refused = await submit('not_yet');
    expect(refused.status).toBe(400);
    expect(
      refused.body.error.fields.map((one: { field: string; code: string }) => `${one.field} ${one.code}`),
    ).toEqual(['category CATEGORY_MISSING', 'body VARIABLE_LAST', 'samples.order SAMPLE_MISSING']);
    expect(cloud.aboutTemplates.slice(asked).filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('is outdated when it was changed, and is changed at the provider when it is handed in again', async () => {
    await make('changed');
    await submit('changed');
    shelved('changed')[0]!.status = 'APPROVED';
    await sync();
    await make('changed', { body: `${body} We close at six.` });
    expect(await approvalOf('changed')).toMatchObject({ status: 'APPROVED', outdated: true });
    expect((await submit('changed')).body.approvals[0]).not.toHaveProperty('outdated');
    expect(shelved('changed')).toHaveLength(1);
    expect(JSON.stringify(shelved('changed')[0]!.components)).toContain('We close at six.');
  });

  it('cannot be handed in where nobody approves, or where a setting is missing', async () => {
    await make('nowhere', { contactType: '' });
    const sandbox = await api('POST', '/templates/nowhere/en_US/approvals/dummy:sandbox/submit');
    expect([sandbox.status, sandbox.body.error.fields[0].code]).toEqual([409, 'NO_APPROVAL']);
    await api('PUT', '/channels/wacfb:15550002222', { settings: { ...cloud.settings } });
    const unset = await api('POST', '/templates/nowhere/en_US/approvals/wacfb:15550002222/submit');
    expect(unset.body.error.fields[0]).toMatchObject({ field: 'settings.wabaId', code: 'SETTING_MISSING' });
  });
});

describe('the audit log', () => {
  const noted = async (code: string) => {
    const { body } = await api('GET', `/audit?kind=template&limit=50`);
    return body.items.filter(({ on }: { on: { id: string } }) => on.id.startsWith(code));
  };

  it('tells who handed in a template', async () => {
    await make('audited');
    await submit('audited');
    expect((await noted('audited'))[0]).toMatchObject({
      what: 'template.changed',
      who: { kind: 'installationKey' },
      changes: expect.arrayContaining([
        expect.objectContaining({ field: expect.stringMatching(/approvals/) }),
      ]),
    });
  });

  it('tells who took one over, and which states were read from the list', async () => {
    const components = [{ type: 'BODY', text: 'Thanks for coming by.' }];
    cloud.shelf.put({ name: 'audited_import', language: 'en_US', status: 'PENDING', components });
    await sync();
    await api('POST', `/channels/${channel}/templates/import`, {
      templates: [{ name: 'audited_import', lang: 'en_US' }],
    });
    expect((await noted('audited_import')).at(-1)).toMatchObject({
      what: 'template.created',
      who: { kind: 'installationKey' },
    });
    cloud.shelf.templates.find(({ name }) => name === 'audited_import')!.status = 'APPROVED';
    await sync();
    expect((await noted('audited_import'))[0]).toMatchObject({ what: 'template.changed' });
  });
});

describe('the list of a provider', () => {
  it('is read page by page, and says how ours stand', async () => {
    await make('listed');
    await submit('listed');
    Object.assign(shelved('listed')[0]!, { status: 'REJECTED', rejected_reason: 'INVALID_FORMAT' });
    cloud.shelf.perPage = 2;
    const { read, changed } = await sync();
    cloud.shelf.perPage = 100;
    expect(read).toBe(cloud.shelf.templates.length);
    expect(changed).toContainEqual({ code: 'listed', lang: 'en_US', status: 'REJECTED' });
    expect(await approvalOf('listed')).toMatchObject({ status: 'REJECTED', reason: 'INVALID_FORMAT' });
    expect((await historyOf('listed'))[0]).toMatchObject({ source: 'read' });
  });

  it('offers what is none of ours, which becomes ours as it stands there', async () => {
    const components = [
      { type: 'BODY', text: 'Hi {{1}}, thanks for coming by.', example: { body_text: [['Amina']] } },
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Stop' }] },
    ];
    cloud.shelf.put({ name: 'made_there', language: 'en_US', status: 'APPROVED', components });
    cloud.shelf.put({ name: 'too_much', language: 'en_US', components: [{ type: 'CAROUSEL' }] });
    await sync();
    const list = `/channels/${channel}/templates`;
    const { body: told } = await api('GET', list);
    expect(told.syncedAt).toEqual(expect.any(Number));
    const named = (name: string) => told.items.find((one: { name: string }) => one.name === name);
    expect(named('made_there')).toMatchObject({
      status: 'APPROVED',
      parts: { body: 'Hi {{1}}, thanks for coming by.' },
    });
    expect(named('too_much')).toMatchObject({ unknownParts: 'CAROUSEL' });
    const take = (...templates: object[]) => api('POST', `${list}/import`, { templates });
    const both = await take({ name: 'made_there', lang: 'en_US' }, { name: 'too_much', lang: 'en_US' });
    expect([both.status, both.body.error.fields[0].field]).toEqual([400, 'templates[1].name']);
    expect((await api('GET', '/templates/made_there/en_US')).status).toBe(404);
    const taken = await take({ name: 'made_there', lang: 'en_US', code: 'thanks' });
    expect(taken.body.items).toMatchObject([
      {
        ...{ code: 'thanks', providerName: 'made_there', category: 'UTILITY', samples: { 1: 'Amina' } },
        approvals: [{ channel, status: 'APPROVED' }],
      },
    ]);
    expect((await take({ name: 'made_there', lang: 'en_US' })).body.error.fields[0].code).toBe(
      'UNKNOWN_OFFER',
    );
  });

  it('says why it could not be read', async () => {
    const broken = 'wacfb:15550003333';
    await api('PUT', `/channels/${broken}`, {
      settings: { ...cloud.settings, accessToken: 'expired', wabaId: '102290129340398' },
    });
    const tried = await until(
      () => api('POST', `/channels/${broken}/templates/sync`),
      ({ status }) => status !== 429,
    );
    expect([tried.status, tried.body.error.fields[0].code]).toEqual([409, 'AUTH']);
    expect((await api('GET', `/channels/${broken}/templates`)).body.failure).toMatchObject({ code: 'AUTH' });
  });

  it('leaves templates at the provider unless it is told otherwise', async () => {
    for (const code of ['stays', 'goes']) {
      await make(code);
      await submit(code);
    }
    await api('DELETE', '/templates/stays/en_US');
    expect((await api('DELETE', '/templates/goes/en_US?atProviders=true')).status).toBe(200);
    expect([shelved('stays').length, shelved('goes').length]).toEqual([1, 0]);
  });
});

describe('a template before it is saved', () => {
  const check = async (template: object) => (await api('POST', '/templates/check', template)).body;
  const codes = (view: { findings: { field: string; code: string }[] }) =>
    view.findings.map(({ field, code }) => `${field} ${code}`);

  it('is shown as each channel would show it, filled with samples', async () => {
    const buttons = [{ label: 'Thanks' }, { label: 'Call me' }];
    const { findings, channels } = await check({
      code: 'shown',
      lang: 'en_US',
      body,
      samples,
      buttons,
      category: 'UTILITY',
    });
    expect(findings).toEqual([]);
    const of = (id: string) => channels.find((one: { channel: string }) => one.channel === id);
    expect(of(channel)).toMatchObject({
      approval: true,
      findings: [],
      content: { template: { body: 'Hello Amina, your order A-17 is ready to be picked up.' } },
    });
    expect(of('dummy:sandbox')).toMatchObject({ approval: false });
    expect((await api('GET', '/templates/shown/en_US')).status).toBe(404);
  });

  it('is told what each would refuse, and what nobody could ever send is not saved', async () => {
    const long = {
      code: 'long',
      lang: 'en',
      contactType: 'WHATSAPP',
      body: 'x'.repeat(1100),
      category: 'UTILITY',
    };
    const { findings, channels } = await check(long);
    expect(codes({ findings })).toEqual(['body TOO_LONG']);
    expect(codes(channels[0])).toContain('body TOO_LONG');
    const { code, lang, ...rest } = long;
    const saved = await api('PUT', `/templates/${code}/${lang}`, rest);
    expect([saved.status, saved.body.error.fields[0]]).toMatchObject([
      400,
      { field: 'body', code: 'TOO_LONG' },
    ]);
    expect((await api('PUT', `/templates/${code}/${lang}`, { ...rest, contactType: '' })).status).toBe(201);
  });

  it('is no error while it is being written', async () => {
    expect(codes(await check({ body: 'Hello {{' }))).toEqual(['body INVALID']);
    expect(codes(await check({}))).toEqual(['body INVALID']);
  });
});
