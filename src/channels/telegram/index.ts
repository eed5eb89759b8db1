import { type Channel, WebhookRefused, type WebhookRequest } from '../channel.ts';
import { objectOf, parseObject, textOf } from '../json.ts';
import { sameText } from '../signature.ts';
import { account } from './account.ts';
import { webhookSecret } from './bot.ts';
import { carries } from './capabilities.ts';
import { check } from './check.ts';
import { fetchMedia } from './files.ts';
import { receivedOf } from './inbound.ts';
import { send } from './send.ts';
import { signals } from './signals.ts';
import { updates } from './updates.ts';

/** Telegram by its Bot API. A person must have written to the bot first; groups are one contact each. */
export const telegram: Channel<typeof account> = {
  types: ['tg'],
  contactType: 'TELEGRAM',
  name: 'Telegram',
  about: 'A Telegram bot, by its token from BotFather.',
  account,
  carries,
  // One a second to a person, 20 a minute to a group; short bursts pass (channels.md section 7).
  pace: (csid) => (csid.startsWith('-') ? { everyMs: 3000, burst: 3 } : { everyMs: 1000, burst: 5 }),
  receive(request, settings, { now }) {
    const told = request.headers['x-telegram-bot-api-secret-token'];
    if (!told || !sameText(told, webhookSecret(settings))) throw new WebhookRefused('wrong secret token');
    return receivedOf(request.body, { now, groups: settings.groups });
  },
  answer: pressAnswer,
  webhook: {
    how: 'told',
    hint: 'There is nothing to enter: the channel tells Telegram by itself, when it is to be called.',
  },
  check,
  connections: [updates],
  send,
  signals,
  sendsFiles: true,
  fetchMedia,
};

/** Telegram shows a pressed button as busy until it is told otherwise: by the answer to its request. */
function pressAnswer({ body }: WebhookRequest): { contentType: string; body: string } | undefined {
  const id = textOf(objectOf(parseObject(body)?.callback_query).id);
  if (id === undefined) return undefined;
  const answer = { method: 'answerCallbackQuery', callback_query_id: id };
  return { contentType: 'application/json', body: JSON.stringify(answer) };
}
