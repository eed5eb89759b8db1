import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as store from '../../src/store/template-sync.ts';
import { startWhatsAppCloud, type WhatsAppCloud } from '../fakes/whatsapp-cloud.ts';
import { House, type Running, type Tenant } from './tools.ts';

// Nobody reads by himself here: each reading is one that the story asked for.
let house: House;
let running: Running;
let cloud: WhatsAppCloud;
let shop: Tenant;
const channel = 'wacfb:15550001111';
beforeAll(async () => {
  house = await House.open();
  running = await house.start(undefined, ['api']);
});
afterAll(() => house.close());
beforeEach(async () => {
  cloud = await startWhatsAppCloud();
  shop = await house.business(running, {
    templates: ['welcome', 'goodbye'].map((code) => ({
      ...{ code, contactType: 'WHATSAPP', category: 'UTILITY' },
      variants: [{ lang: 'en', body: `Hello: ${code}` }],
    })),
  });
  await shop.core.change.putChannel(by(), {
    ...{ type: 'wacfb', lane: '15550001111' },
    settings: { ...cloud.settings, wabaId: '102290129340398' },
  });
  for (const name of ['welcome', 'goodbye'])
    cloud.shelf.put({ name, language: 'en', status: 'APPROVED', components: [{ type: 'BODY', text: name }] });
  return () => cloud.close();
});

const by = () => ({ businessId: shop.id });
const sync = () => shop.core.templates.sync(by(), channel);
const approvals = async () =>
  (await shop.setup()).templates.map(({ code, approvals: [one] }) => [code, one?.status, one?.reason]);

describe('a list that says what is known already', () => {
  it('is written nowhere and told to nobody', async () => {
    await sync();
    expect(await approvals()).toEqual([
      ['goodbye', 'APPROVED', undefined],
      ['welcome', 'APPROVED', undefined],
    ]);
    const state = () =>
      house.sql('select id, xmin::text, approvals from template where business_id = $1 order by id', [
        shop.id,
      ]);
    const [before, told] = [await state(), (await shop.events()).length];
    const noted = running.database.count('approvals.note');
    const announced = running.database.count('setup.announce');
    expect(await sync()).toMatchObject({ read: 2, changed: [] });
    expect([noted(), announced(), (await shop.events()).length]).toEqual([0, 0, told]);
    expect(await state()).toEqual(before);
  });

  it('but for one is written and told for that one', async () => {
    await sync();
    const noted = running.database.count('approvals.note');
    Object.assign(cloud.shelf.templates[1]!, { status: 'REJECTED', rejected_reason: 'SCAM' });
    expect((await sync()).changed).toEqual([{ code: 'goodbye', lang: 'en', status: 'REJECTED' }]);
    expect(noted()).toBe(1);
    expect((await shop.events('template.status')).at(-1)?.data).toMatchObject({
      code: 'goodbye',
      reason: 'SCAM',
    });
  });
});

describe('what a provider says that the database cannot hold', () => {
  it('is kept as far as it can be', async () => {
    const components = [{ type: 'BODY', text: 'Half \ud83d of it\0.' }];
    cloud.shelf.put({ name: 'odd', language: 'en', status: 'APPROVED', components });
    Object.assign(cloud.shelf.templates[1]!, { status: 'REJECTED', rejected_reason: 'No\0 \ud83d' });
    expect(await sync()).toMatchObject({ read: 3, offered: 1 });
    expect(await approvals()).toContainEqual(['goodbye', 'REJECTED', 'No\ufffd \ufffd']);
    const [taken] = await shop.core.templates.takeOver(by(), channel, [{ name: 'odd', lang: 'en' }]);
    expect(taken?.body).toBe('Half \ufffd of it\ufffd.');
  });

  it('is kept of a refusal, too', async () => {
    const odd = 'Not you\0 \ud83d';
    cloud.shelf.cloud = () => ({ status: 400, body: { error: { code: 190, message: odd } } });
    await expect(sync()).rejects.toMatchObject({ kind: 'conflict' });
    const state = await store.state(house.db, { businessId: shop.id, channelId: channel });
    expect(state?.failure?.text).toContain('Not you\ufffd \ufffd');
  });
});
