import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeTelegram, refusal } from '../../../sim/telegram.ts';
import { webhookSecret } from '../../../src/channels/telegram/bot.ts';
import type { Content } from '../../../src/model/message.ts';
import * as events from '../../../src/store/events.ts';
import * as messages from '../../../src/store/messages.ts';
import { apiKey, eventually, type MediaHouse, openHouse, picture } from '../../pipeline/media-house.ts';

const channel = 'tg:shop_bot';
const ann = 987654321;
const chat = { id: ann, type: 'private', first_name: 'Amina' };
const from = { id: ann, is_bot: false, first_name: 'Amina' };

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
let telegram: FakeTelegram;
let updates = 0;

beforeAll(async () => {
  house = await openHouse();
  server = await house.start();
  telegram = await FakeTelegram.open();
  await server.core.change.putChannel(
    { businessId: server.caller.businessId },
    {
      type: 'tg',
      lane: 'shop_bot',
      settings: telegram.settings,
    },
  );
  await update({ message: { message_id: 1, date: seconds(), chat, from, text: '/start' } });
});
afterAll(async () => {
  await house.close();
  await telegram.close();
});

const seconds = () => Math.floor(Date.now() / 1000);
const text = (text: string): Content => ({ type: 'text', text });

/** Telegram calls the webhook; answers what it was answered. */
async function update(told: object): Promise<string> {
  const { accountId } = (await server.core.setup(server.caller.businessId)).channels.get(channel)!;
  updates += 1;
  const answered = await fetch(`${server.address}/webhook/tg/${accountId}`, {
    method: 'POST',
    headers: { 'x-telegram-bot-api-secret-token': webhookSecret({ botToken: FakeTelegram.token }) },
    body: JSON.stringify({ update_id: updates, ...told }),
  });
  expect(answered.status).toBe(200);
  return answered.text();
}

async function stored(providerId: string) {
  const key = { businessId: server.caller.businessId, channelId: channel, providerId };
  const [message] = await messages.byProviderId(house.db, [key]);
  if (!message) throw new Error(`there is no message ${providerId}`);
  return message;
}

async function told(code: string) {
  const all = await events.after(house.db, server.caller.businessId, 0, 10_000);
  return all.flatMap((one) => (one.type === 'channel.event' && one.data.code === code ? [one.data] : []));
}

async function send(content: Content) {
  const { id } = await server.send(channel, String(ann), content);
  return server.reaches(id, 'SENTX');
}

describe('a button', () => {
  const code = `{"order":"${'7'.repeat(80)}"}`;
  const buttons = ['Yes', 'No'].map((label) => ({ type: 'QUICK_REPLY' as const, code: code + label, label }));

  it('comes back with its whole code, though Telegram carries 64 bytes', async () => {
    const { providerId } = await send({ ...text('Shall we?'), buttons });
    const { reply_markup } = telegram.sent.at(-1)!.params as {
      reply_markup: { inline_keyboard: object[][] };
    };
    const [, no] = reply_markup.inline_keyboard[0] as { callback_data: string }[];
    const message = { message_id: Number(providerId!.split(':')[1]), chat, date: seconds(), reply_markup };
    const press = { id: '4711', from, chat_instance: '1', data: no!.callback_data, message };
    expect(JSON.parse(await update({ callback_query: press }))).toEqual({
      method: 'answerCallbackQuery',
      callback_query_id: '4711',
    });
    const { content, replyIdExt } = await stored('press:4711');
    expect(content).toEqual({ type: 'text', text: 'No', press: { code: `${code}No`, label: 'No' } });
    expect(replyIdExt).toBe(providerId);
  });

  it('of somebody else’s message is known by its label alone', async () => {
    const bob = await server.send(channel, '555', { ...text('Shall we?'), buttons });
    const data = `=${bob.id}.0`;
    const message = {
      message_id: 3,
      chat,
      date: 0,
      reply_markup: { inline_keyboard: [[{ text: 'Yes', callback_data: data }]] },
    };
    await update({ callback_query: { id: '4712', from, chat_instance: '1', data, message } });
    expect((await stored('press:4712')).content.press).toEqual({ code: 'Yes', label: 'Yes' });
  });
});

