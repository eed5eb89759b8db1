import { type Static, Type } from 'typebox';
import { address, perSecond, readMarks, secret, typing } from '../settings.ts';

/** What an operator sets on an official account at LINE. */
export const account = Type.Object({
  accessToken: secret(
    'Channel access token',
    'Of the Messaging API channel: the long-lived one of its console.',
  ),
  channelSecret: secret('Channel secret', 'Of the Messaging API channel: it signs what comes in.'),
  videoPreview: Type.Optional(
    Type.String({
      title: 'Picture before videos',
      description:
        'LINE shows it until a video is played: https address of a JPEG or PNG. Without it videos go as links.',
      pattern: '^https://[^\\s]+$',
      maxLength: 2000,
    }),
  ),
  apiBase: address('API address', 'Where the Messaging API is.', 'https://api.line.me'),
  mediaBase: address(
    'Media address',
    'Where files that people sent are fetched.',
    'https://api-data.line.me',
  ),
  stickerBase: address(
    'Sticker address',
    'Where pictures of stickers are.',
    'https://stickershop.line-scdn.net/stickershop/v1',
  ),
  typing: typing(),
  readMarks,
  perSecond: perSecond('2,000 when empty.'),
});

export type LineAccount = Static<typeof account>;
