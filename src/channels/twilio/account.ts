import { type Static, Type } from 'typebox';
import { address, perSecond, secret } from '../settings.ts';
import { consentSettings, smsOnUnknown } from '../sms.ts';

/** What an operator sets on a sender at Twilio, or at a provider that speaks like it. */
export const account = Type.Object({
  accountSid: Type.String({
    title: 'Account SID',
    description: 'Of the account at Twilio: AC and 32 hex digits.',
    pattern: '^AC[0-9a-fA-F]{32}$',
  }),
  authToken: secret(
    'Auth token',
    'Of the account: it signs what comes in, and lets us in where there is no API key.',
  ),
  apiKeySid: Type.Optional(
    Type.String({
      title: 'API key SID',
      description: 'Of an API key to send with instead of the auth token: SK and 32 hex digits.',
      pattern: '^SK[0-9a-fA-F]{32}$',
    }),
  ),
  apiKeySecret: Type.Optional(secret('API key secret', 'Of that API key.')),
  from: Type.Optional(
    Type.String({
      title: 'Sender',
      description: 'Number, short code or name that messages come from; the lane when empty.',
      pattern: '^(\\+?\\d{3,20}|[A-Za-z0-9 ]{1,11})$',
    }),
  ),
  messagingServiceSid: Type.Optional(
    Type.String({
      title: 'Messaging service SID',
      description: 'Of a messaging service that chooses the sender: MG and 32 hex digits.',
      pattern: '^MG[0-9a-fA-F]{32}$',
    }),
  ),
  apiBase: address('API address', 'Where Twilio’s API is.', 'https://api.twilio.com'),
  publicBase: Type.Optional(
    Type.String({
      title: 'Public address',
      description:
        'How Twilio calls this server, where that is not PUBLIC_URL: its signature covers the address.',
      pattern: '^https?://[^\\s?#]+$',
      advanced: true,
      maxLength: 2048,
    }),
  ),
  mms: Type.Boolean({
    title: 'MMS',
    description: 'The sender can send pictures and other files (MMS); else they go as links.',
    default: false,
  }),
  maxSegments: Type.Integer({
    title: 'Most segments',
    description: 'A text of more segments is refused rather than paid for.',
    advanced: true,
    default: 10,
    minimum: 1,
    maximum: 10,
  }),
  perSecond: perSecond('1 when empty, which is what a long number may; short codes have 100.'),
  onUnknown: smsOnUnknown,
  ...consentSettings,
});

export type Account = Static<typeof account>;
