import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../../src/model/message.ts';
import * as messages from '../../../src/store/messages.ts';
import { answer, bodyOf, type Listening, listen } from '../../fakes/http.ts';
import { type MediaHouse, openHouse } from '../../pipeline/media-house.ts';

const channel = 'line:our-shop';
const channelSecret = 'secret-of-the-tests';
const ann = 'Ufc729a925b3abef1ae84a3d52e51a6a7';

interface Asked {
  how: string;
  key: string | undefined;
  body: Record<string, unknown>;
}

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
let line: Listening;
const asked: Asked[] = [];
/** Statuses of the next answers. */
const statuses: number[] = [];
let events = 0;

beforeAll(async () => {
  house = await openHouse();
  server = await house.start();
  line = await listen(async (request, response) => {
    const body = JSON.parse((await bodyOf(request)).toString()) as Asked['body'];
    const key = request.headers['x-line-retry-key'];
    asked.push({ how: request.url!.split('/').at(-1)!, key: key === undefined ? key : String(key), body });
    const status = statuses.shift() ?? 200;
    await answer(
      response,
      status,
      status === 200 ? { sentMessages: [{ id: `m${asked.length}` }] } : { message: 'No' },
    );
  });
  await server.core.change.putChannel(
    { businessId: server.caller.businessId },
    {
      type: 'line',
      lane: 'our-shop',
      settings: { accessToken: 'token-of-the-tests', channelSecret, apiBase: line.url },
    },
  );
});
afterAll(async () => {
  await house.close();
  await line.close();
});

async function happens(type: string, more: object): Promise<void> {
  const { accountId } = (await server.core.setup(server.caller.businessId)).channels.get(channel)!;
  const source = { type: 'user', userId: ann };
  events += 1;
  const event = {
    type,
    source,
    mode: 'active',
    timestamp: Date.now(),
    webhookEventId: `e${events}`,
    ...more,
  };
  const body = JSON.stringify({ destination: 'U1', events: [event] });
  const signature = createHmac('sha256', channelSecret).update(body).digest('base64');
  const answered = await fetch(`${server.address}/webhook/line/${accountId}`, {
    method: 'POST',
    headers: { 'x-line-signature': signature },
    body,
  });
  expect(answered.status).toBe(200);
}

const says = (id: string, text: string, replyToken: string) =>
  happens('message', { replyToken, message: { id, type: 'text', text } });

async function send(content: Content) {
  const { id } = await server.send(channel, ann, content);
  return server.reaches(id, 'SENTX');
}

async function heard(providerId: string): Promise<Content> {
  const key = { businessId: server.caller.businessId, channelId: channel, providerId };
  const [message] = await messages.byProviderId(house.db, [key]);
  return message!.content;
}

describe('what a person wrote a moment ago', () => {
  it('is answered free of charge, once; what follows is pushed', async () => {
    await says('1', 'Hello', 'token-1');
    await says('2', 'Anybody there?', 'token-2');
    asked.length = 0;
    await send({ type: 'text', text: 'Yes' });
    await send({ type: 'text', text: 'How can we help?' });
    expect(asked).toMatchObject([
      { how: 'reply', body: { replyToken: 'token-2' } },
      { how: 'push', key: expect.any(String), body: { to: ann } },
    ]);
  });

  it('is answered by a push with one key in every attempt, when LINE has a fault', async () => {
    asked.length = 0;
    statuses.push(500);
    await send({ type: 'text', text: 'One moment' });
    expect(asked.map(({ how }) => how)).toEqual(['push', 'push']);
    expect(asked[0]!.key).toBe(asked[1]!.key);
  });
});

it('knows a pressed choice by its place, with its code and label', async () => {
  const code = 'c'.repeat(400);
  await send({ type: 'text', text: 'Shall we?', buttons: [{ type: 'QUICK_REPLY', code, label: 'Yes' }] });
  const [flex] = asked.at(-1)!.body.messages as {
    contents: { footer: { contents: { action: { data: string } }[] } };
  }[];
  await happens('postback', { postback: { data: flex!.contents.footer.contents[0]!.action.data } });
  expect(await heard(`press:e${events}`)).toEqual({
    type: 'text',
    text: 'Yes',
    press: { code, label: 'Yes' },
  });
});

it('keeps nothing of what a person takes back', async () => {
  await says('77', 'My card is 1234', 'token-77');
  await happens('unsend', { unsend: { messageId: '77' } });
  expect(await heard('77')).toEqual({ type: 'text', text: '*****' });
});

it('writes to nobody who blocked the account', async () => {
  await happens('unfollow', {});
  const { id } = await server.send(channel, ann, { type: 'text', text: 'Come back' });
  await server.reaches(id, 'BLCKD');
  await happens('follow', { replyToken: 'token-f', follow: { isUnblocked: true } });
  await send({ type: 'text', text: 'Welcome back' });
});
