import { setTimeout as sleep } from 'node:timers/promises';
import type { ImapFlow } from 'imapflow';
import type { Received } from '../channel.ts';
import type { Connection, ConnectionKind, Line } from '../connection.ts';
import { isObject } from '../json.ts';
import type { MailAccount } from './account.ts';
import { failed, type Mailbox, openMailbox } from './mailbox.ts';
import { readMail } from './mime.ts';
import { receivedOf } from './received.ts';

/** However well IDLE goes, it is looked again after so long; without IDLE more often, ms. */
const lookEveryMs = { idle: 5 * 60_000, poll: 30_000 } as const;
/** What is stored at once: so many mails, or so many bytes and one mail more. */
const batch = { mails: 50, bytes: 8 * 1024 * 1024 } as const;
/** Of a mail that is too large, so much is read: its head, and mostly its text. */
const beginningBytes = 512 * 1024;

/** Mails out of a mailbox (RFC 9051). One process of all watches it, and goes on behind the last one it stored. */
export const imap: ConnectionKind = {
  name: 'imap',
  heldBy: 'one',
  count: (account) => ((account as MailAccount).inbound === 'imap' ? 1 : 0),
  open: (account, line) => watch(account as MailAccount, line),
};

/** How far was read: UIDs grow within one UIDVALIDITY of one folder. */
interface Cursor {
  folder: string;
  uidValidity: string;
  uid: number;
  /** When the server got the newest mail that was read, epoch ms. */
  at: number;
  /**
   * The numbers are others than before: that time decides, and the ids of mails keep what comes twice from
   * counting twice.
   */
  anew?: true;
  /** One of the next mails cannot be read: they are read one by one, so that it is known which. */
  alone?: true;
}

/** A mail in the folder, before it is read. */
interface Lying {
  uid: number;
  size: number;
  at: number;
}

async function watch(account: MailAccount, line: Line): Promise<Connection> {
  const mailbox = await openMailbox(account, line);
  const { client, ended } = mailbox;
  let closed = false;
  const isOver = () => closed || line.signal.aborted || client.isClosed;
  const work = watchAll(mailbox, account, line, isOver).catch((error: unknown) => {
    throw failed(error, account);
  });
  return {
    ended: work.then(() => ended),
    async close() {
      closed = true;
      await client.logout().catch(() => {});
      client.close();
    },
  };
}

async function watchAll(
  mailbox: Mailbox,
  account: MailAccount,
  line: Line,
  isOver: () => boolean,
): Promise<void> {
  const { client } = mailbox;
  const bell = makeBell(line.signal);
  client.on('exists', bell.ring);
  client.once('close', bell.ring);
  let cursor = await begin(client, account, line);
  while (!isOver()) {
    cursor = await readNew(mailbox, { account, line, cursor, isOver });
    if (isOver()) return;
    const idles = client.capabilities.has('IDLE');
    // Ended by the next command; when it breaks, the connection says so by itself.
    if (idles) client.idle().catch(() => {});
    await bell.rung(idles ? lookEveryMs.idle : lookEveryMs.poll);
  }
}

/** The place to go on at. A mailbox that was never read begins with what comes from now on. */
async function begin(client: ImapFlow, account: MailAccount, line: Line): Promise<Cursor> {
  const known = cursorIn(line.cursor);
  const { uidValidity, uidNext } = selected(client);
  const here = { folder: folderOf(account), uidValidity: String(uidValidity) };
  if (known && known.folder === here.folder && known.uidValidity === here.uidValidity) return known;
  if (known) return { ...here, uid: 0, at: known.at, anew: true };
  // Times of servers are whole seconds.
  const cursor = { ...here, uid: uidNext - 1, at: Math.floor(Date.now() / 1000) * 1000 };
  await line.deliver({}, cursor);
  return cursor;
}

interface Reading {
  account: MailAccount;
  line: Line;
  cursor: Cursor;
  isOver(): boolean;
}

/** Reads all mails behind the cursor; answers the new one. */
async function readNew({ client, broke }: Mailbox, reading: Reading): Promise<Cursor> {
  const { account, line, isOver } = reading;
  let { cursor } = reading;
  const { uidNext } = selected(client);
  const found = await lying(client, cursor);
  for (const mails of inBatches(found, account.maxBytes, cursor.alone ? 1 : batch.mails)) {
    if (isOver()) return cursor;
    const { uid } = mails.at(-1)!;
    const received = await readBatch(client, mails, account).catch(async (error: unknown) => {
      if (isUnreadable(broke() ?? error)) await passBy(line, mails, cursor);
      throw error;
    });
    const at = cursor.anew ? cursor.at : Math.max(cursor.at, ...mails.map(({ at }) => at));
    cursor = { ...cursor, uid, at };
    await line.deliver(received, cursor);
    await setAside(client, mails, account);
  }
  if (!cursor.anew && !cursor.alone) return cursor;
  const { anew, alone: _, ...rest } = cursor;
  if (!anew) return rest;
  const caughtUp = { ...rest, uid: Math.max(rest.uid, uidNext - 1) };
  await line.deliver({}, caughtUp);
  return caughtUp;
}

