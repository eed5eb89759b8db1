import { type Static, Type } from 'typebox';
import { address, onUnknown, perSecond, secret, typing } from '../settings.ts';

/** What an operator sets on a bot. */
export const account = Type.Object({
  botToken: secret('Bot token', 'Of the bot, as BotFather gave it: digits, a colon, letters.'),
  mode: Type.Enum(['polling', 'webhook'], {
    title: 'How messages come in',
    description:
      'Polling asks Telegram and works behind a firewall; webhook has Telegram call this server, which must be reachable under an https address.',
    default: 'polling',
  }),
  groups: Type.Boolean({
    title: 'Groups',
    description: 'Take part in groups too: each group is one contact. Otherwise they are left aside.',
    default: false,
  }),
  typing: typing(),
  apiBase: address(
    'API address',
    'Where the Bot API is: Telegram’s own server, or one that you run.',
    'https://api.telegram.org',
  ),
  perSecond: perSecond('30 when empty, which is what Telegram lets a bot send.'),
  onUnknown,
});

export type TelegramAccount = Static<typeof account>;
