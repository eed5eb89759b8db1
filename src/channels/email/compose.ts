import { Readable } from 'node:stream';
import type { SendMailOptions } from 'nodemailer';
import { isEmail } from '../../model/email.ts';
import { SendFailure } from '../../model/failure.ts';
import { type Attachment, type Content, plainText } from '../../model/message.ts';
import type { Outgoing, Thread, UploadFile } from '../channel.ts';
import { buttonLine, textLines } from '../fallback.ts';
import { vcardsOf } from '../vcards.ts';
import type { MailAccount } from './account.ts';
import { htmlOfText, withPictures } from './html.ts';
import { markedAddress, markOf, messageIdOf, unsubscribeToken } from './marks.ts';
import { oneLine } from './mime.ts';

/** More ids than programs look at; the oldest go first. */
const mostReferences = 20;

/** A message of ours as a mail. Throws `SendFailure` INVALID_RECIPIENT for what is no address. */
export async function mailOf(message: Outgoing, account: MailAccount): Promise<SendMailOptions> {
  const { id, csid, content } = message;
  const { address, markSecret, bounceAddress } = account;
  if (!isEmail(csid) || /[<>,;:"\\()[\]]/.test(csid)) {
    throw new SendFailure({
      class: 'INVALID_RECIPIENT',
      code: 'NO_ADDRESS',
      text: 'This is no mail address.',
    });
  }
  const mark = markOf(id, markSecret);
  const name = content.recipient ?? message.name;
  const file = message.file && (await message.file());
  const files = await attachedTo(message);
  assertSize([...(file ? [file] : []), ...files.map(({ file: one }) => one)], account.maxBytes);
  return {
    envelope: { from: bounceAddress ? markedAddress(bounceAddress, mark) : address, to: csid },
    from: { name: oneLine(account.fromName ?? ''), address },
    to: { name: oneLine(name ?? ''), address: csid },
    ...(account.plusAddressing && { replyTo: markedAddress(address, mark) }),
    messageId: messageIdOf(id, address, markSecret),
    ...threadOf(message, account.subject),
    ...bodyOf(content, file, files),
    ...(account.dsn && {
      dsn: { id: mark, return: 'headers' as const, notify: ['success', 'failure', 'delay'], recipient: csid },
    }),
    headers: headersOf(message, account),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/**
 * Its subject, and what it answers: the message that the caller names, else the last one of the person. A
 * subject of its own begins something new.
 */
function threadOf({ content, replyIdExt, thread }: Outgoing, standard: string) {
  const own = content.subject && oneLine(content.subject);
  const before = thread?.subject && oneLine(thread.subject);
  const goesOn = replyIdExt !== undefined || !own || sameSubject(own, before);
  const subject = own || (before ? `Re: ${withoutRe(before)}` : standard);
  const ids = goesOn ? idsOf(thread, replyIdExt) : [];
  const inReplyTo = ids.at(-1);
  return inReplyTo === undefined ? { subject } : { subject, inReplyTo, references: ids };
}

function idsOf(thread: Thread | undefined, replyIdExt: string | undefined): string[] {
  const last = replyIdExt ?? thread?.answers;
  const all = [...(thread?.providerIds ?? []), ...(last === undefined ? [] : [last])];
  // The one that is answered stands last. Only what has the form of an id: others are hashes of ours.
  const ids = all.filter((one, i) => /^<[^<>\s]+>$/.test(one) && all.lastIndexOf(one) === i);
  return ids.slice(-mostReferences);
}

function withoutRe(subject: string): string {
  return subject.replace(/^((re|aw|sv|antw|rép|ref|رد)(\[\d+\])?\s?[:：]\s*)+/i, '');
}

function sameSubject(a: string, b: string | undefined): boolean {
  return b !== undefined && withoutRe(a).toLowerCase() === withoutRe(b).toLowerCase();
}

type Body = Pick<SendMailOptions, 'text' | 'html' | 'attachments'>;

/** Text and HTML that say the same, and the file: a picture stands in the text, all else is attached. */
function bodyOf(content: Content, file: UploadFile | undefined, files: readonly Attached[]): Body {
  const text = textOf(content);
  const cards = content.cards && {
    filename: 'contacts.vcf',
    contentType: 'text/vcard; charset=utf-8',
    content: vcardsOf(content.cards),
  };
  const attached = file && attachmentOf(content, file);
  const isShown = attached !== undefined && /^image\/(png|jpeg|gif|webp)$/.test(file?.mime ?? '');
  const shown = isShown ? `<p><img src="cid:${attached.cid}" style="max-width:100%" alt=""></p>` : '';
  const attachments = [attached, cards, ...files.map(partOf)].filter((one) => one !== undefined);
  const html = content.html === undefined ? `${htmlOfText(text)}${shown}` : withPictures(content.html);
  return { text, html, ...(attachments.length > 0 && { attachments }) };
}

function attachmentOf(content: Content, file: UploadFile) {
  const media = content.media ?? content.template?.media;
  return { ...contentOf(media?.filename, file), cid: 'file@parley' };
}

function contentOf(called: string | undefined, file: UploadFile) {
  return {
    filename: oneLine(called ?? file.filename ?? `file${endings[file.mime] ?? ''}`),
    contentType: file.mime,
    content: Readable.fromWeb(file.blob.stream() as Parameters<typeof Readable.fromWeb>[0]),
  };
}

/** One of several files of a mail. */
interface Attached {
  said: Attachment;
  file: UploadFile;
}

async function attachedTo({ content, files = [] }: Outgoing): Promise<Attached[]> {
  const all: Attached[] = [];
  // One after the other: they lie on the disk, and are read as they go out.
  for (const [i, open] of files.entries()) {
    const said = content.attachments?.[i];
    if (said) all.push({ said, file: await open() });
  }
  return all;
}

/** What the HTML shows by its `cid` stands in the text, all else below it. */
function partOf({ said, file }: Attached) {
  const { cid, filename } = said;
  return { ...contentOf(filename, file), ...(cid === undefined ? {} : { cid }) };
}

/** Bytes are a third more as text. Throws `SendFailure` CONTENT_TOO_LONG. */
function assertSize(files: readonly UploadFile[], maxBytes: number): void {
  const bytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
  if (bytes * 1.37 > maxBytes) throw tooLarge(maxBytes);
}

/** A mail that no server would take. */
export function tooLarge(maxBytes: number): SendFailure {
  return new SendFailure({
    class: 'CONTENT_TOO_LONG',
    code: 'MAIL_TOO_LARGE',
    text: `A mail has at most ${Math.floor(maxBytes / (1024 * 1024))} MB with its files.`,
  });
}

/** Endings of files that have no name: programs go by them. */
const endings: Readonly<Record<string, string>> = {
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'application/pdf': '.pdf',
  'video/mp4': '.mp4',
  'audio/mpeg': '.mp3',
  'audio/ogg': '.ogg',
  'text/plain': '.txt',
};

/** What it says, with the links of a template's buttons: there is nothing to press in a mail. */
function textOf(content: Content): string {
  const { media, cards, buttons = [] } = content;
  if (media) return media.caption ?? '';
  // A card is attached, and said: a mail that says nothing looks like one that broke.
  const said = cards && content.text === undefined ? textLines(content).join('\n') : plainText(content);
  return [
    said,
    buttons
      .map(buttonLine)
      .filter((line) => line)
      .join('\n'),
  ]
    .filter((part) => part)
    .join('\n\n');
}

function headersOf(
  { csid, content }: Outgoing,
  account: MailAccount,
): Record<string, string | { prepared: true; value: string }> {
  const { unsubscribe, unsubscribeUrl, markSecret, address, readReceipts } = account;
  const isBulk = unsubscribe === 'always' || (unsubscribe === 'templates' && content.type === 'template');
  const token = unsubscribeToken(csid, markSecret);
  return {
    ...(readReceipts && { 'Disposition-Notification-To': address }),
    ...(isBulk &&
      unsubscribeUrl && {
        'List-Unsubscribe': {
          prepared: true as const,
          value: `<${unsubscribeUrl}?unsubscribe=${token}>, <mailto:${address}?subject=unsubscribe%20${token}>`,
        },
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
  };
}
