import { type Channel, WebhookRefused } from '../channel.ts';
import { atBase } from '../settings.ts';
import { measureSms } from '../sms.ts';
import { account } from './account.ts';
import { carries } from './capabilities.ts';
import { check } from './check.ts';
import { receivedOf } from './inbound.ts';
import { fetchMedia } from './media.ts';
import { bodyOf, send } from './send.ts';
import { isSigned } from './signature.ts';

/** SMS and MMS by Twilio, or by a provider that speaks like it (channels.md 3.2). */
export const twilio: Channel<typeof account> = {
  types: ['twilio'],
  contactType: 'SMS',
  name: 'SMS by Twilio',
  about: 'SMS and MMS by Twilio, and by providers with the same API.',
  account,
  carries,
  linksOnly: ({ mms }) => !mms,
  receive(request, settings, { url = '', now }) {
    const address = settings.publicBase && url ? atBase(settings.publicBase, url) : url;
    if (!isSigned(request, address, settings.authToken)) throw new WebhookRefused('wrong signature', 403);
    return receivedOf(request.body, request.headers['content-type'], settings, now);
  },
  webhook: {
    how: 'entered',
    fromOutside: true,
    hint: 'In Twilio’s console: the number, or the messaging service, “A message comes in”, webhook, HTTP POST. Statuses come without it.',
  },
  check,
  // An answer of TwiML that says nothing; an empty body is an error in Twilio's log.
  answer: { contentType: 'text/xml', body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' },
  send,
  measure(content, settings) {
    const text = bodyOf(content, settings).find(([name]) => name === 'Body')?.[1];
    return text === undefined ? undefined : measureSms({ type: 'text', text });
  },
  fetchMedia,
};
