import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulators } from '../../sim/all.ts';
import { openControl } from '../../sim/control.ts';
import { Board } from '../../sim/switches.ts';
import { until } from '../apis/parley/server.ts';
import { freePort } from '../free-port.ts';
import { inboxHouse } from './people.ts';

/** Simulated providers behind their control addresses, as `npm run sim` runs them. */
async function open(name: string) {
  const simulator = simulators.find((one) => one.name === name)!;
  const board = new Board();
  const simulated = await simulator.start({ port: 0, board });
  const control = await openControl({ simulated, board, person: simulator.person });
  const close = async () => {
    await control.close();
    await simulated.close();
  };
  return { simulated, board, control: control.url, person: simulator.person, close };
}

const telegram = await open('telegram');
const line = await open('line');
const fcm = await open('fcm');
const providers = [telegram, line, fcm];
const port = await freePort();
const house = await inboxHouse({
  PORT: String(port),
  PUBLIC_URL: `http://127.0.0.1:${port}`,
  SIMULATORS: providers.map(({ control }) => control).join(),
});
afterAll(async () => {
  for (const one of providers) await one.close();
  await house.end();
});

let bearer = '';
let asAnn: ReturnType<typeof house.as>;
beforeAll(async () => {
  const put = (id: string, settings: object) =>
    house.done('PUT', `/channels/${id}`, { queue: 'agent_desk', settings });
  await put('tg:shopbot', telegram.simulated.settings);
  await put('line:shop', line.simulated.settings);
  await put('fcm:app', fcm.simulated.settings);
  await put('line:elsewhere', { ...line.simulated.settings, apiBase: 'http://127.0.0.1:9' });
  bearer = await house.agent('ann');
  asAnn = house.as(bearer);
});

const at = (channel: string, csid: string) => `/inbox/simulator/${channel}/phones/${csid}`;
const texts = async (channel: string, csid: string) =>
  ((await asAnn('GET', at(channel, csid))).items as { content: { text?: string } }[]).map(
    ({ content }) => content.text,
  );

describe('the phone of a customer whose provider is simulated', () => {
  it('is offered where the channel speaks with a simulator that runs', async () => {
    const { items } = await asAnn('GET', '/inbox/simulator/channels');
    expect(items.map(({ id, person }: { id: string; person?: string }) => [id, person])).toEqual([
      ['dummy:sandbox', undefined],
      ['fcm:app', fcm.person],
      ['line:shop', line.person],
      ['tg:shopbot', telegram.person],
    ]);
    const elsewhere = await house.ask('GET', at('line:elsewhere', line.person), { bearer });
    expect(elsewhere.status).toBe(404);
  });

  it.each([
    ['Telegram, which is asked', 'tg:shopbot', telegram],
    ['LINE, which calls', 'line:shop', line],
  ])(
    'writes and reads over the provider’s own protocol: %s',
    async (_name, channel, { person, simulated }) => {
      await asAnn('POST', `${at(channel, person)}/messages`, { text: 'Where is my order?' });
      await until(
        () => texts(channel, person),
        (shown) => shown.includes('Where is my order?'),
      );
      const { items } = await asAnn('GET', `/inbox/sessions?view=all&channel=${channel}`);
      await asAnn('POST', `/inbox/sessions/${items[0].id}/messages`, { content: { text: 'On its way' } });
      await until(
        () => texts(channel, person),
        (shown) => shown.includes('On its way'),
      );
      await until(
        async () => simulated.taken,
        (taken) => taken.some(({ to, text }) => to === person && text === 'On its way'),
      );
    },
  );

  it('has the switches of the provider', async () => {
    const set = await asAnn('PUT', '/inbox/simulator/line:shop/provider', { faults: 3, duplicate: true });
    expect(set).toEqual({ faults: 3, duplicate: true });
    expect(line.board.switches).toMatchObject({ faults: 3, duplicate: true });
    expect((await asAnn('GET', at('line:shop', line.person))).provider).toMatchObject({
      devices: false,
      switches: { faults: 3, duplicate: true, expired: false },
    });
    await asAnn('PUT', '/inbox/simulator/line:shop/provider', { faults: 0, duplicate: false });
    const wrong = await house.ask('PUT', '/inbox/simulator/line:shop/provider', {
      bearer,
      body: { faults: -1 },
    });
    expect(wrong.status).toBe(400);
    const sandbox = await house.ask('PUT', '/inbox/simulator/dummy:sandbox/provider', { bearer, body: {} });
    expect(sandbox).toMatchObject({ status: 400, body: { error: { fields: [{ field: 'channel' }] } } });
  });

  it('says text alone, and says why when it cannot', async () => {
    const place = { type: 'location', latitude: '24.7', longitude: '46.6' };
    const refused = await house.ask('POST', `${at('line:shop', line.person)}/messages`, {
      bearer,
      body: place,
    });
    expect(refused).toMatchObject({ status: 400, body: { error: { fields: [{ field: 'type' }] } } });
  });

  it('agrees first where people are devices, and presses what it was offered', async () => {
    const { person } = fcm;
    await asAnn('POST', `${at('fcm:app', person)}/subscribe`);
    const { contactId } = await until(
      () => asAnn('GET', at('fcm:app', person)),
      (phone) => phone.contactId !== undefined,
    );
    await house.done('POST', '/messages', {
      channelId: 'fcm:app',
      to: { contactId },
      content: { text: 'Ready at noon?', buttons: [{ type: 'QUICK_REPLY', code: 'y', label: 'Yes' }] },
    });
    await until(
      async () => fcm.simulated.taken,
      (taken) => taken.length === 1,
    );
    const nothing = await house.ask('POST', `${at('fcm:app', person)}/messages`, {
      bearer,
      body: { text: 'No' },
    });
    expect(nothing.status).toBe(400);
    await asAnn('POST', `${at('fcm:app', person)}/messages`, { text: 'Yes' });
    await until(
      () => texts('fcm:app', person),
      (shown) => shown.includes('Yes'),
    );
    const other = await house.ask('POST', `${at('line:shop', line.person)}/subscribe`, { bearer });
    expect(other).toMatchObject({ status: 400, body: { error: { fields: [{ field: 'channel' }] } } });
  });

  it('is gone when its provider is', async () => {
    await line.close();
    expect((await house.ask('GET', at('line:shop', line.person), { bearer })).status).toBe(404);
    const { items } = await asAnn('GET', '/inbox/simulator/channels');
    expect(items.map(({ id }: { id: string }) => id)).not.toContain('line:shop');
  });
});
