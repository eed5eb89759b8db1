import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuthenticator } from '../../src/pipeline/authenticator.ts';

import { makeSetupCache } from '../../src/pipeline/setup-cache.ts';
import { makeSetupChanges } from '../../src/pipeline/setup-changes.ts';
import { setupBench } from './tools.ts';

const bench = await setupBench();
afterAll(() => bench.end());
const { apply } = makeSetupChanges(bench.tools);
const cache = makeSetupCache(bench.tools);
let own = 0;
beforeAll(async () => {
  own = (await makeSetupChanges(bench.tools).putBusiness({}, { domain: 'own' })).value.id;
});
const by = (installation = false) => ({ businessId: own, installation });

const shop = () => ({
  business: { domain: 'shop', name: 'The shop', lang: 'de', sessionHours: 12 },
  apps: [
    {
      code: 'bot',
      mode: 'BOT',
      webhook: 'https://bot.example/hook',
      keys: [{ name: 'bot', tenantWide: true }],
    },
  ],
  teams: [{ code: 'sales' }],
  queues: [{ code: 'support', app: 'bot', isDefault: true }],
  agents: [{ code: 'ann', email: 'ann@shop.example', teams: ['sales'], role: 'admin', displayName: 'Ann' }],
  tags: [{ name: 'VIP', colour: '#1ca08a', description: 'Spends most' }],
  customFields: [{ key: 'loyalty', name: 'Loyalty number', type: 'number' }],
  channels: [
    { type: 'phone', lane: 4930123, queue: 'support', settings: { sender: 'SHOP', token: 'planted' } },
  ],
  templates: [
    {
      code: 'welcome',
      variants: [
        { lang: 'en', body: 'Hello' },
        { lang: 'de', body: 'Hallo', buttons: [{ label: 'Ja' }] },
      ],
      approvals: [{ channel: 'phone:4930123', status: 'APPROVED', providerName: 'welcome_1' }],
    },
  ],
  vars: [{ key: 'hotline', value: '123', channel: 'phone:4930123' }],
  endpoints: [
    { url: 'https://crm.example/in', types: ['message.received'], name: 'CRM', policy: 'retry' },
    { url: 'https://crm.example/in', surface: 'azeer', topic: 'incoming_msg', enabled: false },
  ],
});

/** The fields at fault of a refused document. */
async function faults(document: unknown, installation = true): Promise<string[]> {
  const problem = await apply(document, { dryRun: false, by: by(installation) }).then(
    () => ({ details: [] }),
    (error) => error,
  );
  return problem.details.map((detail: { field: string }) => detail.field);
}

describe('a document', () => {
  it('tells what it would do, and does nothing, in a dry run', async () => {
    const { changes, keys, endpoints, dryRun } = await apply(shop(), { dryRun: true, by: by(true) });
    expect([dryRun, keys, endpoints]).toEqual([true, [], []]);
    expect(changes.map((one) => `${one.change} ${one.noun} ${one.name}`)).toEqual([
      'created business shop',
      'created app bot',
      'created team sales',
      'created queue support',
      'created agent ann',
      'created tag VIP',
      'created custom field loyalty',
      'created channel phone:4930123',
      'created template welcome/en',
      'created template welcome/de',
      'created var hotline of phone:4930123',
      'created endpoint https://bot.example/hook',
      'created endpoint https://crm.example/in',
      'created endpoint https://crm.example/in',
      'created key bot/bot',
    ]);
    expect(await faults({ business: { domain: 'shop' } }, false)).toEqual(['business.domain']);
  });

  it('is applied once, and then there is nothing to do', async () => {
    const first = await apply(shop(), { dryRun: false, by: by(true) });
    expect(first.changes).toHaveLength(15);
    expect(first.keys).toEqual([
      { app: 'bot', name: 'bot', key: expect.any(String), token: expect.stringMatching(/^eyJ/) },
    ]);
    expect(first.endpoints[0]).toMatchObject({
      url: 'https://bot.example/hook',
      secret: expect.stringMatching(/^whsec_/),
    });
    const again = await apply(shop(), { dryRun: false, by: by(true) });
    expect(again).toEqual({ business: 'shop', dryRun: false, changes: [], keys: [], endpoints: [] });
    const doors = makeAuthenticator(bench.tools);
    const { businessId } = await doors.authenticate(first.keys[0]!.key);
    const setup = await cache.setup(businessId);
    expect(setup.queues.get('support')).toMatchObject({ isDefault: true, type: 'BOT' });
    expect(setup.templates.map((one) => [one.lang, one.providerName, one.approvals.length])).toEqual([
      ['de', 'welcome_1', 1],
      ['en', 'welcome_1', 1],
    ]);
    expect(setup.business.settings).toEqual({ lang: 'de', sessionHours: 12 });
  });

  it('changes what differs', async () => {
    const document = shop();
    document.queues[0]!.isDefault = true;
    document.templates[0]!.variants[0]!.body = 'Hello!';
    document.channels[0]!.settings.token = 'planted-2';
    document.apps[0]!.webhook = 'https://bot.example/new';
    const { changes } = await apply(document, { dryRun: false, by: by(true) });
    expect(changes.map((one) => `${one.change} ${one.noun} ${one.name}`)).toEqual([
      'changed channel phone:4930123',
      'changed template welcome/en',
      'changed endpoint https://bot.example/new',
    ]);
  });

  it('is applied as a whole or not at all, and names the place at fault', async () => {
    const document = {
      teams: [{ code: 'one' }],
      queues: [{ code: 'a' }, { code: 'b' }, { code: 'c', app: 'nobody' }],
    };
    expect(await faults(document)).toEqual(['queues[2].app']);
    expect((await cache.setup(own)).teams.size).toBe(0);
    expect(await faults({ queues: [{ cod: 'x' }] })).toEqual(
      expect.arrayContaining(['queues[0].code', 'queues[0].cod']),
    );
    expect(await faults({ queues: [{ code: 'x', type: 'ROBOT' }] })).toEqual(['queues[0].type']);
    expect(await faults({ teams: [{ code: null }] })).toEqual(['teams[0].code']);
    expect(await faults({ teams: [{ code: 'x', name: [] }] })).toEqual(['teams[0].name']);
    expect(await faults([])).toEqual(['document']);
    expect(await faults(null)).toEqual(['document']);
    const template = (more: object) => ({
      templates: [{ code: 't', variants: [{ lang: 'en', body: 'x' }], ...more }],
    });
    expect(
      await faults(
        template({
          variants: [
            { lang: 'en', body: 'x' },
            { lang: 'xxxxx', body: 'x' },
          ],
        }),
      ),
    ).toEqual(['templates[0].variants[1].lang']);
    expect(await faults(template({ approvals: [{ channel: 'no:where', status: 'APPROVED' }] }))).toEqual([
      'templates[0].approvals[0].channel',
    ]);
    expect(await faults({ vars: [{ key: 'k', value: 1, channel: 'no:where' }] })).toEqual([
      'vars[0].channel',
    ]);
    expect(await faults({ apps: [{ code: 'a', webhook: 'ftp://x' }] })).toEqual(['apps[0].webhook']);
    expect(await faults({ business: { lang: 'xxxxx' } })).toEqual(['business.lang']);
    expect(await faults({ channels: [{ type: 'phone', lane: '1', settings: { sender: 'SHOP' } }] })).toEqual([
      'channels[0].settings.token',
    ]);
  });
});
