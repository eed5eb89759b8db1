import { type Static, Type } from 'typebox';
import { address, expiresOn, onUnknown, perSecond, readMarks, secret, typing } from '../settings.ts';

const listLabel = Type.String({
  title: 'Label of lists',
  description: 'On the button that opens a list of choices, in the language of your customers.',
  default: 'Choose',
  minLength: 1,
  maxLength: 20,
});
const signals = { typing: typing('WhatsApp shows it together with the read mark alone.'), readMarks };
const rate = perSecond('80 when empty; numbers shared with the phone app have 20.');

/** What an operator sets on a number at Meta's own Cloud API. */
export const cloudAccount = Type.Object({
  phoneNumberId: Type.String({
    title: 'Phone number ID',
    description: 'Id of the number at Meta, of digits; not the number itself.',
    pattern: '^\\d{5,25}$',
  }),
  wabaId: Type.Optional(
    Type.String({
      title: 'WhatsApp Business Account ID',
      description: 'Id of the account that the number belongs to, of digits: templates are handed in there.',
      pattern: '^\\d{5,25}$',
    }),
  ),
  accessToken: secret(
    'Access token',
    'Of a system user, with whatsapp_business_messaging; for templates with whatsapp_business_management, too.',
  ),
  expiresOn,
  appSecret: secret('App secret', 'Of the app at Meta: it signs what comes in.'),
  verifyToken: secret(
    'Verify token',
    'Chosen by you, and entered at Meta together with the webhook address.',
    8,
  ),
  apiBase: address('API address', 'Where Meta’s Graph API is.', 'https://graph.facebook.com'),
  mediaBase: address(
    'Media address',
    'Where files that people sent are fetched.',
    'https://lookaside.fbsbx.com',
  ),
  version: Type.String({
    title: 'API version',
    description: 'Version of the Graph API.',
    advanced: true,
    default: 'v23.0',
    pattern: '^v\\d{1,3}\\.\\d{1,2}$',
  }),
  listLabel,
  ...signals,
  perSecond: rate,
  onUnknown,
});

/** What an operator sets on a number at 360dialog. */
export const dialogAccount = Type.Object({
  apiKey: secret('API key', 'Of the number, from the 360dialog hub.'),
  webhookHeader: Type.String({
    title: 'Webhook header',
    description: 'Name of the header in which 360dialog repeats the webhook secret.',
    default: 'x-webhook-secret',
    advanced: true,
    pattern: '^[A-Za-z0-9-]{1,64}$',
  }),
  webhookSecret: secret(
    'Webhook secret',
    'Chosen by you, and set at 360dialog as a header of the webhook.',
    16,
  ),
  apiBase: address('API address', 'Where 360dialog’s API is.', 'https://waba-v2.360dialog.io'),
  listLabel,
  ...signals,
  perSecond: rate,
  onUnknown,
});

export type CloudAccount = Static<typeof cloudAccount>;
export type DialogAccount = Static<typeof dialogAccount>;
