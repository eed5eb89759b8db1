import { randomBytes } from 'node:crypto';
import { ImapServer } from './imap.ts';
import type { Simulated, Simulator, Taken } from './simulator.ts';
import { openMailServer, refusal, type Taken as TakenMail } from './smtp.ts';

const address = 'support@shop.example';
const password = 'planted-mailbox-password';

/** How a mail server refuses: for coming too fast, for a fault of its own. */
const refusals = {
  tooFast: refusal(421, '4.7.0 Too many mails'),
  fault: refusal(451, '4.3.0 Not now'),
  expired: refusal(535, '5.7.8 Who is this?'),
} as const;

const idOf = () => `<${randomBytes(12).toString('hex')}@people.example>`;

/** A mail server with the mailbox of the business: mails that want a report get one, into the mailbox. */
export const simulator: Simulator = {
  name: 'mail',
  about: 'A mail server: SMTP to hand in, IMAP to read.',
  person: 'amina@people.example',
  async start({ port, board }): Promise<Simulated> {
    const imap = await ImapServer.open({
      isRight: (_, given) => !board.switches.expired && given === password,
    });
    const taken: Taken[] = [];
    const smtp = await openMailServer(
      {
        onAuth({ username, password: given }, _session, done) {
          if (board.switches.expired || given !== password) done(refusals.expired);
          else done(null, { user: username ?? '' });
        },
        onMailFrom(_address, _session, done) {
          board.verdict().then((verdict) => done(verdict === 'taken' ? null : refusals[verdict]));
        },
        onTaken(mail) {
          taken.push(takenOf(mail));
          const report = reportOf(mail);
          if (report) board.receipt(async () => void imap.arrive(report)).catch(() => {});
        },
      },
      port,
    );
    return {
      type: 'email',
      settings: {
        address,
        password,
        smtpHost: 'localhost',
        smtpPort: smtp.port,
        ca: smtp.ca,
        inbound: 'imap',
        imapHost: '127.0.0.1',
        imapPort: imap.port,
        imapTls: 'none',
      },
      taken,
      async say(from, text) {
        const head = [`From: ${from}`, `To: ${address}`, `Message-ID: ${idOf()}`, 'Subject: A question'];
        const mail = [...head, 'Content-Type: text/plain; charset=utf-8', '', text, ''].join('\r\n');
        await board.tell(async () => void imap.arrive(mail));
      },
      arrive(mails) {
        for (const mail of mails) imap.arrive(mail);
      },
      cut() {
        smtp.cut();
        imap.cut();
      },
      async close() {
        await smtp[Symbol.asyncDispose]();
        await imap.close();
      },
    };
  },
};

function takenOf({ session, raw }: TakenMail): Taken {
  const [, id = ''] = /^Message-ID: (\S+)/im.exec(raw.toString('latin1')) ?? [];
  const [, subject = ''] = /^Subject: (.*)$/im.exec(raw.toString('latin1')) ?? [];
  return { id, to: session.envelope.rcptTo[0]?.address ?? '', text: subject.trim() };
}

/** That a mail has arrived (RFC 3464); undefined when nobody asked. */
function reportOf({ session }: TakenMail): string | undefined {
  const { dsn, rcptTo, mailFrom } = session.envelope as typeof session.envelope & {
    dsn?: { envid?: string };
  };
  const [to] = rcptTo as unknown as { address: string; dsn?: { notify?: unknown } }[];
  if (!to || !mailFrom || !JSON.stringify(to.dsn?.notify ?? '').includes('SUCCESS')) return undefined;
  return [
    'From: Mail Delivery System <mailer-daemon@shop.example>',
    `To: ${mailFrom.address}`,
    `Message-ID: ${idOf()}`,
    'Subject: Delivered',
    'Auto-Submitted: auto-replied',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'It was delivered.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; shop.example',
    ...(dsn?.envid ? [`Original-Envelope-Id: ${dsn.envid}`] : []),
    '',
    `Final-Recipient: rfc822; ${to.address}`,
    'Action: delivered',
    'Status: 2.0.0',
    '--b--',
    '',
  ].join('\r\n');
}
