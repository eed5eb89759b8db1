import { type Static, Type } from 'typebox';
import { address, perSecond, secret } from '../settings.ts';
import { consentSettings, smsOnUnknown } from '../sms.ts';

const standardAccountBase = 'https://rest.nexmo.com';

/** What an operator sets on a sender at Vonage. */
export const account = Type.Object({
  applicationId: Type.Optional(
    Type.String({
      title: 'Application ID',
      description: 'Of the application at Vonage; with its private key it lets us in.',
      pattern: '^[0-9a-fA-F-]{36}$',
    }),
  ),
  privateKey: Type.Optional(
    Type.String({
      title: 'Private key',
      description: 'Of that application, the whole file as PEM.',
      secret: true,
      lines: true,
      maxLength: 8192,
      pattern:
        '^\\s*-----BEGIN [A-Z ]*PRIVATE KEY-----[A-Za-z0-9+/=\\s\\\\]+-----END [A-Z ]*PRIVATE KEY-----\\s*$',
    }),
  ),
  apiKey: Type.Optional(secret('API key', 'Of the account, to be let in without an application.')),
  apiSecret: Type.Optional(secret('API secret', 'Belongs to the API key.')),
  signatureSecret: secret('Signature secret', 'Of the account, from its settings: it signs what comes in.'),
  from: Type.Optional(
    Type.String({
      title: 'Sender',
      description: 'Number or name that messages come from; the lane when empty.',
      pattern: '^(\\+?\\d{3,20}|[A-Za-z0-9 ]{1,11})$',
    }),
  ),
  apiBase: address('API address', 'Where Vonage’s API is.', 'https://api.nexmo.com'),
  accountBase: address('Account address', 'Where the balance is asked for, by a test.', standardAccountBase),
  maxSegments: Type.Integer({
    title: 'Most segments',
    description: 'A text of more segments is refused rather than paid for.',
    advanced: true,
    default: 10,
    minimum: 1,
    maximum: 10,
  }),
  perSecond: perSecond('30 when empty.'),
  onUnknown: smsOnUnknown,
  ...consentSettings,
});

export type Account = Static<typeof account>;

/** Where the balance is; channels that were set up earlier do not name it. */
export function accountBaseOf({ accountBase }: Partial<Account>): string {
  return accountBase ?? standardAccountBase;
}
