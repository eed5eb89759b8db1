import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { certificate } from './certificate.ts';

/** A mail as it was handed in. */
export interface Taken {
  session: SMTPServerSession;
  raw: Buffer;
}

/** A mail server that takes everything, unless it is told otherwise. */
export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** PEM of the authority that its certificate is of. */
  readonly ca: string;
  readonly mails: Taken[];
  /** Connections that were made. */
  connections(): number;
  /** Breaks every connection. */
  cut(): void;
}

/** What a server refuses with: `throw refusal(550, '5.1.1 No such user')`. */
export function refusal(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

export interface MailServerOptions extends SMTPServerOptions {
  /** Is told each mail that was taken. */
  onTaken?(mail: Taken): void;
}

export async function openMailServer(options: MailServerOptions = {}, onPort = 0): Promise<MailServer> {
  const { onTaken, ...own } = options;
  const { cert, key } = await certificate();
  const mails: Taken[] = [];
  let connections = 0;
  const server = new SMTPServer({
    key,
    cert,
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    hideDSN: false,
    size: 1_000_000,
    logger: false,
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onAuth({ username, password, accessToken }, _session, done) {
      const isKnown = password === 'planted-mailbox-password' || accessToken === 'fresh';
      if (isKnown) done(null, { user: username ?? '' });
      else if (accessToken) done(null, { data: { status: '401', schemes: 'bearer' } });
      else done(refusal(535, `5.7.8 wrong ${password}`));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(refusal(552, '5.3.4 Too large'));
        const envelope = structuredClone({ envelope: session.envelope }) as SMTPServerSession;
        const mail = { session: envelope, raw: Buffer.concat(chunks) };
        mails.push(mail);
        done(null, 'taken as 42');
        onTaken?.(mail);
      });
    },
    ...own,
  });
  server.on('error', () => {});
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(onPort, '127.0.0.1', resolve));
  const { port } = server.server.address() as { port: number };
  return {
    port,
    ca: cert,
    mails,
    connections: () => connections,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
