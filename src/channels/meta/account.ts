import { type Static, Type } from 'typebox';
import { address, expiresOn, onUnknown, perSecond, readMarks, secret, typing, when } from '../settings.ts';

const appSecret = secret('App secret', 'Of the app at Meta: it signs what comes in.');
const verifyToken = secret(
  'Verify token',
  'Chosen by you, and entered at Meta together with the webhook address.',
  8,
);
const version = Type.String({
  title: 'API version',
  description: 'Version of the Graph API.',
  advanced: true,
  default: 'v23.0',
  pattern: '^v\\d{1,3}\\.\\d{1,2}$',
});
const signals = { typing: typing(), readMarks };
const humanAgent = Type.Boolean({
  title: 'Human agents',
  description:
    'Meta granted the app the Human Agent permission: what agents write goes up to 7 days after the person’s last message.',
  default: false,
});

function id(title: string, description: string) {
  return Type.String({ title, description, pattern: '^\\d{5,25}$' });
}

/** Tags under which Messenger takes a message outside the window. Meta takes them away one by one. */
export const templateTags = [
  'CONFIRMED_EVENT_UPDATE',
  'POST_PURCHASE_UPDATE',
  'ACCOUNT_UPDATE',
  'CUSTOMER_FEEDBACK',
] as const;

/** What an operator sets on a Facebook page. */
export const facebookAccount = Type.Object({
  pageId: id('Page ID', 'Id of the page, of digits.'),
  accessToken: secret('Page access token', 'Of the page, with pages_messaging.'),
  expiresOn,
  appSecret,
  verifyToken,
  humanAgent,
  templateTag: Type.Optional(
    Type.Enum([...templateTags], {
      title: 'Tag of templates',
      description:
        'Under which tag templates go outside the 24 hours, where Meta lets the page use it. None when empty: they fail.',
    }),
  ),
  apiBase: address('API address', 'Where Meta’s Graph API is.', 'https://graph.facebook.com'),
  version,
  ...signals,
  perSecond: perSecond('300 when empty.'),
  onUnknown,
});

/** What an operator sets on a professional account at Instagram. */
export const instagramAccount = Type.Object({
  accountId: id('Account ID', 'Id of the professional account at Instagram, of digits.'),
  login: Type.Enum(['page', 'instagram'], {
    title: 'Login',
    description:
      'How the token was made: by the Facebook page that the account is linked to, or by Instagram.',
    default: 'page',
  }),
  ...when(
    { login: ['page'] },
    {
      pageId: Type.Optional(id('Page ID', 'Id of the linked page, of digits. The token’s own when empty.')),
    },
  ),
  accessToken: secret('Access token', 'Of the page or of the account, with the right to manage messages.'),
  expiresOn,
  appSecret,
  verifyToken,
  humanAgent,
  ...when(
    { login: ['page'] },
    {
      apiBase: address(
        'API address',
        'Where the API is for the login by page.',
        'https://graph.facebook.com',
      ),
    },
  ),
  ...when(
    { login: ['instagram'] },
    {
      instagramBase: address(
        'Instagram address',
        'Where the API is for the login by Instagram.',
        'https://graph.instagram.com',
      ),
    },
  ),
  version,
  ...signals,
  perSecond: perSecond('300 when empty.'),
  onUnknown,
});

export type FacebookAccount = Static<typeof facebookAccount>;
export type InstagramAccount = Static<typeof instagramAccount>;
