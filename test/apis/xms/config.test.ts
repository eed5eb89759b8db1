import { describe, expect, test } from 'vitest';
import type { Template } from '../../../src/model/setup.ts';
import { botApp, FakeCore, makeXms } from './fake-core.ts';

const template = (code: string, ...approvals: Template['approvals']): Template => ({
  id: `id-${code}`,
  code,
  lang: 'en',
  name: code,
  body: 'Hello {{name}}',
  buttons: [{ type: 'QUICK_REPLY', code: 'Y', label: 'Yes' }],
  meta: {},
  approvals,
  createdAt: 1,
});

function makeSetup() {
  const core = new FakeCore();
  const channel = {
    contactType: 'WHATSAPP' as const,
    lane: '918828218374',
    accountId: 'a',
    enabled: true,
    settings: {},
  };
  core.things.channels.set('wa360:918828218374', {
    ...channel,
    id: 'wa360:918828218374',
    type: 'wa360',
    name: 'Support',
    sandbox: false,
  });
  core.things.channels.set('dummy:sandbox', {
    ...channel,
    id: 'dummy:sandbox',
    type: 'dummy',
    contactType: 'DUMMY',
    lane: 'sandbox',
    name: 'Sandbox',
    sandbox: true,
  });
  const one = { shared: false, disabled: false };
  core.things.vars.push(
    { ...one, id: 'v1', key: 'shop', value: { name: 'Shop', open: null } },
    { ...one, id: 'v2', key: 'line', value: 7, channelId: 'wa360:918828218374', disabled: true },
    { ...one, id: 'v3', key: 'other', value: 'x', channelId: 'dummy:sandbox' },
  );
  core.things.templates.push(
    template('A', { channelId: 'wa360:918828218374', status: 'approved' }),
    template('B', { channelId: 'wa360:918828218374', status: 'PENDING' }),
    template('C', { channelId: 'dummy:sandbox', status: 'PENDING' }),
    template('D'),
  );
  return makeXms(core);
}

const codes = ({ results }: { results: { code: string }[] }) => results.map(({ code }) => code).join('');

describe('config/channels', () => {
  test('lists channels in the compact envelope, the sandbox only when asked for, by either spelling', async () => {
    const { call } = makeSetup();
    const { status, body } = await call('GET', 'config/channels');
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(
      ['message', 'messageKey', 'results', 'status', 'statusKey', 'timestamp', 'traceid'].sort(),
    );
    expect(body.results).toEqual([
      { channelId: 'wa360:918828218374', contactType: 'WHATSAPP', lane: '918828218374', name: 'Support' },
    ]);
    for (const wish of ['sabdnox=true', 'sandbox=1', 'sabdnox=YES']) {
      expect((await call('GET', `config/channels?${wish}`)).body.results, wish).toHaveLength(2);
    }
    for (const wish of ['sabdnox=false', 'sandbox=on', 'sabdnox=']) {
      expect((await call('GET', `config/channels?${wish}`)).body.results, wish).toHaveLength(1);
    }
  });

  test('may be read with a key that only reads', async () => {
    const { call } = makeSetup();
    expect((await call('GET', 'config/channels', undefined, { 'x-api-key': 'key-read' })).status).toBe(200);
  });
});

describe('config/global/vars', () => {
  test('lists variables as they are, with disabled ones, and echoes the query', async () => {
    const { call } = makeSetup();
    const { body } = await call('GET', 'config/global/vars?channelId=wa360:918828218374');
    expect(body.results).toEqual([
      {
        id: 'v1',
        key: 'shop',
        value: { name: 'Shop', open: null },
        shared: false,
        disabled: false,
        domain: 'alex',
        server: 'example.com',
      },
      {
        id: 'v2',
        key: 'line',
        value: 7,
        shared: false,
        disabled: true,
        domain: 'alex',
        server: 'example.com',
      },
    ]);
    expect(body).toMatchObject({
      path: '/xms/api/v1/config/global/vars',
      query: { channelId: 'wa360:918828218374' },
    });
    expect(body.data).toBeUndefined();
    expect((await call('GET', 'config/global/vars')).body.results).toHaveLength(3);
  });
});

describe('config/tmpl/hsm', () => {
  test('keeps what the channel approved, or what has the status asked for', async () => {
    const { call } = makeSetup();
    const of = async (query: string) => codes((await call('GET', `config/tmpl/hsm${query}`)).body);
    expect(await of('')).toBe('ABCD');
    expect(await of('?channelId=wa360:918828218374')).toBe('A');
    expect(await of('?channelId=wa360:918828218374&channelStatus=pending')).toBe('B');
    expect(await of('?channelStatus=PENDING')).toBe('BC');
    expect(await of('?channelId=unknown')).toBe('');
    const { body } = await call('GET', 'config/tmpl/hsm?channelId=wa360:918828218374');
    expect(body.results[0]).toMatchObject({
      id: 'id-A',
      body: 'Hello {{name}}',
      options: { buttons: [{ type: 'QUICK_REPLY', code: 'Y', label: 'Yes' }] },
      approved: [{ channelId: 'wa360:918828218374', status: 'approved' }],
      createdStamp: 1,
    });
  });
});

describe('config/webhook', () => {
  test('sets the webhook and answers the app, without key and secret', async () => {
    const { call, core } = makeSetup();
    const { body } = await call('POST', 'config/webhook', { url: 'https://bot.example/hook', headers: {} });
    expect(body.data).toEqual({
      id: botApp.id,
      appMode: 'BOT',
      appType: 'DEFAULT',
      agentApp: false,
      props: {},
      webhook: 'https://bot.example/hook',
      keyName: 'main',
      keyVersion: '1',
      shared: false,
      readOnly: false,
    });
    expect(body.results).toEqual([body.data]);
    expect(core.asked.at(-1)?.with).toEqual({
      appId: botApp.id,
      surface: 'xms',
      url: 'https://bot.example/hook',
    });
    expect((await call('POST', 'config/webhook', { url: '' })).body.data.webhook).toBe('');
  });

  test('tells what is wrong with an address, and never a password in it', async () => {
    const { call } = makeSetup();
    const { status, body } = await call('POST', 'config/webhook', { url: 'http://me:secret@bot.example' });
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({
      field: 'url',
      obzect: 'WebhookUrlRequest',
      codeKey: 'PARAM_INVALID',
    });
    expect(JSON.stringify(body)).not.toContain('secret@');
    expect((await call('POST', 'config/webhook', {})).body.statusKey).toBe('PARAM_MISSING');
  });
});
