import { isIP } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';
import { type Failure, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { safeFailure } from '../answer.ts';
import type { Outgoing, Sent } from '../channel.ts';
import type { Connection, ConnectionKind, Line, Note } from '../connection.ts';
import { type MailAccount, secretsOf } from './account.ts';
import { mailOf, tooLarge } from './compose.ts';
import { makeTokens, type Tokens } from './oauth.ts';
import { enhancedIn, failureOfReply, type Stage } from './reply-codes.ts';

/** What a server and we have at a time, and how many mails go over one connection (channels.md 10). */
const pool = { maxConnections: 5, maxMessages: 100 } as const;
/** How long a server may take, ms. RFC 5321 would grant minutes; a lease of ours would not. */
const patience = { connectMs: 10_000, greetingMs: 15_000, answerMs: 60_000 } as const;
/** A connection that nothing goes over is closed, ms. */
const idleMs = 60_000;
/** How long a server may still take for its answer when the connection is to end, ms. */
const closingMs = 1500;

/** SMTP submission (RFC 6409): connections are made when there is something to send, and kept for a while. */
export const smtp: ConnectionKind = {
  name: 'smtp',
  heldBy: 'each',
  sends: true,
  open: async (account, line) => openPool(account as MailAccount, line),
};

function openPool(account: MailAccount, line: Line): Connection {
  const tokens = makeTokens(account, line.call);
  const transport = transportOf(account, line, tokens);
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const underWay = new Set<Promise<unknown>>();
  return {
    ended,
    send(message, note) {
      const sending = send(transport, message, account, note).catch((error: unknown) => {
        if (error instanceof SendFailure && error.failure.class === 'AUTH') tokens.forget();
        throw error;
      });
      underWay.add(sending);
      return sending.finally(() => underWay.delete(sending));
    },
    async close() {
      // What is under way has a moment to be answered.
      transport.close();
      await Promise.race([Promise.allSettled(underWay), sleep(closingMs, undefined, { ref: false })]);
      transport.close({ force: true });
      await Promise.allSettled(underWay);
      end();
    },
  };
}

/** Connects and logs in, and hands nothing over. Throws `SendFailure`. */
export async function logInToSend(account: MailAccount, line: Pick<Line, 'call' | 'dial'>): Promise<void> {
  const transport = transportOf(account, line, makeTokens(account, line.call));
  try {
    await transport.verify();
  } catch (error) {
    throw safeFailure(failureOf(error, { passed: false, attempt: 1 }), secretsOf(account));
  } finally {
    transport.close();
  }
}

function transportOf(account: MailAccount, line: Pick<Line, 'dial'>, tokens: Tokens): Transporter {
  const { smtpHost: host, smtpPort: port, smtpTls, ca, dkimDomain, dkimSelector, dkimPrivateKey } = account;
  const secure = smtpTls === 'implicit';
  const transport = createTransport({
    pool: true,
    ...pool,
    maxRequeues: 1,
    idleTimeout: idleMs,
    host,
    port,
    name: account.address.slice(account.address.lastIndexOf('@') + 1),
    secure,
    requireTLS: smtpTls === 'starttls',
    ignoreTLS: smtpTls === 'none',
    tls: { ...nameOf(host), rejectUnauthorized: true, ...(ca !== undefined && { ca }) },
    ...authOf(account),
    connectionTimeout: patience.connectMs,
    greetingTimeout: patience.greetingMs,
    socketTimeout: patience.answerMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    getSocket: (_: unknown, done: (error: Error | null, socket?: object) => void) => {
      const tls = secure ? { tls: { ...nameOf(host), ...(ca !== undefined && { ca }) } } : {};
      line.dial({ host, port, ...tls, timeoutMs: patience.connectMs }).then(
        (connection) => done(null, { connection, secured: secure }),
        (error: Error) => done(error),
      );
    },
    ...(dkimDomain && dkimSelector && dkimPrivateKey
      ? { dkim: { domainName: dkimDomain, keySelector: dkimSelector, privateKey: dkimPrivateKey } }
      : {}),
  });
  watch(transport);
  transport.set(
    'oauth2_provision_cb',
    (_: string, renew: boolean, done: (error: Error | null, token?: string) => void) =>
      tokens.get(renew).then(
        (token) => done(null, token),
        (error: Error) => done(error),
      ),
  );
  return transport;
}

/** The name that a certificate must have; an address is no name. */
function nameOf(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

function authOf({ auth, address, username = address, password }: MailAccount) {
  if (auth === 'xoauth2') return { auth: { type: 'OAUTH2' as const, user: username } };
  return auth === 'password' ? { auth: { user: username, pass: password ?? '' } } : {};
}

async function send(
  transport: Transporter,
  message: Outgoing,
  account: MailAccount,
  note: Note,
): Promise<Sent> {
  const { smtpHost, smtpPort, maxBytes } = account;
  const mail = await mailOf(message, account);
  if (message.content.media?.sizeBytes !== undefined && message.content.media.sizeBytes * 1.37 > maxBytes)
    throw tooLarge(maxBytes);
  const passed = { end: false };
  const startedAt = performance.now();
  const told = {
    method: 'SMTP',
    to: `${smtpHost}:${smtpPort}`,
    request: `MAIL FROM:<${mail.envelope?.from}> RCPT TO:<${message.csid}> Message-ID: ${mail.messageId}`,
  };
  const ms = () => Math.round(performance.now() - startedAt);
  try {
    const info = await transport.sendMail({ ...mail, passed } as Watched);
    note({ ...told, answer: info.response ?? '', ms: ms() });
    return { providerId: mail.messageId! };
  } catch (error) {
    const failure = failureOf(error, { passed: passed.end, attempt: message.attempt });
    note({ ...told, error: failure.text ?? failure.class, ms: ms() });
    throw safeFailure(failure, secretsOf(account));
  }
}

/** A mail with a mark that says when its last byte was handed over: from then on it may have been taken. */
type Watched = SendMailOptions & { passed: { end: boolean } };

function watch(transport: Transporter): void {
  transport.use('stream', (mail, done) => {
    const { passed } = mail.data as Watched;
    mail.message.transform(
      () =>
        new Transform({
          transform: (chunk, _, pass) => pass(null, chunk),
          flush(pass) {
            passed.end = true;
            pass();
          },
        }),
    );
    done();
  });
}

interface SmtpError extends Error {
  code?: string;
  command?: string;
  responseCode?: number;
  response?: string;
}

/** Why a mail was not taken. `passed`: all of it had been handed over. */
function failureOf(error: unknown, { passed, attempt }: { passed: boolean; attempt: number }): Failure {
  if (error instanceof SendFailure) return error.failure;
  const { code = '', command = '', responseCode, response, message } = error as SmtpError;
  if (responseCode !== undefined && responseCode >= 400)
    return failureOfReply({ code: responseCode, text: response ?? message }, stageOf(command), attempt);
  const told = present({
    code: code || undefined,
    subcode: enhancedIn(message),
    text: message.slice(0, 300),
  });
  if (code === 'EAUTH' || code === 'EOAUTH2' || code === 'ENOAUTH') return { class: 'AUTH', ...told };
  if (code === 'ETLS') return { class: 'CONFIG', ...told };
  // Also what answers a whole mail with something that is no answer.
  if (passed) return { class: 'OUTCOME_UNKNOWN', ...told };
  if (code === 'EMESSAGE' || code === 'EENVELOPE') return { class: 'CONTENT_TOO_LONG', ...told };
  if (code === 'ESTREAM') return { class: 'MEDIA', ...told };
  return { class: 'UNAVAILABLE', ...told };
}

function stageOf(command: string): Stage {
  if (/^AUTH/.test(command)) return 'AUTH';
  if (/^MAIL/.test(command)) return 'MAIL';
  if (/^RCPT/.test(command)) return 'RCPT';
  return /^DATA/.test(command) ? 'DATA' : 'CONN';
}
