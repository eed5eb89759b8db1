import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSetupCache } from '../../src/pipeline/setup-cache.ts';
import { makeSetupChanges } from '../../src/pipeline/setup-changes.ts';
import { setupBench } from './tools.ts';

const bench = await setupBench();
afterAll(() => bench.end());
const change = makeSetupChanges(bench.tools);
const cache = makeSetupCache(bench.tools);
let business = 0;
beforeAll(async () => {
  business = (await change.putBusiness({}, { domain: 'Shop' })).value.id;
});

/** What a refused change says. */
async function refusal(work: Promise<unknown>) {
  const { kind, details } = await work.then(
    () => {
      throw new Error('it was not refused');
    },
    (error) => error,
  );
  return {
    kind,
    field: details[0].field,
    ...(details[0].possibleValues && { possible: details[0].possibleValues }),
  };
}

describe('a business', () => {
  it('has an app, a default queue for it and the agents desk from the beginning', async () => {
    const setup = await cache.setup(business);
    expect(setup.business).toEqual({
      id: business,
      uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      domain: 'shop',
      name: 'shop',
      settings: {},
      createdAt: expect.any(Number),
    });
    const [app] = [...setup.apps.values()];
    expect(app).toMatchObject({ code: 'default', mode: 'WEBHOOK' });
    expect([...setup.queues.values()]).toEqual([
      { code: 'agent_desk', name: 'Agents', type: 'AGENT', isDefault: false },
      { code: 'default', name: 'Default', type: 'BOT', appId: app!.id, isDefault: true },
    ]);
  });

  it('is found again by its domain, and changed only when something differs', async () => {
    const put = (settings: Record<string, unknown>) => change.putBusiness({}, { domain: 'shop', settings });
    expect((await put({ lang: 'en-us' })).change).toBe('changed');
    expect((await put({ lang: 'en_US' })).change).toBe('none');
    expect((await put({ sessionHours: 12 })).change).toBe('changed');
    expect((await cache.setup(business)).business.settings).toEqual({ lang: 'en_US', sessionHours: 12 });
    expect(await refusal(put({ sessionHours: 0 }))).toEqual({
      kind: 'invalid',
      field: 'settings.sessionHours',
    });
    expect(await refusal(put({ colour: 1 }))).toMatchObject({ field: 'settings.colour' });
    expect(await refusal(change.putBusiness({}, { domain: 'a.b' }))).toMatchObject({ field: 'domain' });
  });

  it('is made once by ten that ask at the same moment', async () => {
    const made = await Promise.all(
      Array.from({ length: 10 }, () => change.putBusiness({}, { domain: 'race' })),
    );
    expect(new Set(made.map((one) => one.value.id)).size).toBe(1);
    expect(made.filter((one) => one.change === 'created')).toHaveLength(1);
  });
});

describe('apps, queues, teams, agents', () => {
  it('are created, changed or left alone', async () => {
    const put = (name: string) => change.putApp({ businessId: business }, { code: 'bot', name, mode: 'BOT' });
    expect((await put('Bot')).change).toBe('created');
    expect((await put('Bot')).change).toBe('none');
    expect((await put('Robot')).change).toBe('changed');
    expect(await change.putQueue({ businessId: business }, { code: 'support', app: 'bot' })).toMatchObject({
      change: 'created',
      value: { type: 'BOT', isDefault: false },
    });
    await change.putTeam({ businessId: business }, { code: 'sales', name: 'Sales' });
    const agent = { code: 'ann', email: 'Ann@Shop.example', teams: ['sales'], skills: ['en'] };
    expect((await change.putAgent({ businessId: business }, agent)).value).toEqual({
      ...agent,
      name: 'ann',
      email: 'ann@shop.example',
      active: true,
      queues: [],
      no: expect.any(Number),
      ...{ role: 'agent', status: 'active', platformType: 'avocado', platformId: 'ann@shop.example' },
    });
    expect((await change.putAgent({ businessId: business }, agent)).change).toBe('none');
  });

  it('name the field at fault', async () => {
    expect(await refusal(change.putQueue({ businessId: business }, { code: 'x', app: 'nobody' }))).toEqual({
      kind: 'invalid',
      field: 'app',
      possible: ['bot', 'default'],
    });
    expect(await refusal(change.putQueue({ businessId: business }, { code: 'x', type: 'BOT' }))).toEqual({
      kind: 'missing',
      field: 'app',
    });
    expect(await refusal(change.putQueue({ businessId: business }, { code: 'a b' }))).toMatchObject({
      field: 'code',
    });
    expect(
      await refusal(change.putAgent({ businessId: business }, { code: 'bob', teams: ['sales', 'moon'] })),
    ).toMatchObject({ field: 'teams[1]' });
    expect(
      await refusal(change.putAgent({ businessId: business }, { code: 'bob', email: 'nobody' })),
    ).toMatchObject({
      field: 'email',
    });
    expect(
      await refusal(
        change.putApp({ businessId: business }, { code: 'bot', contactInfoUrl: 'http://inside' }),
      ),
    ).toMatchObject({ field: 'contactInfoUrl' });
    expect(
      await refusal(change.putApp({ businessId: business }, { code: 'bot', name: 'a\u0000b' })),
    ).toMatchObject({
      field: 'name',
    });
    expect(await refusal(change.putTeam({ businessId: business + 1000 }, { code: 'x' }))).toEqual({
      kind: 'notFound',
      field: 'business',
    });
  });

  it('have one default queue, whoever is faster', async () => {
    await Promise.all(
      ['support', 'default', 'agent_desk'].map((code) =>
        change.putQueue({ businessId: business }, { code, isDefault: true }),
      ),
    );
    const queues = [...(await cache.setup(business)).queues.values()];
    expect(queues.filter((queue) => queue.isDefault)).toHaveLength(1);
    await change.putQueue({ businessId: business }, { code: 'default', isDefault: true });
    expect(
      await refusal(change.putQueue({ businessId: business }, { code: 'default', isDefault: false })),
    ).toMatchObject({
      field: 'isDefault',
    });
  });

  it('cannot be removed while something relies on them', async () => {
    for (const [noun, key] of [
      ['queues', 'agent_desk'],
      ['queues', 'default'],
      ['apps', 'bot'],
      ['teams', 'sales'],
    ] as const) {
      expect(await refusal(change.remove({ businessId: business }, noun, key)), key).toMatchObject({
        kind: 'conflict',
      });
    }
    await change.remove({ businessId: business }, 'agents', 'ann');
    await change.remove({ businessId: business }, 'teams', 'sales');
    await change.remove({ businessId: business }, 'queues', 'support');
    await change.remove({ businessId: business }, 'apps', 'bot');
    expect(await refusal(change.remove({ businessId: business }, 'apps', 'bot'))).toEqual({
      kind: 'notFound',
      field: 'app',
    });
    expect((await cache.setup(business)).apps.size).toBe(1);
  });
});

