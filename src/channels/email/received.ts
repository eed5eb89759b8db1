import { createHash } from 'node:crypto';
import { isEmail } from '../../model/email.ts';
import { present } from '../../model/present.ts';
import type { Received, ReceivedMessage } from '../channel.ts';
import type { MailAccount } from './account.ts';
import { automaticReason, isAutoReply } from './automatic.ts';
import { contentOf } from './content.ts';
import { markedIn, messageIdOf, unsubscribed } from './marks.ts';
import type { Mail } from './mime.ts';
import { reportOf } from './report.ts';

export type Reading = Pick<MailAccount, 'address' | 'markSecret' | 'trustReplyTo' | 'readReceipts'>;

/**
 * What a mail tells: a message of a person, a report about a message of ours, or nothing, with the reason.
 * `now` is epoch ms.
 */
export function receivedOf(mail: Mail, account: Reading, now: number): Received {
  const nothing: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const report = reportOf(mail, account, now);
  if (report) return { ...nothing, ...report };
  const reason = automaticReason(mail, account);
  if (reason !== undefined) return { ...nothing, ...automatic(mail, account, reason, now) };
  const csid = senderOf(mail, account);
  if (csid === undefined)
    return { ...nothing, ignored: [{ kind: 'mail', reason: 'it says not whom it is from' }] };
  const token = /^unsubscribe ([\w.-]+)$/i.exec(mail.subject ?? '')?.[1];
  const leaving = token && unsubscribed(token, account.markSecret);
  if (leaving) return { ...nothing, events: [{ kind: 'optout', csid: leaving, timestamp: now }] };
  return { ...nothing, messages: [messageOf(mail, csid, account, now)] };
}

/** A note that somebody is away is told as an event; the rest is left aside. */
function automatic(mail: Mail, account: Reading, reason: string, now: number): Partial<Received> {
  const ignored = [{ kind: 'automatic mail', reason }];
  const messageId = answeredBy(mail, account);
  const csid = senderOf(mail, account);
  if (messageId === undefined || csid === undefined || !isAutoReply(mail)) return { ignored };
  const { content } = contentOf(mail);
  const data = present({ messageId, subject: mail.subject, text: content.text?.slice(0, 4096) });
  return { ignored, events: [{ kind: 'other', code: 'AUTO_REPLY', csid, data, timestamp: now }] };
}

function messageOf(mail: Mail, csid: string, account: Reading, now: number): ReceivedMessage {
  const { content, files } = contentOf(mail);
  const marked = answeredBy(mail, account);
  const named = mail.inReplyTo.at(-1) ?? mail.references.at(-1);
  return present({
    providerId: providerIdOf(mail),
    csid,
    timestamp: Math.min(mail.date ?? now, now),
    content,
    profile: profileOf(mail, csid),
    replyIdExt:
      marked === undefined ? named && keyOf(named) : messageIdOf(marked, account.address, account.markSecret),
    files: files.size > 0 ? files : undefined,
  });
}

/** The message of ours that a mail answers: named by it, or by the marked address that it came to. */
function answeredBy(mail: Mail, { markSecret }: Reading): string | undefined {
  const places = [
    ...mail.inReplyTo.toReversed(),
    ...mail.references.toReversed(),
    ...mail.deliveredTo,
    ...mail.to.map(({ address }) => address),
  ];
  return places.map((place) => markedIn(place, markSecret)).find((id) => id !== undefined);
}

/** The address that counts as the person's, in lower case. */
function senderOf(mail: Mail, { trustReplyTo, address }: Reading): string | undefined {
  const given = (trustReplyTo && mail.replyTo) || mail.from;
  const csid = given?.address.toLowerCase();
  return csid !== undefined && isEmail(csid) && csid !== address.toLowerCase() ? csid : undefined;
}

function profileOf({ from, replyTo }: Mail, csid: string): ReceivedMessage['profile'] {
  const named = [replyTo, from].find((one) => one?.address.toLowerCase() === csid);
  return present({ name: named?.name?.slice(0, 255) || undefined, email: csid });
}

/**
 * The key against doubles: its Message-ID, which is the same whichever way it came. A mail without one is
 * known by all that it says.
 */
export function providerIdOf(mail: Mail): string {
  if (mail.messageId !== undefined) return keyOf(mail.messageId);
  const hash = createHash('sha256');
  for (const part of [mail.from?.address, mail.header('date'), mail.subject, mail.text, mail.html])
    hash.update(`${part ?? ''}\0`);
  for (const { bytes } of mail.files) hash.update(bytes);
  return `sha256:${hash.digest('hex')}`;
}

/** The longest id that the store finds a message by, in characters. */
const longestKey = 255;

/** An id as the store can find it: longer ones by their hash. */
function keyOf(id: string): string {
  return id.length <= longestKey ? id : `sha256:${createHash('sha256').update(id).digest('hex')}`;
}
