import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, type House, openHouse, requester, serverOn, until } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe('config/channels', () => {
  const listed = async (query = '') =>
    (await house.front.get(`config/channels${query}`)).body.results.map(({ channelId }) => channelId);

  it('tells what a channel is, and no more than the contract has', async () => {
    const { results } = (await house.front.get('config/channels')).body;
    expect(results).toContainEqual({
      channelId: 'wa360:4930900',
      contactType: 'WHATSAPP',
      lane: '4930900',
      name: 'WhatsApp',
    });
    expect(results).toContainEqual({
      channelId: 'custom:kiosk',
      contactType: 'WEBSITE',
      lane: 'kiosk',
      name: 'Kiosk',
    });
  });

  it('D27: sandbox channels come only when asked for, by either spelling and any word for yes', async () => {
    expect(await listed()).not.toContain('dummy:lab');
    for (const yes of [
      'sabdnox=true',
      'sandbox=true',
      'sabdnox=1',
      'sandbox=YES',
      'sabdnox=True',
      'sandbox=yes',
    ]) {
      expect(await listed(`?${yes}`), yes).toEqual(expect.arrayContaining(['dummy:lab', 'custom:kiosk']));
    }
    expect(await listed('?sabdnox=false&sandbox=true')).toContain('dummy:lab');
    for (const no of ['sabdnox=false', 'sandbox=0', 'sabdnox=', 'sandbox=no', 'sabdnox=on', 'sandbox=2']) {
      expect(await listed(`?${no}`), no).not.toContain('dummy:lab');
    }
  });

  it('shows nobody the channels of another business', async () => {
    const { results } = (await house.rival.get('config/channels?sandbox=true')).body;
    expect(results.map(({ channelId }) => channelId)).toEqual(['dummy:rival']);
  });
});

describe('config/global/vars', () => {
  const named = async (query = '') =>
    (await house.front.get(`config/global/vars${query}`)).body.results.map(({ key, value }) => [key, value]);

  it('D28: a channel has its own variables and those of all', async () => {
    expect(await named()).toHaveLength(4);
    const kiosk = await named('?channelId=custom:kiosk');
    expect(kiosk).toHaveLength(3);
    expect(kiosk).toEqual(
      expect.arrayContaining([
        ['hotline', '030 900'],
        ['hotline', '030 901'],
        ['old', 'not used any more'],
      ]),
    );
    expect(await named('?channelId=custom:none')).toHaveLength(2);
  });

  it('D28: a disabled variable is listed as such, and a value is any JSON', async () => {
    const { results } = (await house.front.get('config/global/vars')).body;
    expect(results.find(({ key }) => key === 'old')).toMatchObject({
      disabled: true,
      value: 'not used any more',
    });
    expect(results.find(({ key }) => key === 'hours')?.value).toEqual({ open: 9, close: [17, null] });
    expect(results.find(({ value }) => value === '030 900')).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      key: 'hotline',
      value: '030 900',
      group: 'phones',
      description: 'The number to call',
      shared: true,
      disabled: false,
      domain: 'acme',
      server: 'parley.test',
    });
  });
});

describe('config/tmpl/hsm', () => {
  const codes = async (query: string) =>
    (await house.front.get(`config/tmpl/hsm${query}`)).body.results.map(
      ({ code, lang }) => `${code}/${lang}`,
    );

  it('lists every variant, with what it says and where it is approved', async () => {
    const { results } = (await house.front.get('config/tmpl/hsm')).body;
    expect(results).toHaveLength(5);
    expect(results.find(({ code, lang }) => code === 'parcel' && lang === 'en')).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'Parcel',
      category: 'SHIPPING_UPDATE',
      title: 'Parcel {{data.number}}',
      body: expect.stringContaining('{{number}}'),
      options: { buttons: [{ label: 'Talk to us', code: 'TALK' }, { label: 'Track' }] },
      approved: [
        { channelId: 'custom:kiosk', status: 'PENDING' },
        { channelId: 'wa360:4930900', status: 'APPROVED', templateId: 'provider-parcel' },
      ],
    });
  });

  it('D29: a channel alone keeps what is approved there', async () => {
    expect(await codes('?channelId=wa360:4930900')).toEqual(['parcel/de_DE', 'parcel/en', 'parcel/en_GB']);
    expect(await codes('?channelId=custom:kiosk')).toEqual([]);
    expect(await codes('?channelId=nothing')).toEqual([]);
  });

  it('D29: a status is compared in any case, at the channel or anywhere', async () => {
    expect(await codes('?channelId=custom:kiosk&channelStatus=pending')).toHaveLength(3);
    expect(await codes('?channelId=wa360:4930900&channelStatus=Rejected')).toEqual([
      'draft/fr',
      'refused/fr',
    ]);
    expect(await codes('?channelStatus=PENDING')).toHaveLength(3);
    expect(await codes('?channelStatus=rejected')).toEqual(['draft/fr', 'refused/fr']);
    expect(await codes('?channelStatus=UNKNOWN')).toEqual([]);
  });
});

