import { createHmac } from 'node:crypto';
import { type Channel, WebhookRefused } from '../channel.ts';
import { sameText } from '../signature.ts';
import { account } from './account.ts';
import { carries } from './capabilities.ts';
import { check } from './check.ts';
import { fetchMedia } from './files.ts';
import { receivedOf } from './inbound.ts';
import { person } from './person.ts';
import { send } from './send.ts';
import { signals } from './signals.ts';

/** An official account at LINE, by the Messaging API. */
export const line: Channel<typeof account> = {
  types: ['line'],
  contactType: 'OA',
  name: 'LINE',
  about: 'An official account at LINE, by its Messaging API.',
  account,
  carries,
  receive(request, settings, { now }) {
    const told = request.headers['x-line-signature'];
    const right = createHmac('sha256', settings.channelSecret).update(request.body).digest('base64');
    if (!told || !sameText(told, right)) throw new WebhookRefused('wrong signature');
    return receivedOf(request.body, { now, account: settings });
  },
  webhook: {
    how: 'entered',
    fromOutside: true,
    hint: 'In the console of LINE: the Messaging API channel, Webhook URL. Switch on “Use webhook”, and switch off automatic answers.',
  },
  check,
  send,
  person,
  signals,
  replies: true,
  fetchMedia,
};
