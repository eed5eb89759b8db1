import { type Channel, WebhookRefused } from '../channel.ts';
import { account } from './account.ts';
import { carries } from './capabilities.ts';
import { check } from './check.ts';
import { assertSigned, receivedOf, signedBy } from './inbound.ts';
import { fetchMedia } from './media.ts';
import { person } from './person.ts';
import { send } from './send.ts';
import { renew } from './tokens.ts';

/** Direct messages at X, by its API v2. */
export const twitter: Channel<typeof account> = {
  types: ['tw'],
  contactType: 'TWITTER',
  name: 'X',
  about: 'Direct messages of an account at X.',
  account,
  carries,
  credentials: { renew },
  webhook: {
    how: 'entered',
    fromOutside: true,
    hint: 'At X, by its API: register it (POST /2/webhooks), which has X check it at once, and subscribe the account to it.',
  },
  check,
  sharedWebhook: ({ consumerSecret }) => consumerSecret,
  receive(request, { consumerSecret, userId }, { now }) {
    assertSigned(request, consumerSecret);
    return receivedOf(request.body, { now, userId });
  },
  handshake({ crc_token: token }, { consumerSecret }) {
    // What is answered is signed as X signs what it posts: no body of an event can be among it.
    if (!token || !/^[\w+/=.~-]{1,1000}$/.test(token))
      throw new WebhookRefused('no token to be answered', 400);
    const body = JSON.stringify({ response_token: signedBy(consumerSecret, token) });
    return { contentType: 'application/json', body };
  },
  send,
  person,
  sendsFiles: true,
  fetchMedia,
};