describe('config/webhook', () => {
  const quiet = () => house.client(house.keys['quiet/main']!);
  const set = (url: unknown) => quiet().post('config/webhook', { url });

  it('sets the address of the app of the key, and takes it away again', async () => {
    const url = `${house.outside.url}/apps/quiet`;
    expect((await set(` ${url} `)).body.data).toMatchObject({
      webhook: url,
      appMode: 'WEBHOOK',
      shared: false,
    });
    await house.apply({
      queues: [{ code: 'quiet', type: 'BOT', app: 'quiet' }],
      channels: [{ type: 'dummy', lane: 'lab', queue: 'quiet' }],
    });
    await house.front.send({ channelId: 'dummy:lab', to: { phone: '966500000400' }, text: { body: 'Echo' } });
    await until(() =>
      house.outside.told('quiet').find(({ messages }) => messages?.[0]?.text?.body === 'Echo'),
    );
    expect((await set('')).body.data).toMatchObject({ webhook: '' });
    const { endpoints } = await house.server.pipeline.core.setup(house.businessId);
    expect([...endpoints.values()].map((endpoint) => endpoint.url)).not.toContain(url);
  });

  it('D30: what is no web address, and what is in a private network, is refused', async () => {
    await house.rest();
    const before = await house.counts();
    for (const url of [
      'ftp://hooks.example/in',
      'hooks.example/in',
      'javascript:alert(1)',
      'https://10.0.0.5/in',
      'https://169.254.169.254/latest',
      'https://[fd00::1]/in',
      'https://user:secret@hooks.example/',
      'https://hooks.example:25/',
      'https://a b.example/',
    ]) {
      const { status, body } = await set(url);
      expect(status, url).toBe(400);
      expect(body, url).toMatchObject({
        statusKey: 'PARAM_INVALID',
        errors: [{ field: 'url', code: 'URL_REFUSED' }],
      });
    }
    expect(await house.counts()).toEqual(before);
  });

  it('D30: plain http and private addresses are up to the operator', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-xms-'));
    const production = await serverOn(house.databaseUrl, dataDir, { NODE_ENV: 'production' });
    const app = clientOf(requester(production.address), house.keys['quiet/main']!);
    const refused = async (url: string) =>
      (await app.post('config/webhook', { url })).body.errors[0]?.description;
    expect(await refused('http://hooks.example/in')).toContain('https://');
    expect(await refused('https://127.0.0.1:8443/in')).toContain('private');
    expect(await refused('https://localhost/in')).toContain('private');
    expect((await app.post('config/webhook', { url: 'https://hooks.example/in' })).status).toBe(200);
    await production.stop();
    await rm(dataDir, { recursive: true });
    expect((await set(`${house.outside.url}/apps/quiet`)).status).toBe(200);
  });

  it('D31: tells the name and the version of the key, and never a key or a secret', async () => {
    const { change } = house.server.pipeline.core;
    const second = await change.createKey({ businessId: house.businessId }, { app: 'quiet', name: 'main' });
    const versions = [quiet(), house.client(second.key)].map(async (app) => {
      const { body, text } = await app.post('config/webhook', { url: '' });
      for (const secret of [second.key, house.keys['quiet/main']!, 'whsec_'])
        expect(text).not.toContain(secret);
      expect(body.data).not.toHaveProperty('key');
      expect(body.data).not.toHaveProperty('secret');
      return [body.data?.keyName, body.data?.keyVersion];
    });
    expect(await Promise.all(versions)).toEqual([
      ['main', '1'],
      ['main', '2'],
    ]);
  });
});
