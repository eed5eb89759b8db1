import { type Static, Type } from 'typebox';
import { address, onUnknown, perSecond, secret } from '../settings.ts';

/** What an operator sets on an account at X. */
export const account = Type.Object({
  userId: Type.String({
    title: 'User ID',
    description: 'Id of the account at X, of digits; not its handle.',
    pattern: '^\\d{1,19}$',
  }),
  consumerSecret: secret('API key secret', 'Of the app at X (consumer secret): it signs what comes in.'),
  clientId: Type.String({
    title: 'OAuth client ID',
    description: 'Of the app, for OAuth 2.0.',
    minLength: 1,
    maxLength: 200,
  }),
  clientSecret: Type.Optional(secret('OAuth client secret', 'Of the app, when it is a confidential client.')),
  refreshToken: secret(
    'Refresh token',
    'Of the account, with dm.read, dm.write, tweet.read, users.read, media.write and offline.access. It is used once: Parley keeps those that follow.',
  ),
  accessToken: Type.Optional(
    secret('Access token', 'Of the account, from the same authorisation. Made anew when empty.'),
  ),
  apiBase: address('API address', 'Where the API of X is.', 'https://api.x.com'),
  perSecond: perSecond('1 when empty; besides, the limits that X tells are kept.'),
  onUnknown,
});

export type TwitterAccount = Static<typeof account>;
