import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer, bodyOf, type Listening, listen } from '../../fakes/http.ts';
import { eventually, House, type Running, type Tenant } from '../../pipeline/tools.ts';

const account = '2244994945';
const ann = '3001969357';
const consumerSecret = 'secret-of-the-tests';

let house: House;
let running: Running;
let shop: Tenant;
let x: Listening;
const asked: { url: string; token: string; text: string | undefined }[] = [];
let headers: Record<string, string> = {};
let address: string;

/** An id as X makes them: it holds the time. */
const snowflake = () => String((BigInt(Date.now()) - 1_288_834_974_657n) << 22n);
const signed = (what: string) =>
  `sha256=${createHmac('sha256', consumerSecret).update(what).digest('base64')}`;

beforeAll(async () => {
  house = await House.open();
  running = await house.start();
  shop = await house.business(running);
  x = await listen(async (request, response) => {
    const body = (await bodyOf(request)).toString();
    const { authorization = '' } = request.headers;
    if (request.url === '/2/oauth2/token') {
      const tokens = { access_token: 'access-1', refresh_token: 'refresh-1', expires_in: 7200 };
      return void (await answer(response, 200, tokens));
    }
    asked.push({ url: request.url!, token: authorization, text: JSON.parse(body).text });
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    await answer(response, 201, { data: { dm_conversation_id: '1-2', dm_event_id: snowflake() } });
  });
  const settings = {
    userId: account,
    consumerSecret,
    clientId: 'c',
    refreshToken: 'refresh-0',
    apiBase: x.url,
  };
  await shop.core.change.putChannel({ businessId: shop.id }, { type: 'tw', lane: 'shop', settings });
  address = `${running.address}/webhook/tw/${(await shop.setup()).channels.get('tw:shop')!.accountId}`;
});
afterAll(async () => {
  await house.close();
  await x.close();
});

async function happens(event_type: string, payload: object): Promise<void> {
  const body = JSON.stringify({ data: { event_type, filter: { user_id: account }, payload } });
  const how = { method: 'POST', headers: { 'x-twitter-webhooks-signature': signed(body) }, body };
  expect((await fetch(address, how)).status).toBe(200);
}

it('answers the check of its address', async () => {
  const checked = await fetch(`${address}?crc_token=abc`);
  expect(checked.headers.get('content-type')).toContain('application/json');
  expect(await checked.json()).toEqual({ response_token: signed('abc') });
  expect((await fetch(address)).status).toBe(400);
  expect((await fetch(`${address}?crc_token=abc&crc_token=def`)).status).toBe(200);
});

it('comes in with a renewed token, and hears that all up to a message was read', async () => {
  const sent = [];
  for (const text of ['one', 'two']) sent.push(await shop.send('tw:shop', ann, text));
  for (const { id } of sent) await shop.reaches(id, 'SENTX');
  expect(asked.map(({ token, text }) => [token, text])).toEqual([
    ['Bearer access-1', 'one'],
    ['Bearer access-1', 'two'],
  ]);
  const { providerId } = await shop.message(sent[1]!.id);
  await happens('dm.read', {
    direct_message_mark_read_events: [
      { created_timestamp: String(Date.now()), sender_id: ann, last_read_event_id: providerId },
    ],
  });
  for (const { id } of sent) await shop.reaches(id, 'READ');
});

it('sends nothing more until X says, once its limit is used up', async () => {
  const reset = Math.ceil(Date.now() / 1000) + 600;
  headers = { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(reset) };
  await shop.reaches((await shop.send('tw:shop', ann, 'three')).id, 'SENTX');
  await eventually(async () => {
    const { pausedUntil = 0 } = (await shop.setup()).channels.get('tw:shop')!;
    const [row] = await house.sql<{ left: number }>(
      'select extract(epoch from paused_until - now())::int as left from channel where business_id = $1',
      [shop.id],
    );
    expect(pausedUntil || row!.left).toBeGreaterThan(500);
  });
});

it('hears a place, and a contact card, that X carries as text', async () => {
  const says = (text: string) =>
    happens('dm.received', {
      direct_message_events: [
        {
          type: 'message_create',
          id: snowflake(),
          created_timestamp: String(Date.now()),
          message_create: { sender_id: ann, target: { recipient_id: account }, message_data: { text } },
        },
      ],
    });
  await says('Shop\nhttps://maps.google.com/?q=24.7,46.6');
  await says('BEGIN:VCARD\nVERSION:3.0\nFN:Amina\nEND:VCARD');
  await eventually(async () => {
    const heard = (await shop.events('message.received')).slice(-2).map(({ data }) => data.message.content);
    expect(heard).toEqual([
      { type: 'location', location: { latitude: '24.7', longitude: '46.6', name: 'Shop' } },
      { type: 'contacts', cards: [{ name: { formatted_name: 'Amina' } }] },
    ]);
  });
});