describe('a message that the person changed', () => {
  const at = seconds();

  it('says what it says now, and that is told', async () => {
    await update({ message: { message_id: 50, date: at, chat, from, text: 'At six' } });
    await update({
      edited_message: { message_id: 50, date: at, edit_date: at + 5, chat, from, text: 'At seven' },
    });
    const { id, content } = await stored(`${ann}:50`);
    expect(content).toEqual(text('At seven'));
    expect(await told('MESSAGE_EDITED')).toEqual([
      expect.objectContaining({
        data: {
          messageId: id,
          messageIdExt: `${ann}:50`,
          type: 'text',
          text: 'At seven',
          timestamp: (at + 5) * 1000,
        },
      }),
    ]);
  });

  it('keeps the file that was fetched, with the new words beside it', async () => {
    telegram.files.set('pic', picture());
    const photo = [{ file_id: 'pic', file_unique_id: 'p', width: 1, height: 1 }];
    await update({ message: { message_id: 51, date: at, chat, from, photo, caption: 'This one' } });
    const { content } = await stored(`${ann}:51`);
    await update({
      edited_message: { message_id: 51, date: at, edit_date: at, chat, from, photo, caption: 'That one' },
    });
    expect((await stored(`${ann}:51`)).content).toEqual({
      ...content,
      media: { ...content.media, caption: 'That one' },
    });
    await eventually(async () => {
      const served = await fetch(`${server.address}/api/v1/media/${content.media!.id}`, {
        headers: { authorization: `Bearer ${apiKey}` },
      });
      expect(((await served.json()) as { state: string }).state).toBe('stored');
    });
  });

  it('changes nothing when it is none that we have', async () => {
    const before = (await told('MESSAGE_EDITED')).length;
    await update({ edited_message: { message_id: 999, date: at, edit_date: at, chat, from, text: 'What?' } });
    expect(await told('MESSAGE_EDITED')).toHaveLength(before);
  });
});

describe('a file of the business', () => {
  it('goes up with the first message, and by its id with the next', async () => {
    const file = await server.keep(picture(), 'one pixel.png');
    await send({ type: 'image', media: { id: file.id, caption: 'Look' } });
    expect(telegram.sent.at(-1)).toMatchObject({
      method: 'sendPhoto',
      params: { photo: { name: 'one pixel.png' } },
    });
    await send({ type: 'image', media: { id: file.id } });
    expect(telegram.sent.at(-1)!.params.photo).toMatch(/^photo-\d+$/);
  });

  it('goes up once more when Telegram does not know the id any longer', async () => {
    const file = await server.keep(picture(1), 'another.png');
    await send({ type: 'image', media: { id: file.id } });
    telegram.refuse.set('sendPhoto', [
      { status: 400, body: refusal(400, 'Bad Request: wrong file identifier') },
    ]);
    await send({ type: 'image', media: { id: file.id } });
    expect(telegram.sent.at(-1)!.params.photo).toMatchObject({ name: 'another.png' });
  });
});

describe('one person', () => {
  it('is written to at the pace that Telegram allows, in order, and nobody else waits', async () => {
    const burst = ['1', '2', '3', '4', '5', '6', '7'];
    const queued = [];
    for (const one of burst) queued.push(await server.send(channel, '777', text(one)));
    const other = await server.send(channel, '888', text('Hello'));
    await server.reaches(other.id, 'SENTX');
    for (const { id } of queued) await server.reaches(id, 'SENTX');
    const to = (id: number) => telegram.sent.filter(({ params }) => params.chat_id === id);
    expect(to(777).map(({ params }) => params.text)).toEqual(burst);
    const all = telegram.sent.map(({ params }) => params.text);
    expect(all.indexOf('Hello')).toBeLessThan(all.indexOf('7'));
  });

  it('who blocked the bot is not written to, until they come back', async () => {
    const member = (status: string) => ({
      my_chat_member: { chat, from, date: seconds(), new_chat_member: { user: { id: 1 }, status } },
    });
    await update(member('kicked'));
    const { id } = await server.send(channel, String(ann), text('Are you there?'));
    await server.reaches(id, 'BLCKD');
    await update(member('member'));
    await send(text('Welcome back'));
  });
});
