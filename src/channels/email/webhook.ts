import { createHmac, createPublicKey, verify } from 'node:crypto';
import { WebhookRefused, type WebhookRequest } from '../channel.ts';
import { parseObject } from '../json.ts';
import { sameText } from '../signature.ts';
import type { MailAccount } from './account.ts';
import { type Mail, readMail } from './mime.ts';
import { mailgunMail, postmarkMail, sendgridMail } from './posted.ts';

/** How far a signature's time may be from ours, ms. */
const skewMs = 5 * 60_000;
/** Mailgun signs once and repeats for up to eight hours; a repeat has no effect, since the mail is known. */
const mailgunLifeMs = 9 * 3_600_000;

/** Reads what was posted, in the form that the operator named. Throws `WebhookRefused`. */
export async function postedMail(
  request: WebhookRequest,
  { inbound, webhookSecret }: Pick<MailAccount, 'inbound' | 'webhookSecret'>,
  now: number,
): Promise<Mail> {
  if (inbound === 'none' || inbound === 'imap')
    throw new WebhookRefused('no mails are taken in by webhook here', 404);
  if (!webhookSecret) throw new WebhookRefused('no webhook secret is set');
  switch (inbound) {
    case 'raw':
      return rawMail(request, webhookSecret, now);
    case 'mailgun':
      return fromMailgun(request, webhookSecret, now);
    case 'sendgrid':
      return fromSendgrid(request, webhookSecret, now);
    case 'postmark':
      return fromPostmark(request, webhookSecret);
  }
}

/** A mail as it is (`message/rfc822`), signed over time and bytes (channels.md 10). */
async function rawMail({ headers, body }: WebhookRequest, secret: string, now: number): Promise<Mail> {
  const time = headers['x-timestamp'] ?? '';
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex');
  if (!sameText((headers['x-signature'] ?? '').toLowerCase(), `sha256=${expected}`))
    throw new WebhookRefused('wrong signature');
  assertRecent(time, now);
  return mime(body);
}

function assertRecent(seconds: string, now: number, lifeMs = skewMs): void {
  const at = /^\d{1,12}$/.test(seconds) ? Number(seconds) * 1000 : Number.NaN;
  if (!(at >= now - lifeMs && at <= now + skewMs)) throw new WebhookRefused('the signature is not of now');
}

async function fromMailgun(request: WebhookRequest, secret: string, now: number): Promise<Mail> {
  const form = await formOf(request);
  const [time, token, signature] = ['timestamp', 'token', 'signature'].map((name) => textIn(form, name)) as [
    string,
    string,
    string,
  ];
  const expected = createHmac('sha256', secret).update(`${time}${token}`).digest('hex');
  if (token === '' || !sameText(signature.toLowerCase(), expected))
    throw new WebhookRefused('wrong signature');
  assertRecent(time, now, mailgunLifeMs);
  const raw = form.get('body-mime');
  return raw === null ? mailgunMail(form) : mime(await bytesOf(raw));
}

async function fromSendgrid(request: WebhookRequest, publicKey: string, now: number): Promise<Mail> {
  const { headers, body } = request;
  const time = headers['x-twilio-email-event-webhook-timestamp'] ?? '';
  const signature = headers['x-twilio-email-event-webhook-signature'] ?? '';
  if (!isSignedBy(publicKey, signature, Buffer.concat([Buffer.from(time), body])))
    throw new WebhookRefused('wrong signature');
  assertRecent(time, now);
  const form = await formOf(request);
  const raw = form.get('email');
  return raw === null ? sendgridMail(form) : mime(await bytesOf(raw));
}

function isSignedBy(publicKey: string, signature: string, bytes: Buffer): boolean {
  const given = Buffer.from(signature, 'base64');
  // Base64 has several spellings of the same bytes; only one of them is the signature.
  if (given.length === 0 || given.toString('base64') !== signature) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return verify('sha256', bytes, key, given);
  } catch {
    return false;
  }
}

/** Postmark signs nothing: its address holds a user name and a password. */
function fromPostmark({ headers, body }: WebhookRequest, password: string): Mail {
  const [, encoded = ''] = /^Basic ([A-Za-z0-9+/=]{1,8192})$/i.exec(headers.authorization ?? '') ?? [];
  const given = Buffer.from(encoded, 'base64').toString('utf8');
  const isExact = Buffer.from(given).toString('base64') === encoded;
  if (!isExact || !sameText(given.slice(given.indexOf(':') + 1), password))
    throw new WebhookRefused('wrong password');
  const message = parseObject(body);
  if (!message) throw new WebhookRefused('the body is no JSON object', 400);
  return postmarkMail(message);
}

async function mime(bytes: Uint8Array): Promise<Mail> {
  try {
    return await readMail(bytes);
  } catch (error) {
    throw new WebhookRefused(
      `the mail cannot be read: ${error instanceof Error ? error.message : error}`,
      400,
    );
  }
}

/** The fields of a form, and its files; of a body that is none: nothing. */
async function formOf({ headers, body }: WebhookRequest): Promise<FormData> {
  const type = headers['content-type'] ?? '';
  try {
    return await new Response(body, { headers: { 'content-type': type } }).formData();
  } catch {
    throw new WebhookRefused('the body is no form', 400);
  }
}

function textIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

async function bytesOf(value: NonNullable<ReturnType<FormData['get']>>): Promise<Uint8Array> {
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(await value.arrayBuffer());
}
