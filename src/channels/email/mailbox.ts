import { isIP } from 'node:net';
import { ImapFlow, type ImapFlowError } from 'imapflow';
import { type Failure, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { safeFailure } from '../answer.ts';
import type { Line } from '../connection.ts';
import { type MailAccount, secretsOf } from './account.ts';
import { oneLine } from './mime.ts';
import { makeTokens } from './oauth.ts';

/** How long a server may take, ms. */
const patience = { connectMs: 10_000, greetingMs: 15_000, answerMs: 120_000 } as const;
/** IDLE is asked for anew before servers end it for being too long (RFC 2177: 29 min), ms. */
const longestIdleMs = 25 * 60_000;
/** Servers err about the size of mails; what surrounds one needs a little, too. In bytes. */
const spareBytes = 1024 * 1024;

/** A mailbox that is logged in to, with its folder open. */
export interface Mailbox {
  readonly client: ImapFlow;
  /** Rejects with why the connection broke; resolves when the server ended it. */
  readonly ended: Promise<void>;
  /** What broke it: commands under way are told no more than that it broke. */
  broke(): Error | undefined;
}

/**
 * Logs in and opens the folder, and makes the one that mails are moved into. Throws `SendFailure`: AUTH, CONFIG
 * for a folder that there is not or TLS that is not good, UNAVAILABLE.
 */
export async function openMailbox(account: MailAccount, line: Line): Promise<Mailbox> {
  const client = await clientOf(account, line);
  let broke: Error | undefined;
  client.on('error', (error) => {
    broke ??= error;
  });
  const ended = new Promise<void>((resolve, reject) =>
    client.once('close', () => (broke ? reject(failed(broke, account)) : resolve())),
  );
  ended.catch(() => {});
  try {
    await client.connect();
    if (account.imapAfter === 'move') await client.mailboxCreate(account.imapDoneFolder);
    await client.mailboxOpen(account.imapFolder, { readOnly: account.imapAfter === 'nothing' });
  } catch (error) {
    client.close();
    throw failed(error, account);
  }
  return { client, ended, broke: () => broke };
}

/**
 * Logs in, looks whether the folders are there, and logs out; nothing is changed. Answers the folders that there are
 * not. Throws as `openMailbox`.
 */
export async function lookIntoMailbox(account: MailAccount, line: MailboxLine): Promise<string[]> {
  const client = await clientOf(account, line);
  // What breaks it is what the command under way rejects with.
  client.on('error', () => {});
  try {
    await client.connect();
    const folders = new Set((await client.list()).map(({ path }) => path.toLowerCase()));
    const { imapFolder, imapAfter, imapDoneFolder } = account;
    const wanted = imapAfter === 'move' ? [imapFolder, imapDoneFolder] : [imapFolder];
    return wanted.filter((folder) => !folders.has(folder.toLowerCase()));
  } catch (error) {
    throw failed(error, account);
  } finally {
    await client.logout().catch(() => {});
    client.close();
  }
}

/** What logging in needs of a line. */
type MailboxLine = Pick<Line, 'call' | 'resolve'>;

async function clientOf(account: MailAccount, line: MailboxLine): Promise<ImapFlow> {
  const { imapHost: host, imapPort: port, imapTls, ca, maxBytes } = account;
  if (!host) throw new SendFailure({ class: 'CONFIG', text: 'imapHost is missing: mails come in by IMAP.' });
  return new ImapFlow({
    host: await line.resolve(host),
    port,
    ...(isIP(host) === 0 && { servername: host }),
    secure: imapTls === 'implicit',
    ...(imapTls !== 'implicit' && { doSTARTTLS: imapTls === 'starttls' }),
    tls: { rejectUnauthorized: true, ...(ca !== undefined && { ca }) },
    auth: await credentials(account, line),
    clientInfo: { name: 'Parley' },
    logger: false,
    disableAutoEnable: true,
    disableAutoIdle: true,
    maxIdleTime: longestIdleMs,
    connectionTimeout: patience.connectMs,
    greetingTimeout: patience.greetingMs,
    socketTimeout: patience.answerMs,
    maxLiteralSize: 2 * maxBytes + spareBytes,
    maxResponseSize: 2 * maxBytes + 2 * spareBytes,
  });
}

/** A password of its own decides for it, also where SMTP wants OAuth or nothing. */
async function credentials(account: MailAccount, line: MailboxLine) {
  const { auth, address, username = address, imapUsername: user = username } = account;
  const pass = account.imapPassword ?? account.password;
  if (auth === 'xoauth2' && account.imapPassword === undefined)
    return { user, accessToken: await makeTokens(account, line.call).get(false) };
  if (pass === undefined) throw new SendFailure({ class: 'CONFIG', text: 'There is no password for IMAP.' });
  return { user, pass };
}

/** Why IMAP did not go on, in our words; without secrets. */
export function failed(error: unknown, account: MailAccount): SendFailure {
  return safeFailure(failureOf(error), secretsOf(account));
}

/** Response codes of a server that would take us at another time (RFC 5530). */
const passing = /^(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)$/;
const tlsCodes = /^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/;

function failureOf(error: unknown): Failure {
  if (error instanceof SendFailure) return error.failure;
  const { code, message, serverResponseCode, responseText, ...more } = error as ImapFlowError;
  const told = present({
    code: serverResponseCode ?? code,
    text: oneLine(responseText ?? message) || undefined,
  });
  if (more.authenticationFailed)
    return { class: passing.test(serverResponseCode ?? '') ? 'UNAVAILABLE' : 'AUTH', ...told };
  const isRefused = more.tlsFailed || tlsCodes.test(code ?? '') || more.mailboxMissing;
  if (isRefused || /^(NONEXISTENT|NOPERM|CANNOT)$/.test(serverResponseCode ?? ''))
    return { class: 'CONFIG', ...told };
  return { class: 'UNAVAILABLE', ...told };
}
