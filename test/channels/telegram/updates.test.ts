import { describe, expect, it } from 'vitest';
import type { CallRequest, CallResponse } from '../../../src/channels/channel.ts';
import { channelOf } from '../../../src/channels/index.ts';
import { webhookSecret } from '../../../src/channels/telegram/bot.ts';
import { type Answer, failureOf, fakeCall, fakeLine } from '../tools.ts';
import { telegramSample as sample } from './sample.ts';

const [kind] = channelOf('tg')!.connections!;
const polling = { ...sample.account, mode: 'polling' };
const bot = String(sample.account.botToken).split(':')[0];

const result = (result: unknown): Answer => ({ status: 200, body: { ok: true, result } });
const update = (update_id: number, more: object = {}) => ({
  update_id,
  message: {
    message_id: update_id,
    date: 1772366400,
    chat: { id: 5, type: 'private' },
    text: `No. ${update_id}`,
    ...more,
  },
});
const press = {
  id: '42',
  from: { id: 5 },
  data: 'yes',
  message: { message_id: 1, chat: { id: 5, type: 'private' } },
};

/** Telegram as somebody who asks it: answers in turn, and then holds the answer back until the end. */
function telegram(...answers: Answer[]) {
  const left = [...answers];
  const asked: { method: string; params: Record<string, unknown> }[] = [];
  const line = fakeLine(sample.lane, {
    call: async (request: CallRequest): Promise<CallResponse> => {
      const method = request.url.split('/').at(-1)!;
      asked.push({ method, params: request.body as Record<string, unknown> });
      const next = method === 'getUpdates' ? left.shift() : result(true);
      if (!next) return new Promise(() => {});
      return fakeCall(next).call(request);
    },
  });
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { asked, ...line, until, gets: () => asked.filter(({ method }) => method === 'getUpdates') };
}

describe('a bot that asks', () => {
  it('takes away the webhook that is in its way, and hands over what came with how far it read', async () => {
    const { line, delivered, asked, gets, until } = telegram(
      result([update(10), update(11)]),
      result([update(12)]),
    );
    const { close } = await kind!.open(polling, line);
    await until(() => gets().length === 3);
    expect(asked[0]).toEqual({ method: 'deleteWebhook', params: {} });
    expect(gets().map(({ params }) => params.offset)).toEqual([undefined, 12, 13]);
    expect(gets()[0]!.params).toMatchObject({
      timeout: 50,
      limit: 100,
      allowed_updates: expect.arrayContaining(['message']),
    });
    const texts = delivered.map(({ received }) => received.messages!.map(({ content }) => content.text));
    expect(texts).toEqual([['No. 10', 'No. 11'], ['No. 12']]);
    expect(delivered.map(({ cursor }) => cursor)).toMatchObject([
      { bot, offset: 12 },
      { bot, offset: 13 },
    ]);
    await close();
  });

  it('answers pressed buttons, whatever becomes of the answer', async () => {
    const { line, delivered, asked, until } = telegram(result([{ update_id: 10, callback_query: press }]));
    await kind!.open(polling, line);
    await until(() => delivered.length === 1);
    expect(asked).toContainEqual({ method: 'answerCallbackQuery', params: { callback_query_id: '42' } });
    expect(delivered[0]!.received.messages).toHaveLength(1);
  });

  it('goes on where it stopped, but not where another bot did, nor after a week', async () => {
    const at = Date.now();
    for (const [cursor, offset] of [
      [{ bot, offset: 77, at }, 77],
      [{ bot: '1', offset: 77, at }, undefined],
      [{ bot, offset: 77, at: at - 7 * 24 * 3_600_000 }, undefined],
      ['odd', undefined],
    ]) {
      const { line, gets, until } = telegram();
      await kind!.open(polling, { ...line, cursor });
      await until(() => gets().length === 1);
      expect(gets()[0]!.params.offset).toBe(offset);
    }
  });

  it('passes over updates that make no sense, and reads on behind them', async () => {
    const { line, delivered, gets, until } = telegram(result([null, { update_id: 10 }, 'odd']), result([]));
    await kind!.open(polling, line);
    await until(() => gets().length === 3);
    expect(delivered).toMatchObject([{ cursor: { offset: 11 }, received: { messages: [] } }]);
    // Nothing is left to be confirmed: Telegram may count anew.
    expect(gets().map(({ params }) => params.offset)).toEqual([undefined, 11, undefined]);
  });

  it.each([
    [401, 'Unauthorized', 'AUTH'],
    [409, 'Conflict: terminated by other getUpdates request', 'CONTENT_REJECTED'],
    [502, 'Bad Gateway', 'UNAVAILABLE'],
  ])('ends with what Telegram says: %i %s', async (status, description, kindOf) => {
    const { line } = telegram({ status, body: { ok: false, error_code: status, description } });
    const { ended } = await kind!.open(polling, line);
    expect((await failureOf(ended)).failure).toMatchObject({ class: kindOf, text: description });
  });

  it('ends when what came could not be stored: it will be told again', async () => {
    const { line, state, gets } = telegram(result([update(10)]));
    state.refuse = true;
    const { ended } = await kind!.open(polling, line);
    await expect(ended).rejects.toThrow('the database is away');
    expect(gets()).toHaveLength(1);
  });
});

describe('a bot that is called', () => {
  it('tells Telegram where, with a secret that Telegram repeats', async () => {
    const { line, asked, end } = telegram();
    const { ended } = await kind!.open(sample.account, line);
    expect(asked).toMatchObject([
      {
        method: 'setWebhook',
        params: { url: line.webhookUrl, secret_token: webhookSecret(sample.account as never) },
      },
    ]);
    expect(asked[0]!.params.secret_token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    end();
    await ended;
  });

  it('is not open when Telegram does not take the address', async () => {
    const description = 'Bad Request: bad webhook: HTTPS URL must be provided for webhook';
    const { call } = fakeCall({ status: 400, body: { ok: false, error_code: 400, description } });
    const failed = await failureOf(kind!.open(sample.account, fakeLine(sample.lane, { call }).line));
    expect(failed.failure.text).toBe(description);
  });
});
