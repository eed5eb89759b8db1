import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { FakeMeta, number, sign } from './fake-meta.ts';
import { eventually, type MediaHouse, openHouse } from './media-house.ts';

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
let meta: FakeMeta;
let lane = 551_100_000_000;
let channel: string;
/** A number in Brazil, and the WhatsApp id that it has. */
const dialled = '5511999998888';
const waId = '551199998888';

beforeAll(async () => {
  house = await openHouse();
  server = await house.start();
  meta = await FakeMeta.open();
  meta.waIds.set(dialled, waId);
});
afterAll(async () => {
  await house.close();
  await meta.close();
});
beforeEach(async () => {
  lane += 1;
  channel = `wacfb:${lane}`;
  const { change } = server.core;
  const { businessId } = server.caller;
  await change.putChannel({ businessId }, { type: 'wacfb', lane: String(lane), settings: meta.account });
  const { value } = await change.putTemplate({ businessId }, { code: 'hello', lang: 'en', body: 'Hello' });
  await change.approveTemplate({ businessId }, value.id, { channelId: channel, status: 'APPROVED' });
});

const contacts = async () => {
  const text = 'select id from contact where lane = $1 order by id';
  return (await house.db.run({ name: 'test.contacts', text }, [String(lane)])).map(({ id }) => id as string);
};
const write = async (to: string) => {
  const template = { code: 'hello', lang: 'en' };
  const sent = await server.send(channel, to, { type: 'template' }, { to: { phone: to }, template });
  await server.reaches(sent.id, 'SENTX');
  return sent;
};
const hear = (csid: string) => server.hear(channel, csid, { type: 'text', text: 'Hi' });

it('who answers under the provider’s own id is the contact that was written to, in the same session', async () => {
  const sent = await write(dialled);
  const heard = await hear(waId);
  expect(heard).toMatchObject({ contactId: sent.contactId, sessionId: sent.sessionId });
  expect(await contacts()).toEqual([`wa${dialled}_${lane}`]);
});

it('who is written to under the provider’s own id later is that contact, too', async () => {
  const sent = await write(dialled);
  expect(await write(waId)).toMatchObject({ contactId: sent.contactId, sessionId: sent.sessionId });
  expect(await contacts()).toEqual([`wa${dialled}_${lane}`]);
});

it('who wrote before stays who it was, and is met there from the first answer on', async () => {
  const heard = await hear(waId);
  await write(dialled);
  const { contactId } = await write(dialled);
  expect(contactId).toBe(heard.contactId);
  expect(await hear(waId)).toMatchObject({ contactId, sessionId: heard.sessionId });
});

it('an answer opens the care window of the contact that was written to', async () => {
  const { contactId } = await write(dialled);
  await hear(waId);
  const { id } = await server.send(
    channel,
    dialled,
    { type: 'text', text: 'Thank you' },
    { to: { contactId } },
  );
  await server.reaches(id, 'SENTX');
});

it('the same number on another lane is not meant', async () => {
  await write(dialled);
  lane += 1;
  channel = `wacfb:${lane}`;
  const settings = meta.account;
  await server.core.change.putChannel(
    { businessId: server.caller.businessId },
    {
      type: 'wacfb',
      lane: String(lane),
      settings,
    },
  );
  expect((await hear(waId)).contactId).toBe(`wa${waId}_${lane}`);
});

it('what the provider tells of the person by its own id is told of that contact', async () => {
  const { contactId } = await write(dialled);
  const system = { type: 'user_changed_number', wa_id: '551188887777', body: 'changed' };
  const message = {
    from: waId,
    id: `wamid.changed.${lane}`,
    timestamp: '1760000000',
    type: 'system',
    system,
  };
  await server.metaCalls(channel, { metadata: { phone_number_id: number }, messages: [message] }, sign);
  const text = `select data->'contact'->>'id' as id from event where type = 'channel.event' and data->>'channelId' = $1`;
  await eventually(async () => {
    const rows = await house.db.run({ name: 'test.told', text }, [channel]);
    expect(rows.map(({ id }) => id)).toEqual([contactId]);
  });
});