describe('templates and variables', () => {
  const welcome = { code: 'welcome', lang: 'EN', body: 'Hello {{contact.name}}, order {{1}}' };

  it('are kept by code and language, and keep their approvals', async () => {
    await change.putChannel({ businessId: business }, { type: 'dummy', lane: 'lab' });
    const made = await change.putTemplate(
      { businessId: business },
      {
        ...welcome,
        buttons: [{ type: 'QUICK_REPLY', code: 'ok', label: 'OK' }],
      },
    );
    expect(made).toMatchObject({ change: 'created', value: { lang: 'en', name: 'welcome' } });
    const approval = { channelId: 'dummy:lab', status: 'approved' };
    expect((await change.approveTemplate({ businessId: business }, made.value.id, approval)).change).toBe(
      'changed',
    );
    expect((await change.approveTemplate({ businessId: business }, made.value.id, approval)).change).toBe(
      'none',
    );
    expect((await change.putTemplate({ businessId: business }, welcome)).change).toBe('none');
    expect(
      (await change.putTemplate({ businessId: business }, { ...welcome, footer: 'Bye' })).value.approvals,
    ).toEqual([{ channelId: 'dummy:lab', status: 'APPROVED', since: expect.any(Number) }]);
    expect(
      (await change.putTemplate({ businessId: business }, { ...welcome, footer: '' })).value,
    ).not.toHaveProperty('footer');
  });

  it('refuse half-written placeholders and unknown things', async () => {
    expect(
      await refusal(change.putTemplate({ businessId: business }, { ...welcome, body: 'Hi {{name' })),
    ).toMatchObject({
      field: 'body',
    });
    expect(
      await refusal(change.putTemplate({ businessId: business }, { ...welcome, lang: 'english' })),
    ).toMatchObject({
      field: 'lang',
    });
    expect(
      await refusal(
        change.putTemplate(
          { businessId: business },
          { ...welcome, buttons: [{ type: 'URL', code: 'u', label: 'Go' }] },
        ),
      ),
    ).toEqual({ kind: 'missing', field: 'buttons[0].url' });
  });

  it('keep a variable per channel beside the one of the business', async () => {
    expect((await change.putVar({ businessId: business }, { key: 'hotline', value: { n: 1 } })).change).toBe(
      'created',
    );
    expect((await change.putVar({ businessId: business }, { key: 'hotline', value: { n: 1 } })).change).toBe(
      'none',
    );
    expect(
      (await change.putVar({ businessId: business }, { key: 'hotline', value: 2, channelId: 'dummy:lab' }))
        .change,
    ).toBe('created');
    expect(
      await refusal(change.putVar({ businessId: business }, { key: 'x', value: 1, channelId: 'dummy:moon' })),
    ).toMatchObject({ field: 'channelId' });
    expect(
      await refusal(change.putVar({ businessId: business }, { key: 'x', value: '\ud800' })),
    ).toMatchObject({
      field: 'value',
    });
    expect(await refusal(change.remove({ businessId: business }, 'channels', 'dummy:lab'))).toMatchObject({
      kind: 'conflict',
    });
    expect((await cache.setup(business)).vars.map((one) => [one.key, one.value, one.channelId])).toEqual([
      ['hotline', { n: 1 }, undefined],
      ['hotline', 2, 'dummy:lab'],
    ]);
  });
});
