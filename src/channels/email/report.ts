import { present } from '../../model/present.ts';
import { failedReceipt } from '../answer.ts';
import type { Receipt, Received } from '../channel.ts';
import type { MailAccount } from './account.ts';
import { markedIn } from './marks.ts';
import { idsIn, type Mail } from './mime.ts';
import { classOfReport } from './reply-codes.ts';

type Fields = Map<string, string>;
type Known = Pick<MailAccount, 'markSecret' | 'readReceipts'>;
type Told = Partial<Received>;

/**
 * What a report tells about mails of ours: bounces (RFC 3464), complaints (RFC 5965) and read receipts
 * (RFC 8098). Undefined when the mail is none.
 */
export function reportOf(mail: Mail, account: Known, now: number): Told | undefined {
  const part = (type: RegExp) => mail.files.find(({ mime }) => type.test(mime));
  const status = part(/^message\/(global-)?delivery-status$/);
  if (status) return deliveryOf(mail, fieldsIn(status.bytes), account, now);
  const feedback = part(/^message\/feedback-report$/);
  if (feedback) return complaintOf(mail, fieldsIn(feedback.bytes)[0] ?? new Map(), account, now);
  const disposition = part(/^message\/(global-)?disposition-notification$/);
  if (disposition) return readingOf(fieldsIn(disposition.bytes)[0] ?? new Map(), account, now);
  return isPlainBounce(mail) ? plainBounceOf(mail, account, now) : undefined;
}

/** Groups of fields, empty lines between them; values are unfolded, names in lower case. */
function fieldsIn(bytes: Buffer): Fields[] {
  const text = bytes
    .subarray(0, 64 * 1024)
    .toString('utf8')
    .replace(/\r\n?/g, '\n');
  return text
    .split(/\n[ \t]*\n/)
    .map((group) => {
      const lines = group.replace(/\n[ \t]+/g, ' ').split('\n');
      const pairs = lines.flatMap((line) => /^([\w-]+):\s*(.*)$/.exec(line)?.slice(1) ?? []);
      const fields: Fields = new Map();
      for (let i = 0; i < pairs.length; i += 2) fields.set(pairs[i]!.toLowerCase(), pairs[i + 1]!.trim());
      return fields;
    })
    .filter((fields) => fields.size > 0);
}

/** The headers of the mail that a report is about, where it came along. */
function originalOf(mail: Mail): Fields {
  const original = mail.files.find(({ mime }) =>
    /^(message\/(rfc822|global)|text\/rfc822-headers|message\/rfc822-headers|message\/global-headers)$/.test(
      mime,
    ),
  );
  return (original && fieldsIn(original.bytes)[0]) ?? new Map();
}

/** Which message of ours it is about: by our mark where it is found, else by the id of the mail. */
function aboutOf(mail: Mail, original: Fields, envelopeId: string | undefined, { markSecret }: Known) {
  const ids = [...idsIn(original.get('message-id')), ...mail.references, ...mail.inReplyTo];
  const places = [envelopeId, ...mail.deliveredTo, ...mail.to.map(({ address }) => address), ...ids];
  const messageId = places.map((place) => markedIn(place, markSecret)).find((id) => id !== undefined);
  const [providerId] = idsIn(original.get('message-id'));
  return messageId === undefined && providerId === undefined ? undefined : present({ messageId, providerId });
}

function deliveryOf(mail: Mail, groups: Fields[], account: Known, now: number): Told {
  const [message, ...recipients] = groups.some((one) => one.has('action'))
    ? splitOf(groups)
    : [new Map() as Fields];
  const about = aboutOf(mail, originalOf(mail), message?.get('original-envelope-id'), account);
  if (!about) return aside('bounce', 'it is about no message of ours');
  const told: Told = { receipts: [], ignored: [] };
  for (const one of recipients) {
    const action = one.get('action')?.toLowerCase() ?? '';
    const status = /\d\.\d{1,3}\.\d{1,3}/.exec(one.get('status') ?? '')?.[0];
    if (action === 'failed') told.receipts!.push(failedOf(about, one, status, now));
    else if (action === 'delivered') told.receipts!.push({ ...about, status: 'DLVRD', timestamp: now });
    else told.ignored!.push({ kind: 'report', reason: `${action || 'no action'} ${status ?? ''}`.trim() });
  }
  return told;
}

/** The first group is about the mail, the others about one recipient each; some servers leave the first out. */
function splitOf(groups: Fields[]): Fields[] {
  return groups[0]!.has('action') ? [new Map(), ...groups] : groups;
}

type About = Pick<Receipt, 'messageId' | 'providerId'>;

function failedOf(about: About, recipient: Fields, status: string | undefined, now: number): Receipt {
  const kind = classOfReport(status);
  const said = recipient
    .get('diagnostic-code')
    ?.replace(/^[\w-]+\s*;\s*/, '')
    .slice(0, 300);
  return {
    ...about,
    status: failedReceipt(kind),
    timestamp: now,
    failure: present({ class: kind, code: status, text: said || undefined }),
  };
}

/** A complaint about spam: whoever made it does not want to hear from us. */
function complaintOf(mail: Mail, fields: Fields, account: Known, now: number): Told {
  const type = fields.get('feedback-type')?.toLowerCase();
  if (type === 'not-spam') return aside('complaint', 'it says that the mail is no spam');
  const original = originalOf(mail);
  const messageId = aboutOf(mail, original, fields.get('original-envelope-id'), account)?.messageId;
  // Without our mark anybody could sign anybody off.
  if (messageId === undefined) return aside('complaint', 'it is about no message of ours');
  const said = fields.get('original-rcpt-to') ?? original.get('to') ?? '';
  const csid = /[^\s<>,;"]+@[^\s<>,;"]+/.exec(said)?.[0]?.toLowerCase();
  return { events: [present({ kind: 'optout' as const, csid, messageId, timestamp: now })] };
}

function readingOf(fields: Fields, { markSecret, readReceipts }: Known, now: number): Told {
  if (!readReceipts) return aside('read receipt', 'we did not ask for it');
  if (!/;\s*displayed\b/i.test(fields.get('disposition') ?? ''))
    return aside('read receipt', 'it was not read');
  const messageId = markedIn(fields.get('original-message-id'), markSecret);
  if (messageId === undefined) return aside('read receipt', 'it is about no message of ours');
  return { receipts: [{ messageId, status: 'READ', timestamp: now }] };
}

/** A bounce that is written for people only: from a mail server. Holiday notes have no return path either. */
function isPlainBounce(mail: Mail): boolean {
  return /^(mailer-daemon|postmaster)@/i.test(mail.from?.address ?? '');
}

function plainBounceOf(mail: Mail, account: Known, now: number): Told | undefined {
  const addresses = [...mail.deliveredTo, ...mail.to.map(({ address }) => address)];
  const messageId = addresses.map((one) => markedIn(one, account.markSecret)).find((id) => id !== undefined);
  if (messageId === undefined) return undefined;
  const text = mail.text ?? '';
  const status = /\b5\.\d{1,3}\.\d{1,3}\b/.exec(text)?.[0];
  const kind = classOfReport(status);
  const failure = present({ class: kind, code: status, text: 'The mail came back.' });
  return { receipts: [{ messageId, status: failedReceipt(kind), timestamp: now, failure }] };
}

function aside(kind: string, reason: string): Told {
  return { ignored: [{ kind, reason }] };
}
