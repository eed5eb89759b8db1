import { webhookSecret } from '../../../src/channels/telegram/bot.ts';
import { now, type Sample } from '../tools.ts';

const botToken = 'planted-1234567:AAbot-token';

export const telegramSample: Sample = {
  type: 'tg',
  folder: 'telegram',
  // Telegram wants it so; nobody is shown the address.
  secretInPath: true,
  account: { botToken, mode: 'webhook', groups: false, apiBase: 'https://telegram.example' },
  lane: { channelId: 'tg:shop_bot', lane: 'shop_bot', now },
  signed: (body) => ({
    method: 'POST',
    headers: { 'x-telegram-bot-api-secret-token': webhookSecret({ botToken }) },
    query: {},
    body: Buffer.from(body),
  }),
  accepts: {
    status: 200,
    body: {
      ok: true,
      result: {
        message_id: 77,
        date: 1772366400,
        chat: { id: 919988776655, type: 'private', first_name: 'Amina' },
      },
    },
  },
};
