import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { WebhookRequest } from '../../../src/channels/channel.ts';
import { now, type Sample } from '../tools.ts';
import { mailPeer } from './peer.ts';

const webhookSecret = 'planted-webhook-secret';
export const account = {
  address: 'support@shop.example',
  fromName: 'The Shop',
  password: 'planted-mailbox-password',
  smtpHost: 'smtp.shop.example',
  smtpPort: 587,
  smtpTls: 'starttls',
  auth: 'password',
  authBase: 'https://oauth2.googleapis.com/token',
  inbound: 'postmark',
  webhookSecret,
  markSecret: 'planted-secret-of-marks',
  plusAddressing: false,
  trustReplyTo: false,
  dsn: true,
  readReceipts: false,
  subject: 'A message from the shop',
  unsubscribe: 'never',
  maxBytes: 26_214_400,
} as const;

export const lane = { channelId: 'email:support@shop.example', lane: 'support@shop.example', now };

const basic = (password: string) => `Basic ${Buffer.from(`postmark:${password}`).toString('base64')}`;

/** Postmark's form, which is JSON: so the contract can be held against every part of it. */
const postmarkSample = (type: string, more: object = {}): Sample => ({
  type,
  folder: 'email',
  account: { ...account, ...more },
  lane: { ...lane, channelId: `${type}:support@shop.example` },
  signed: (body) => ({
    method: 'POST',
    headers: { authorization: basic(webhookSecret) },
    query: {},
    body: Buffer.from(body),
  }),
  message: { csid: 'amina@mail.example' },
  peer: mailPeer,
});

export const emailSample = postmarkSample('email');
export const gmailSample = postmarkSample('gmail', {
  auth: 'xoauth2',
  accessToken: 'planted-access-token',
  imapPassword: 'planted-mailbox-password',
});

/** A mail as a program of the operator’s own would post it. `at` is epoch ms. */
export function rawRequest(mail: Buffer | string, at = now, secret: string = webhookSecret): WebhookRequest {
  const body = Buffer.from(mail);
  const time = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex');
  return {
    method: 'POST',
    headers: {
      'content-type': 'message/rfc822',
      'x-timestamp': time,
      'x-signature': `sha256=${signature}`,
    },
    query: {},
    body,
  };
}

/** A mail out of `mails/`. `marks` stand in it as `{{name}}`: ids of ours that a mail refers to. */
export function mail(name: string, marks: Record<string, string> = {}): Buffer {
  const text = readFileSync(new URL(`./mails/${name}.eml`, import.meta.url), 'latin1');
  const filled = text.replace(/\{\{(\w+)\}\}/g, (_, mark: string) => {
    const value = marks[mark];
    if (value === undefined) throw new Error(`${name} needs ${mark}`);
    return value;
  });
  // Mails travel with CR LF, which Git would not leave alone.
  return Buffer.from(filled.replace(/\r?\n/g, '\r\n'), 'latin1');
}
