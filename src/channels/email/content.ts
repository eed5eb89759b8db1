import type { Attachment, Content, MediaType } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { placeIn } from '../map-link.ts';
import { cardsIn } from '../vcards.ts';
import { isShowable, safeHtml, textOfHtml } from './html.ts';
import type { Mail, MailFile } from './mime.ts';
import { withoutQuote } from './quote.ts';

/** Longer texts are cut, and stand in full in a file beside it. Characters. */
const longestText = 100_000;
/** More files are left out: nobody attaches as many. */
const mostFiles = 100;

/** What a mail says, and the bytes of its files by their provider ids. */
export function contentOf(mail: Mail): { content: Content; files: Map<string, Buffer> } {
  const html = htmlOf(mail);
  const whole = textOf(mail, html);
  const isLong = whole.length > longestText;
  const { text, quoted } = isLong ? { text: `${whole.slice(0, longestText)}…` } : withoutQuote(whole);
  const parts = [...mail.files.filter(isFile), ...longParts(mail, whole, isLong)].slice(0, mostFiles);
  const attachments = parts.map((file, i) => attachmentOf(file, String(i + 1)));
  const files = new Map(parts.map(({ bytes }, i) => [String(i + 1), bytes]));
  const subject = mail.subject || undefined;
  const [only] = parts;
  if (text === '' && parts.length === 1 && only) {
    const cards = /^text\/(x-)?vcard$/.test(only.mime) ? cardsIn(only.bytes.toString('utf8')) : [];
    if (cards.length > 0)
      return { content: present({ type: 'contacts' as const, subject, cards }), files: new Map() };
    const { type, cid: _, ...media } = attachments[0]!;
    return { content: present({ type, subject, media }), files };
  }
  const place = placeIn(text);
  if (place && parts.length === 0)
    return { content: present({ type: 'location' as const, subject, location: place }), files };
  const shown = attachments.length > 0 ? attachments : undefined;
  return {
    content: present({ type: 'text' as const, text, subject, html, quoted, attachments: shown }),
    files,
  };
}

/** Parts that machines read alone are no files for people. */
function isFile({ mime, bytes }: MailFile): boolean {
  return bytes.length > 0 && !/^application\/(pgp-signature|(x-)?pkcs7-signature|ms-tnef)$/.test(mime);
}

/** HTML only where it says more than the text: not every mail needs two forms. */
function htmlOf({ html }: Mail): string | undefined {
  if (html === undefined || !isShowable(html)) return undefined;
  return safeHtml(html) || undefined;
}

/** What it says: its own text, else that of its HTML as far as that is shown. */
function textOf(mail: Mail, html: string | undefined): string {
  const said = mail.text?.replace(/\r\n?/g, '\n').trim();
  return said || textOfHtml(html ?? (mail.html && !isShowable(mail.html) ? mail.html : ''));
}

/** What is too long to be shown is kept as a file. */
function longParts(mail: Mail, whole: string, isLong: boolean): MailFile[] {
  const files: MailFile[] = [];
  if (isLong)
    files.push({ bytes: Buffer.from(whole), mime: 'text/plain', filename: 'message.txt', inline: false });
  if (mail.html !== undefined && !isShowable(mail.html)) {
    files.push({ bytes: Buffer.from(mail.html), mime: 'text/html', filename: 'message.html', inline: false });
  }
  return files;
}

function attachmentOf({ mime, filename, cid, inline }: MailFile, providerId: string): Attachment {
  return present({ type: typeOf(mime), providerId, filename, mime, cid: inline ? cid : undefined });
}

function typeOf(mime: string): MediaType {
  if (/^image\/(png|jpeg|gif|webp|heic|avif)$/.test(mime)) return 'image';
  if (mime.startsWith('video/')) return 'video';
  return mime.startsWith('audio/') ? 'audio' : 'document';
}
