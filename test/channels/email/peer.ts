import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { certificate } from '../../../sim/certificate.ts';
import { ImapServer } from '../../../sim/imap.ts';
import { markOf } from '../../../src/channels/email/marks.ts';
import type { Instead, Peer } from '../tools.ts';
import { account, mail } from './sample.ts';

/**
 * What a mail server says at one of the commands that a mail needs; `raw`: bytes in place of an answer to all of it,
 * before it hangs up.
 */
type Reply = { at: 'CONNECT' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA'; reply: string } | { raw: string };

/** Acceptances without a text, in another language, and without an end. */
const mumblings: Reply[] = [
  { raw: '250\r\n' },
  { raw: 'HTTP/1.1 200 OK\r\n\r\n' },
  { raw: '250-and so on\r\n' },
];

/** A mail server by the package `smtp-server`, and a mailbox; mails are seen as they came. */
export async function mailPeer(): Promise<Peer> {
  const { cert, key } = await certificate();
  const imap = await ImapServer.open();
  const came: Buffer[] = [];
  const queue: Instead[] = [];
  const next = () => {
    const [first] = queue;
    return typeof first === 'object' ? { ...(first.answer as Reply), echo: first.echo } : first;
  };
  /** Answers as the next fixture says, where it speaks of this command. */
  const at = (command: string, done: (error?: Error | null) => void) => {
    const said = next();
    if (typeof said !== 'object' || !('at' in said) || said.at !== command) return done();
    queue.shift();
    const [, code, text] = /^(\d{3}) (.*)$/s.exec(said.reply)!;
    done(Object.assign(new Error(`${text} ${said.echo ?? ''}`.trim()), { responseCode: Number(code) }));
  };
  const server: SMTPServer = new SMTPServer({
    key,
    cert,
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    hideDSN: false,
    logger: false,
    onConnect: (_, done) => at('CONNECT', done),
    onAuth({ username = '' }, _, done) {
      at('AUTH', (error) => (error ? done(error) : done(null, { user: username })));
    },
    onMailFrom: (_, __, done) => at('MAIL', done),
    onRcptTo: (_, __, done) => at('RCPT', done),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        came.push(Buffer.concat(chunks));
        const said = next();
        if (said === undefined || (typeof said === 'object' && 'at' in said)) return at('DATA', done);
        queue.shift();
        if (said === 'vanish') cut();
        else if (said !== 'wait') socketOf(session)?.end(said.raw);
      });
    },
  });
  const socketOf = (session: SMTPServerSession) =>
    [...server.connections].find((one) => one.session === session)?._socket;
  const cut = () => {
    for (const { _socket: socket } of server.connections) socket.destroy();
  };
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    cut();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await imap.close();
  };
  return {
    settings: {
      smtpHost: 'localhost',
      smtpPort: (server.server.address() as { port: number }).port,
      smtpTls: 'starttls',
      ca: cert,
      inbound: 'imap',
      imapHost: '127.0.0.1',
      imapPort: imap.port,
      imapTls: 'none',
    },
    taken: () => came.map((raw) => normal(raw.toString('latin1'))),
    expected: (name) => [normal(outboundMail(name))],
    next: (...instead) => void queue.push(...instead),
    mumblings,
    leave: close,
    inbound: {
      fixtures: mails(),
      async arrive(wire) {
        const { flags } = imap.arrive(wire);
        while (imap.connections > 0 && flags.size === 0) await sleep(5);
        return flags.has('\\Seen');
      },
      mutants: mutantsOf,
    },
    close,
  };
}

/** What mails of others say of one of ours. */
const marks = () => ({
  mark: markOf('65f0c0ffee0123456789abcd', account.markSecret),
  bounces: account.address,
  envelope: markOf('65f0c0ffee0123456789abcd', account.markSecret),
  original: '<x@shop.example>',
  recipient: 'amina@mail.example',
  action: 'failed',
  status: '5.1.1',
  disposition: 'displayed',
  type: 'abuse',
});

/** All the mails that there are to read, whoever wrote them. */
function mails(): { name: string; wire: Buffer }[] {
  return readdirSync(new URL('./mails/', import.meta.url))
    .map((file) => file.replace(/\.eml$/, ''))
    .sort()
    .map((name) => ({ name, wire: mail(name, marks()) }));
}

/** The mail that an outbound fixture is to become, beside it. */
function outboundMail(name: string): string {
  const file = new URL(`./fixtures/outbound/${name.replaceAll(' ', '-')}.eml`, import.meta.url);
  return readFileSync(file, 'latin1').replace(/\r?\n/g, '\r\n');
}

/** Without what differs each time: the date, and what stands between the parts. */
function normal(raw: string): string {
  const seen: string[] = [];
  return raw
    .replace(/^Date: .*$/m, 'Date: at once')
    .replace(/--_NmP-[\w-]+-Part_\d+/g, (one) => {
      if (!seen.includes(one)) seen.push(one);
      return `--part-${seen.indexOf(one) + 1}`;
    })
    .replaceAll('\r\n', '\n')
    .trim();
}

/** A mail that breaks off here and there, and one without its head. */
function* mutantsOf(whole: Buffer): Generator<Buffer> {
  for (let i = 0; i < 12; i += 1) yield whole.subarray(0, Math.floor((whole.length * i) / 12));
  yield whole.subarray(whole.indexOf('\r\n\r\n'));
  yield Buffer.concat([whole, whole]);
}
