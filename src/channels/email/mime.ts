import PostalMime, { type Address, type Email, type Mailbox } from 'postal-mime';

/** A mail as we read it. */
export interface Mail {
  /** With its angle brackets, as all ids here. */
  messageId?: string;
  inReplyTo: string[];
  references: string[];
  from?: Mailbox;
  replyTo?: Mailbox;
  /** Everybody it says it is to: To and Cc. */
  to: Mailbox[];
  /** The addresses that it was really delivered to, as far as servers noted them. */
  deliveredTo: string[];
  /** Empty: a mail that nobody wants an answer to, such as a bounce. Undefined: not noted. */
  returnPath?: string;
  subject?: string;
  /** Epoch ms. */
  date?: number;
  text?: string;
  html?: string;
  files: MailFile[];
  /** The first value of a header, unfolded; undefined when it is not there. Names in lower case. */
  header(name: string): string | undefined;
}

export interface MailFile {
  bytes: Buffer;
  /** As the mail calls it, lower case. */
  mime: string;
  filename?: string;
  /** The name by which HTML refers to it, without angle brackets. */
  cid?: string;
  inline: boolean;
}

/** Reads a mail. Broken MIME is read as far as it goes; throws when a mail is built to exhaust us. */
export async function readMail(raw: Uint8Array): Promise<Mail> {
  const email = await PostalMime.parse(raw, {
    forceRfc822Attachments: true,
    maxNestingDepth: 64,
    maxHeadersSize: 512 * 1024,
  });
  return mailOf(email);
}

function mailOf(email: Email): Mail {
  const first = new Map<string, string>();
  for (const { key, value } of email.headers) if (!first.has(key)) first.set(key, value);
  const date = timeOf(email.date);
  const from = mailboxes([email.from])[0] ?? mailboxes([email.sender])[0];
  const replyTo = mailboxes(email.replyTo)[0];
  const messageId = idsIn(email.messageId)[0];
  const returnPath = first.get('return-path');
  const delivered = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to'];
  return {
    ...(messageId !== undefined && { messageId }),
    inReplyTo: idsIn(email.inReplyTo),
    references: idsIn(email.references),
    ...(from && { from }),
    ...(replyTo && { replyTo }),
    to: mailboxes([...(email.to ?? []), ...(email.cc ?? [])]),
    deliveredTo: email.headers.filter(({ key }) => delivered.includes(key)).map(({ value }) => bare(value)),
    ...(returnPath !== undefined && { returnPath: bare(returnPath) }),
    ...(email.subject !== undefined && { subject: oneLine(email.subject) }),
    ...(date !== undefined && { date }),
    ...(email.text !== undefined && { text: email.text }),
    ...(email.html !== undefined && { html: email.html }),
    files: email.attachments.map(fileOf),
    header: (name) => first.get(name),
  };
}

/** When a mail says that it was written, epoch ms; undefined where nobody can have written it then. */
export function timeOf(date = ''): number | undefined {
  const at = Date.parse(date);
  return at > 0 ? at : undefined;
}

function fileOf({
  content,
  mimeType,
  filename,
  contentId,
  disposition,
  related,
}: Email['attachments'][number]): MailFile {
  const cid = contentId?.trim().replace(/^<|>$/g, '');
  const bytes = typeof content === 'string' ? Buffer.from(content) : bufferOf(content);
  return {
    bytes,
    mime: mimeType.toLowerCase() || 'application/octet-stream',
    ...(filename && { filename: safeName(filename) }),
    ...(cid && { cid }),
    inline: disposition === 'inline' || (related === true && disposition !== 'attachment'),
  };
}

/** No bytes are copied. */
function bufferOf(bytes: ArrayBuffer | Uint8Array): Buffer {
  return bytes instanceof Uint8Array
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Buffer.from(bytes);
}

/** A file's name without folders and control characters, at most 255 characters. */
function safeName(name: string): string {
  const last = name
    .replace(/[\p{Cc}\p{Cs}]/gu, '')
    .split(/[/\\]/)
    .at(-1)!
    .trim();
  return last === '' || last === '.' || last === '..' ? 'file' : last.slice(-255);
}

function mailboxes(given: readonly (Address | undefined)[] = []): Mailbox[] {
  return given
    .flatMap((one) => (one?.group ? one.group : one ? [one as Mailbox] : []))
    .filter(({ address }) => address)
    .map(({ name, address }) => ({ name: oneLine(name ?? ''), address: address.trim() }));
}

const mostIds = 50;

/** The message ids in a header, each once and in order. */
export function idsIn(header: string | undefined): string[] {
  const found = header?.match(/<[^<>\s]{1,998}>/g) ?? [];
  return [...new Set(found)].slice(-mostIds);
}

function bare(address: string): string {
  return address.trim().replace(/^<|>$/g, '').trim();
}

/** Text for one line: what breaks lines, or cannot be shown, is a space. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