/** Breaks the connection each time anew: what the server sends is larger than it said, or makes no sense. */
function isUnreadable(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return (
    typeof code === 'string' && /^(LiteralTooLarge|ResponseTooLarge|LineTooLarge|ParserError)/.test(code)
  );
}

/** The next connection goes on behind a mail that cannot be read; of several, it reads each for itself. */
async function passBy(line: Line, mails: readonly Lying[], cursor: Cursor): Promise<void> {
  const [first, ...others] = mails;
  if (others.length > 0) return line.deliver({}, { ...cursor, alone: true });
  const ignored = [{ kind: 'mail', reason: `the one with UID ${first!.uid} cannot be read` }];
  await line.deliver({ ignored }, { ...cursor, uid: first!.uid });
}

/** What lies behind the cursor, in the order in which it came. */
async function lying(client: ImapFlow, { uid, at, anew }: Cursor): Promise<Lying[]> {
  // Days are of the server’s own clock: a day more does no harm.
  const query = anew ? { since: new Date(at - 86_400_000) } : { uid: `${uid + 1}:*` };
  const found = (await client.search(query, { uid: true })) || [];
  // `n:*` names the last mail, too, however low its number is.
  const uids = found.filter((one) => one > uid);
  if (uids.length === 0) return [];
  const all = await client.fetchAll(uids, { uid: true, size: true, internalDate: true }, { uid: true });
  return all
    .map(({ uid, size = 0, internalDate }) => ({ uid, size, at: new Date(internalDate ?? 0).getTime() }))
    .filter((mail) => !anew || mail.at >= at)
    .sort((a, b) => a.uid - b.uid);
}

/** One that is too large is a batch of its own. */
function inBatches(mails: readonly Lying[], maxBytes: number, most: number): Lying[][] {
  const batches: Lying[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const mail of mails) {
    const isLarge = mail.size > maxBytes;
    if (isLarge || bytes >= batch.bytes || batches.at(-1)!.length >= most) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(mail);
    bytes += isLarge ? batch.bytes : mail.size;
  }
  return batches;
}

async function readBatch(client: ImapFlow, mails: readonly Lying[], account: MailAccount): Promise<Received> {
  const all: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const isCut = mails[0]!.size > account.maxBytes;
  const query = { uid: true, source: isCut ? { maxLength: beginningBytes } : true };
  const uids = mails.map(({ uid }) => uid);
  for await (const { source } of client.fetch(uids, query, { uid: true }))
    if (source) await take(all, source, account, isCut);
  // What was not read must not count as read.
  if (client.isClosed) throw new Error('The connection broke while mails were read.');
  return all;
}

/** Adds what one mail says. `isCut`: it is too large, and comes without its files. */
async function take(all: Received, source: Buffer, account: MailAccount, isCut: boolean): Promise<void> {
  try {
    const mail = await readMail(source);
    if (isCut)
      all.ignored.push({ kind: 'files', reason: `the mail has more than ${account.maxBytes} bytes` });
    const { messages, receipts, events, ignored } = receivedOf(
      isCut ? { ...mail, files: [] } : mail,
      account,
      Date.now(),
    );
    all.messages.push(...messages);
    all.receipts.push(...receipts);
    all.events.push(...events);
    all.ignored.push(...ignored);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    all.ignored.push({ kind: 'mail', reason: `it cannot be read: ${reason}` });
  }
}

/** What is done with mails that are stored. When the connection breaks before it, they stay as they are. */
async function setAside(client: ImapFlow, mails: readonly Lying[], account: MailAccount): Promise<void> {
  const uids = mails.map(({ uid }) => uid);
  if (account.imapAfter === 'nothing') return;
  await client.messageFlagsAdd(uids, ['\\Seen'], { uid: true });
  if (account.imapAfter === 'move') await client.messageMove(uids, account.imapDoneFolder, { uid: true });
}

function selected(client: ImapFlow) {
  if (!client.mailbox) throw new Error('The folder is not open.');
  return client.mailbox;
}

function folderOf({ imapHost, imapUsername, username, address, imapFolder }: MailAccount): string {
  return `${imapUsername ?? username ?? address}@${imapHost}/${imapFolder}`;
}

function cursorIn(cursor: unknown): Cursor | undefined {
  if (!isObject(cursor)) return undefined;
  const { folder, uid, at } = cursor as Partial<Cursor>;
  const isWhole = typeof folder === 'string' && typeof uid === 'number' && typeof at === 'number';
  return isWhole ? (cursor as unknown as Cursor) : undefined;
}

/** Rings through until somebody waits, so that nothing is missed in between. */
function makeBell(signal: AbortSignal) {
  let waiting = new AbortController();
  const ring = () => waiting.abort();
  return {
    ring,
    async rung(withinMs: number): Promise<void> {
      const any = AbortSignal.any([waiting.signal, signal]);
      await sleep(withinMs, undefined, { signal: any }).catch(() => {});
      waiting = new AbortController();
    },
  };
}
