import { type Static, Type } from 'typebox';
import { address, advanced, perSecond, secret, when } from '../settings.ts';

const tls = (title: string, standard: 'starttls' | 'implicit') =>
  Type.Enum(['starttls', 'implicit', 'none'], {
    title,
    description:
      'starttls: encrypted before anything is said; implicit: from the first byte; none: only within one machine.',
    default: standard,
  });

const host = (title: string, description: string, more: { default?: string } = {}) =>
  Type.String({ title, description, pattern: '^[A-Za-z0-9.:-]{1,253}$', ...more });

const port = (title: string, description: string, standard: number) =>
  Type.Integer({ title, description, minimum: 1, maximum: 65_535, default: standard });

const mailbox = (title: string, description: string) =>
  Type.String({
    title,
    description,
    maxLength: 254,
    pattern: '^[^\\s@<>,;:"\\\\()\\[\\]]+@[A-Za-z0-9.-]+$',
  });

/** One line of text: it goes into a header. */
const line = (title: string, description: string, maxLength: number) =>
  Type.String({ title, description, maxLength, pattern: '^[^\\x00-\\x1f\\x7f]*$' });

const folder = (title: string, description: string, standard: string) =>
  Type.String({
    title,
    description,
    default: standard,
    minLength: 1,
    maxLength: 255,
    pattern: '^[^\\x00-\\x1f\\x7f%*]*$',
  });

const pem = (title: string, description: string, more: { secret?: true } = {}) =>
  Type.String({
    ...{ title, description, maxLength: 32_768, lines: true, ...more },
    pattern: '^\\s*-----BEGIN [A-Z0-9 ]+-----',
  });

/** What every mailbox has, whoever keeps it. */
const common = {
  address: mailbox('Address', 'The mailbox that people write to, and that mails are from.'),
  fromName: Type.Optional(line('Name of the sender', 'Shown beside the address.', 128)),
  username: Type.Optional(line('User name', 'For SMTP and IMAP; the address when empty.', 254)),
  password: Type.Optional(
    Type.String({
      title: 'Password',
      description: 'For SMTP and IMAP. Where the provider has them: one made for this application alone.',
      secret: true,
      minLength: 1,
      maxLength: 4096,
      pattern: '^[^\\x00-\\x1f\\x7f]*$',
    }),
  ),
};

const oauth = when(
  { auth: ['xoauth2'] },
  {
    clientId: Type.Optional(line('OAuth client ID', 'Of your application at the provider.', 512)),
    clientSecret: Type.Optional(secret('OAuth client secret', 'Of your application at the provider.')),
    refreshToken: Type.Optional(
      secret('OAuth refresh token', 'Given to your application by whoever owns the mailbox.'),
    ),
    accessToken: Type.Optional(
      secret('OAuth access token', 'Instead of the three above: one that somebody else keeps fresh.'),
    ),
    authBase: address(
      'OAuth address',
      'Where access tokens are fetched.',
      'https://oauth2.googleapis.com/token',
    ),
  },
);

const inbound = (standard: 'none' | 'imap') =>
  Type.Enum(['none', 'imap', 'raw', 'mailgun', 'sendgrid', 'postmark'], {
    title: 'How mails come in',
    description:
      'Not at all; out of the mailbox itself (imap); or posted to the webhook address by a program of yours (raw), Mailgun, SendGrid or Postmark.',
    default: standard,
  });

const imap = when(
  { inbound: ['imap'] },
  {
    imapPort: port('IMAP port', '993 with implicit TLS, 143 with starttls.', 993),
    imapTls: tls('IMAP encryption', 'implicit'),
    imapUsername: Type.Optional(line('IMAP user name', 'The one for SMTP when empty.', 254)),
    imapPassword: Type.Optional(
      Type.String({
        title: 'IMAP password',
        description: 'Where it is another than the one for SMTP.',
        secret: true,
        minLength: 1,
        maxLength: 4096,
        pattern: '^[^\\x00-\\x1f\\x7f]*$',
      }),
    ),
    imapFolder: folder('IMAP folder', 'Where new mails lie.', 'INBOX'),
    imapAfter: Type.Enum(['seen', 'move', 'nothing'], {
      title: 'After a mail was taken',
      description: 'It is marked as seen, moved into another folder, or left as it is. None is ever deleted.',
      default: 'seen',
    }),
    imapDoneFolder: folder(
      'IMAP folder for what was taken',
      'Made when it is not there. Only where mails are moved.',
      'Parley',
    ),
  },
);
when({ inbound: ['imap'], imapAfter: ['move'] }, { imapDoneFolder: imap.imapDoneFolder });

const webhook = when(
  { inbound: ['raw', 'mailgun', 'sendgrid', 'postmark'] },
  {
    webhookSecret: Type.Optional(
      Type.String({
        title: 'Webhook secret',
        description:
          'raw: you sign with it; Mailgun: its signing key; SendGrid: the public key of the security policy; Postmark: the password of the webhook address.',
        secret: true,
        minLength: 16,
        maxLength: 4096,
        pattern: '^[\\x21-\\x7e]*$',
      }),
    ),
  },
);

