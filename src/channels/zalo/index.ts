import type { Channel } from '../channel.ts';
import { account } from './account.ts';
import { carries } from './capabilities.ts';
import { check } from './check.ts';
import { assertSigned, receivedOf } from './inbound.ts';
import { person } from './person.ts';
import { send, uploadMedia } from './send.ts';
import { renew } from './tokens.ts';

/** An official account at Zalo. */
export const zalo: Channel<typeof account> = {
  types: ['zalo'],
  contactType: 'OA',
  name: 'Zalo',
  about: 'An official account at Zalo.',
  account,
  carries,
  credentials: { renew },
  webhook: {
    how: 'entered',
    fromOutside: true,
    hint: 'At Zalo: your app, Webhook. Enter the address, and switch on the events of messages, of delivery and of reading.',
    with: ['oaSecretKey'],
  },
  check,
  receive(request, settings, { now }) {
    assertSigned(request, settings);
    return receivedOf(request.body, settings, now);
  },
  // Zalo has one webhook address for an app, however many accounts are linked to it.
  sharedWebhook: ({ appId, oaSecretKey }) => `${appId}:${oaSecretKey}`,
  send,
  person,
  uploadMedia,
};
