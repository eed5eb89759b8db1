import PostalMime, { addressParser, type Mailbox } from 'postal-mime';
import { isObject, listOf, objectOf, parseObject, type Raw, textOf } from '../json.ts';
import { idsIn, type Mail, type MailFile, oneLine, timeOf } from './mime.ts';

/** Mails that a provider has taken apart already, as the mails that they were. */
type Headers = readonly (readonly [name: string, value: string])[];

interface Parts {
  headers: Headers;
  from?: string | undefined;
  to?: string | undefined;
  cc?: string | undefined;
  /** The address that the provider took it in for. */
  deliveredTo?: (string | undefined)[];
  returnPath?: string | undefined;
  subject?: string | undefined;
  text?: string | undefined;
  html?: string | undefined;
  files: MailFile[];
}

function mailOf({ headers, files, ...parts }: Parts): Mail {
  const first = new Map<string, string>();
  for (const [name, value] of headers)
    if (!first.has(name.toLowerCase())) first.set(name.toLowerCase(), value);
  const header = (name: string) => first.get(name);
  const date = timeOf(header('date'));
  const [messageId] = idsIn(header('message-id'));
  const [from] = mailboxesIn(parts.from ?? header('from'));
  const [replyTo] = mailboxesIn(header('reply-to'));
  const subject = parts.subject ?? header('subject');
  const returnPath = header('return-path') ?? parts.returnPath;
  return {
    ...(messageId !== undefined && { messageId }),
    inReplyTo: idsIn(header('in-reply-to')),
    references: idsIn(header('references')),
    ...(from && { from }),
    ...(replyTo && { replyTo }),
    to: [...mailboxesIn(parts.to ?? header('to')), ...mailboxesIn(parts.cc ?? header('cc'))],
    deliveredTo: (parts.deliveredTo ?? []).filter((one) => one !== undefined),
    ...(returnPath !== undefined && { returnPath: returnPath.replace(/^<|>$/g, '').trim() }),
    ...(subject && { subject: oneLine(subject) }),
    ...(date !== undefined && { date }),
    ...(parts.text !== undefined && { text: parts.text }),
    ...(parts.html !== undefined && { html: parts.html }),
    files,
    header,
  };
}

function mailboxesIn(text: string | undefined): Mailbox[] {
  if (!text) return [];
  return addressParser(text.slice(0, 16_384), { flatten: true })
    .filter(({ address }) => address)
    .map(({ name, address }) => ({ name: oneLine(name ?? ''), address: (address ?? '').trim() }));
}

/** Postmark: JSON, files as base64. */
export function postmarkMail(message: Raw): Mail {
  const headers = listOf(message.Headers)
    .filter(isObject)
    .flatMap(({ Name, Value }) => (textOf(Name) ? [[textOf(Name)!, textOf(Value) ?? ''] as const] : []));
  const date = textOf(message.Date);
  return mailOf({
    headers: [...headers, ...(date ? [['Date', date] as const] : [])],
    from: textOf(message.From),
    to: textOf(message.To),
    cc: textOf(message.Cc),
    deliveredTo: [textOf(message.OriginalRecipient)],
    subject: textOf(message.Subject),
    text: textOf(message.TextBody),
    html: textOf(message.HtmlBody),
    files: listOf(message.Attachments)
      .filter(isObject)
      .map(({ Name, Content, ContentType, ContentID }) =>
        fileOf(
          Buffer.from(textOf(Content) ?? '', 'base64'),
          textOf(Name),
          textOf(ContentType),
          textOf(ContentID),
        ),
      ),
  });
}

function fileOf(
  bytes: Buffer,
  name: string | undefined,
  type: string | undefined,
  contentId: string | undefined,
): MailFile {
  const cid = contentId?.replace(/^<|>$/g, '').trim();
  const filename = name
    ?.replace(/[\p{Cc}\p{Cs}]/gu, '')
    .split(/[/\\]/)
    .at(-1)
    ?.slice(-255);
  return {
    bytes,
    mime: type?.split(';')[0]?.trim().toLowerCase() || 'application/octet-stream',
    ...(filename && { filename }),
    ...(cid && { cid }),
    inline: Boolean(cid),
  };
}

/** Mailgun: a form; the headers are a list of pairs, the files are numbered. */
export async function mailgunMail(form: FormData): Promise<Mail> {
  const headers = pairsIn(textIn(form, 'message-headers'));
  const cids = parseObject(Buffer.from(textIn(form, 'content-id-map') ?? '{}')) ?? {};
  const files: MailFile[] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string' || !/^attachment-\d+$/.test(name)) continue;
    const cid = Object.entries(cids).find(([, field]) => field === name)?.[0];
    files.push(fileOf(Buffer.from(await value.arrayBuffer()), value.name, value.type, cid));
  }
  return mailOf({
    headers,
    from: textIn(form, 'from'),
    deliveredTo: [textIn(form, 'recipient')],
    returnPath: textIn(form, 'sender'),
    subject: textIn(form, 'subject'),
    text: textIn(form, 'body-plain'),
    html: textIn(form, 'body-html'),
    files,
  });
}

function pairsIn(json: string | undefined): Headers {
  try {
    return listOf(JSON.parse(json ?? '[]')).flatMap((pair) => {
      const [name, value] = listOf(pair).map(textOf);
      return name === undefined ? [] : [[name, value ?? ''] as const];
    });
  } catch {
    return [];
  }
}

/** SendGrid: a form; the headers are a text, the files are numbered and described in JSON. */
export async function sendgridMail(form: FormData): Promise<Mail> {
  const head = await PostalMime.parse(`${textIn(form, 'headers')?.trim() ?? ''}\r\n\r\n`).catch(
    () => undefined,
  );
  const headers = (head?.headers ?? []).map(({ key, value }) => [key, value] as const);
  const envelope = parseObject(Buffer.from(textIn(form, 'envelope') ?? '{}')) ?? {};
  const about = parseObject(Buffer.from(textIn(form, 'attachment-info') ?? '{}')) ?? {};
  const files: MailFile[] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string' || !/^attachment\d+$/.test(name)) continue;
    const told = objectOf(about[name]);
    files.push(
      fileOf(
        Buffer.from(await value.arrayBuffer()),
        textOf(told.filename) ?? value.name,
        textOf(told.type) ?? value.type,
        textOf(told['content-id']),
      ),
    );
  }
  return mailOf({
    headers,
    from: textIn(form, 'from'),
    to: textIn(form, 'to'),
    cc: textIn(form, 'cc'),
    deliveredTo: listOf(envelope.to).map(textOf),
    returnPath: typeof envelope.from === 'string' ? envelope.from : undefined,
    subject: textIn(form, 'subject'),
    text: textIn(form, 'text'),
    html: textIn(form, 'html'),
    files,
  });
}

function textIn(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
