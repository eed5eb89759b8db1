import { type Static, Type } from 'typebox';
import { address, perSecond, secret } from '../settings.ts';
import { consentSettings, smsOnUnknown } from '../sms.ts';

/** What an operator sets on a sender at Unifonic. */
export const account = Type.Object({
  apiKey: secret('App SID', 'Of the application at Unifonic: it lets us in.'),
  webhookToken: Type.Optional(
    secret(
      'Webhook token',
      'Chosen by you, and set as ?token= behind the webhook address: Unifonic signs nothing.',
      16,
    ),
  ),
  senderId: Type.Optional(
    Type.String({
      title: 'Sender ID',
      description: 'Name or number that messages come from, as registered at Unifonic; the lane when empty.',
      pattern: '^[A-Za-z0-9 ._+-]{1,16}$',
    }),
  ),
  apiBase: address('API address', 'Where Unifonic’s API is.', 'https://el.cloud.unifonic.com'),
  maxSegments: Type.Integer({
    title: 'Most segments',
    description: 'A text of more segments is refused rather than paid for.',
    advanced: true,
    default: 10,
    minimum: 1,
    maximum: 10,
  }),
  perSecond: perSecond('10 when empty.'),
  onUnknown: smsOnUnknown,
  ...consentSettings,
});

export type Account = Static<typeof account>;
