import type { Content, Media, MessageType } from '../../model/message.ts';
import type { Call, CallRequest, Capabilities, Outgoing, Sent } from '../channel.ts';
import { textLines } from '../fallback.ts';
import { objectOf, textOf } from '../json.ts';
import { fits } from '../limits.ts';
import { atBase, base } from '../settings.ts';
import { assertSegments, measureSms, textToSend } from '../sms.ts';
import type { Account } from './account.ts';
import { carries } from './capabilities.ts';
import { refusalOf, unnamed } from './errors.ts';

/** How we are let in: by an API key where there is one, else by the auth token. */
export function authorization({ accountSid, authToken, apiKeySid, apiKeySecret }: Account): string {
  const [user, password] = apiKeySid && apiKeySecret ? [apiKeySid, apiKeySecret] : [accountSid, authToken];
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Posts a message. The answer says that it was taken, not that it arrived: status callbacks tell that. */
export async function send(message: Outgoing, account: Account, call: Call): Promise<Sent> {
  const answer = await call(requestOf(message, account));
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, account);
  const providerId = textOf(objectOf(answer.json()).sid);
  if (providerId === undefined) throw unnamed(answer.status);
  return { providerId };
}

function requestOf({ csid, lane, content, callback }: Outgoing, account: Account): CallRequest {
  const { from, messagingServiceSid, publicBase } = account;
  const body = bodyOf(content, account);
  const text = body.find(([name]) => name === 'Body')?.[1];
  if (text !== undefined) assertSegments(measureSms({ type: 'text', text }).segments, account.maxSegments);
  const form = new URLSearchParams([['To', `+${csid}`], ...body]);
  if (messagingServiceSid) form.set('MessagingServiceSid', messagingServiceSid);
  if (from || !messagingServiceSid) form.set('From', senderOf(from ?? lane));
  if (callback !== undefined)
    form.set('StatusCallback', publicBase ? atBase(publicBase, callback) : callback);
  return {
    method: 'POST',
    url: `${base(account.apiBase)}/2010-04-01/Accounts/${account.accountSid}/Messages.json`,
    headers: { authorization: authorization(account) },
    body: form,
  };
}

/** International numbers begin with `+`; short codes and names go as they are. */
function senderOf(sender: string): string {
  return /^\d{7,20}$/.test(sender) ? `+${sender}` : sender;
}

/** What it says: text, or a file with text where the sender can send MMS. */
export function bodyOf(content: Content, { mms }: Pick<Account, 'mms'>): [name: string, value: string][] {
  const { media } = content;
  if (!media) return [['Body', textToSend(content)]];
  if (!mms || media.link === undefined || !isMms(content.type, media))
    return [['Body', textToSend({ type: 'text', text: textLines(content).join('\n') })]];
  return [...(media.caption ? [['Body', media.caption] as [string, string]] : []), ['MediaUrl', media.link]];
}

/** Whether a file is of a kind and size that Twilio takes; others go as links. */
function isMms(type: MessageType, file: Media): boolean {
  const rules: Capabilities['media'] = carries.media;
  const rule = rules[type];
  return rule === undefined || fits(file, rule);
}