const marks = advanced({
  markSecret: Type.Optional(
    Type.String({
      title: 'Secret of marks',
      description: 'Marks what goes out, so that answers and bounces are known again. Made up when empty.',
      secret: true,
      generated: true,
      minLength: 16,
      maxLength: 255,
      pattern: '^[\\x21-\\x7e]*$',
    }),
  ),
  bounceAddress: Type.Optional(
    mailbox(
      'Address for bounces',
      'Envelope sender, marked as bounces+mark@…: its server must deliver those to this channel. The address itself, without a mark, when empty.',
    ),
  ),
  plusAddressing: Type.Boolean({
    title: 'Marked reply address',
    description:
      'Replies go to address+mark@…, and are known even where a mail program forgets what it answers. Only where the server delivers such addresses.',
    default: false,
  }),
  trustReplyTo: Type.Boolean({
    title: 'Reply-To counts as sender',
    description:
      'For forms of web pages, which write in the name of a visitor. Anybody can write anything there.',
    default: false,
  }),
  dsn: Type.Boolean({
    title: 'Ask for delivery reports',
    description: 'Where the server offers them: then DLVRD is told.',
    default: true,
  }),
  readReceipts: Type.Boolean({
    title: 'Ask for read receipts',
    description: 'Most mail programs ask the reader first, who mostly declines.',
    default: false,
  }),
});

const content = {
  subject: line('Subject', 'Of a mail that begins a conversation and has none of its own.', 255),
  unsubscribe: Type.Enum(['never', 'templates', 'always'], {
    title: 'Unsubscribe header',
    description: 'Which mails offer to unsubscribe with one click: wanted by large providers for bulk.',
    default: 'never',
  }),
  unsubscribeUrl: Type.Optional(
    Type.String({
      title: 'Unsubscribe address',
      description:
        'The webhook address of this channel, as Parley shows it. https, and reachable from outside.',
      pattern: '^https://[^\\s<>?#]+$',
      maxLength: 1024,
    }),
  ),
  dkimDomain: Type.Optional(host('DKIM domain', 'Signs mails for it; nothing is signed when empty.')),
  dkimSelector: Type.Optional(
    Type.String({
      title: 'DKIM selector',
      description: 'Name of the key in the DNS of the domain.',
      pattern: '^[A-Za-z0-9._-]{1,63}$',
    }),
  ),
  dkimPrivateKey: Type.Optional(
    pem('DKIM private key', 'PEM. Its public half stands in the DNS of the domain.', { secret: true }),
  ),
};
Object.assign(content.subject, { default: 'A message for you', minLength: 1 });
const { subject, ...letters } = content;
advanced(letters);
when({ unsubscribe: ['templates', 'always'] }, { unsubscribeUrl: content.unsubscribeUrl });

const limits = advanced({
  maxBytes: Type.Integer({
    title: 'Largest mail in bytes',
    description: 'Larger ones are not sent, and come in without their files.',
    minimum: 65_536,
    maximum: 41_943_040,
    default: 26_214_400,
  }),
  ca: Type.Optional(
    pem('Certificate authority', 'PEM, to trust beside the usual ones: of a server of your own.'),
  ),
  perSecond: perSecond('10 when empty.'),
  onUnknown: Type.Optional(
    Type.Enum(['retry', 'fail'], {
      title: 'When the outcome is unknown',
      description: 'Try once more, which may double a mail, or fail it. Tries once more when empty.',
    }),
  ),
});

const auth = (standard: 'password' | 'xoauth2') =>
  Type.Enum(['password', 'xoauth2', 'none'], {
    title: 'How to log in',
    description:
      'By password, by OAuth (XOAUTH2), or not at all: an SMTP relay that knows us by our address.',
    default: standard,
  });

/** What an operator sets on a mailbox anywhere. */
export const mailAccount = Type.Object({
  ...common,
  smtpHost: host('SMTP host', 'Where mails are handed in.'),
  smtpPort: port('SMTP port', '587 with starttls, 465 with implicit TLS.', 587),
  smtpTls: tls('SMTP encryption', 'starttls'),
  auth: auth('password'),
  ...oauth,
  inbound: inbound('none'),
  ...when(
    { inbound: ['imap'] },
    {
      imapHost: Type.Optional(host('IMAP host', 'Where mails lie, for those that come in by IMAP.')),
    },
  ),
  ...imap,
  ...webhook,
  ...marks,
  ...content,
  ...limits,
});

/** What an operator sets on a mailbox at Google. */
export const gmailAccount = Type.Object({
  ...common,
  smtpHost: host('SMTP host', 'Where mails are handed in.', { default: 'smtp.gmail.com' }),
  smtpPort: port('SMTP port', '465 with implicit TLS, 587 with starttls.', 465),
  smtpTls: tls('SMTP encryption', 'implicit'),
  auth: auth('xoauth2'),
  ...oauth,
  inbound: inbound('imap'),
  ...when(
    { inbound: ['imap'] },
    {
      imapHost: host('IMAP host', 'Where mails lie.', { default: 'imap.gmail.com' }),
    },
  ),
  ...imap,
  ...webhook,
  ...marks,
  ...content,
  ...limits,
});

/** A mailbox as it is set up; its secret of marks is made when nobody gave one. */
export type MailAccount = Static<typeof mailAccount> & { markSecret: string };

/** What must stand in no failure: servers repeat what they were told, and sometimes what they were not. */
export function secretsOf(account: MailAccount): (string | undefined)[] {
  const { password, imapPassword, clientSecret, refreshToken, accessToken } = account;
  const { webhookSecret, markSecret, dkimPrivateKey } = account;
  return [password, imapPassword, clientSecret, refreshToken, accessToken].concat(
    webhookSecret,
    markSecret,
    dkimPrivateKey,
  );
}
