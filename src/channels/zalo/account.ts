import { type Static, Type } from 'typebox';
import { address, onUnknown, perSecond, secret } from '../settings.ts';

/** What an operator sets on an official account at Zalo. */
export const account = Type.Object({
  appId: Type.String({
    title: 'App ID',
    description: 'Of the app at Zalo to which the official account is linked, of digits.',
    pattern: '^\\d{5,25}$',
  }),
  oaId: Type.String({
    title: 'OA ID',
    description:
      'Of the official account, of digits: what Zalo tells about another account of the app is left aside.',
    pattern: '^\\d{5,25}$',
  }),
  appSecret: secret('App secret key', 'Of the app: the refresh token is renewed with it.'),
  oaSecretKey: secret('OA secret key', 'From the webhook page of the app: it signs what comes in.'),
  refreshToken: secret(
    'Refresh token',
    'Of the official account, from the first authorisation. It is used once: Parley keeps those that follow.',
  ),
  accessToken: Type.Optional(
    secret('Access token', 'Of the official account, from the same authorisation. Made anew when empty.'),
  ),
  apiBase: address('API address', 'Where the API of official accounts is.', 'https://openapi.zalo.me'),
  authBase: address('OAuth address', 'Where tokens are renewed.', 'https://oauth.zaloapp.com'),
  znsBase: address(
    'ZNS address',
    'Where templates are sent to phone numbers.',
    'https://business.openapi.zalo.me',
  ),
  perSecond: perSecond('10 when empty.'),
  onUnknown,
});

export type ZaloAccount = Static<typeof account>;
