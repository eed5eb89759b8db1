import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { certificate } from '../../sim/certificate.ts';

/** Whom the mailboxes belong to: the user `mail` of every Debian. */
const owner = { uid: 8, gid: 8 } as const;

/** The mailboxes there are; mails to `…+anything@…` come into them, too. All have the same password. */
export const mailboxes = ['support@shop.example', 'amina@people.example'] as const;
export const password = 'planted-mailbox-password';

/**
 * Debian's Postfix and Dovecot, in a folder of their own and on ports of their own. Postfix wants TLS and the password,
 * and delivers for `shop.example` and `people.example`; what is for `moved@people.example` it takes, and then finds nobody.
 */
export class MailServers {
  readonly ports: { smtp: number; imap: number; imaps: number; auth: number };
  /** PEM of the authority that their certificates are of. */
  readonly ca: string;
  readonly #folder: string;
  #postfix: ChildProcess | undefined;
  #dovecot: ChildProcess | undefined;

  private constructor(folder: string, ca: string, ports: MailServers['ports']) {
    this.#folder = folder;
    this.ca = ca;
    this.ports = ports;
  }

  static async open(): Promise<MailServers> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-mail-'));
    await chmod(folder, 0o755);
    const { cert, key } = await certificate();
    const [smtp, imap, imaps, auth] = await freePorts(4);
    const servers = new MailServers(folder, cert, { smtp: smtp!, imap: imap!, imaps: imaps!, auth: auth! });
    await writeFile(join(folder, 'cert.pem'), cert);
    await writeFile(join(folder, 'key.pem'), key, { mode: 0o600 });
    // They are there before anybody looks, as those of people are: what is not there cannot be watched.
    const boxes = mailboxes.map((name) => join(folder, 'mail', name));
    for (const place of [
      join(folder, 'mail'),
      ...boxes.flatMap((box) => ['', 'new', 'cur', 'tmp'].map((one) => join(box, one))),
    ]) {
      await mkdir(place, { recursive: true });
      await chown(place, owner.uid, owner.gid);
    }
    await servers.#configureDovecot();
    await servers.#configurePostfix();
    try {
      await servers.startDovecot();
      await servers.startPostfix();
    } catch (error) {
      const logs = await servers.logs();
      await servers.close();
      throw new Error(`${(error as Error).message}\n${logs}`);
    }
    return servers;
  }

  async startDovecot(): Promise<void> {
    this.#dovecot = start('dovecot', ['-F', '-c', join(this.#folder, 'dovecot.conf')]);
    await answers(this.ports.imap, this.#dovecot);
  }

  async startPostfix(): Promise<void> {
    this.#postfix = start('postfix', ['-c', join(this.#folder, 'postfix'), 'start-fg']);
    await answers(this.ports.smtp, this.#postfix);
  }

  /** As `kill -9` of all its processes. */
  async killDovecot(): Promise<void> {
    await kill(this.#dovecot);
  }

  async killPostfix(): Promise<void> {
    // Its master leads a group of its own, which is not that of the script that starts it.
    const file = join(this.#folder, 'queue', 'pid', 'master.pid');
    const master = Number((await readFile(file, 'utf8').catch(() => '')).trim());
    if (this.#postfix?.exitCode === null && master > 1) process.kill(-master, 'SIGKILL');
    await kill(this.#postfix);
  }

  /** Hands in a mail without TLS and password, as another mail server would. Answers the last reply. */
  async mail(from: string, to: string, lines: readonly string[]): Promise<string> {
    const socket = connect({ host: '127.0.0.1', port: this.ports.smtp });
    const said = [
      'EHLO people.example',
      `MAIL FROM:<${from}>`,
      `RCPT TO:<${to}>`,
      'DATA',
      [...lines, '.'].join('\r\n'),
    ];
    let reply = '';
    for await (const chunk of socket) {
      reply += chunk;
      if (!/^\d{3} .*\r\n$/m.test(reply)) continue;
      const next = said.shift();
      if (next === undefined || /^[45]/.test(reply)) break;
      reply = '';
      socket.write(`${next}\r\n`);
    }
    socket.destroy();
    return reply;
  }

  /** Removes what Dovecot knows about the numbers of mails: it begins to count anew. */
  async forgetNumbers(mailbox: string): Promise<void> {
    const folder = join(this.#folder, 'mail', mailbox);
    for (const file of ['dovecot-uidlist', 'dovecot.index', 'dovecot.index.log', 'dovecot.index.cache'])
      await rm(join(folder, file), { force: true });
  }

  /** The mails that nobody has looked at yet, as they lie in a mailbox. */
  async unseen(mailbox: string): Promise<string[]> {
    const place = join(this.#folder, 'mail', mailbox, 'new');
    const files = await readdir(place);
    return Promise.all(files.map((file) => readFile(join(place, file), 'utf8')));
  }

  /** The files in which Dovecot keeps the mails of a folder. */
  async names(mailbox: string, folder: string): Promise<string[]> {
    const place = join(this.#folder, 'mail', mailbox, folder);
    return (await Promise.all(['new', 'cur'].map((one) => readdir(join(place, one)).catch(() => [])))).flat();
  }

  /** What they wrote into their logs: for people who look why a test failed. */
  async logs(): Promise<string> {
    const files = ['dovecot.log', 'postfix.log'].map((file) => readFile(join(this.#folder, file), 'utf8'));
    return (await Promise.all(files.map((text) => text.catch(() => '')))).join('\n');
  }

  async close(): Promise<void> {
    await this.killPostfix();
    await this.killDovecot();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #configureDovecot(): Promise<void> {
    const folder = this.#folder;
    const users = mailboxes.map(
      (name) => `${name}:{PLAIN}${password}:${owner.uid}:${owner.gid}::${folder}/mail`,
    );
    await writeFile(join(folder, 'users'), `${users.join('\n')}\n`);
    await writeFile(
      join(folder, 'dovecot.conf'),
      `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = ${owner.uid}
mail_location = maildir:${folder}/mail/%u
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = passwd-file
  args = ${folder}/users
}
service imap-login {
  inet_listener imap {
    port = ${this.ports.imap}
  }
  inet_listener imaps {
    port = ${this.ports.imaps}
  }
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = ${this.ports.auth}
  }
}
namespace inbox {
  inbox = yes
}
`,
    );
  }

  async #configurePostfix(): Promise<void> {
    const folder = this.#folder;
    await mkdir(join(folder, 'postfix'));
    await mkdir(join(folder, 'queue'));
    await mkdir(join(folder, 'data'));
    const [user] = spawnSync('id', ['-u', 'postfix'], { encoding: 'utf8' }).stdout.split('\n');
    await chown(join(folder, 'data'), Number(user), 0);
    const boxes = mailboxes.map((name) => `{ ${name} = ${name}/ }`).join(', ');
    await writeFile(
      join(folder, 'postfix', 'main.cf'),
      `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.shop.example
mydestination =
mynetworks =
smtpd_tls_cert_file = ${folder}/cert.pem
smtpd_tls_key_file = ${folder}/key.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${this.ports.auth}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
recipient_delimiter = +
virtual_mailbox_domains = shop.example, people.example
virtual_mailbox_base = ${folder}/mail
virtual_mailbox_maps = inline:{${boxes}}
virtual_minimum_uid = 1
virtual_uid_maps = static:${owner.uid}
virtual_gid_maps = static:${owner.gid}
virtual_alias_maps = inline:{ { moved@people.example = nobody@people.example } }
smtputf8_enable = no
`,
    );
    const services = [
      `127.0.0.1:${this.ports.smtp} inet n - n - - smtpd`,
      'pickup unix n - n 60 1 pickup',
      'cleanup unix n - n - 0 cleanup',
      'qmgr unix n - n 300 1 qmgr',
      'tlsmgr unix - - n 1000? 1 tlsmgr',
      'rewrite unix - - n - - trivial-rewrite',
      'bounce unix - - n - 0 bounce',
      'defer unix - - n - 0 bounce',
      'trace unix - - n - 0 bounce',
      'verify unix - - n - 1 verify',
      'flush unix n - n 1000? 0 flush',
      'proxymap unix - - n - - proxymap',
      'error unix - - n - - error',
      'retry unix - - n - - error',
      'discard unix - - n - - discard',
      'virtual unix - n n - - virtual',
      'anvil unix - - n - 1 anvil',
      'scache unix - - n - 1 scache',
      'postlog unix-dgram n - n - 1 postlogd',
    ];
    await writeFile(join(folder, 'postfix', 'master.cf'), `${services.join('\n')}\n`);
  }
}

/** In a process group of its own, so that it can be killed with all that it starts. */
function start(command: string, args: string[]): ChildProcess {
  return spawn(`/usr/sbin/${command}`, args, { stdio: 'ignore', detached: true });
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
  await gone;
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const socket = connect({ host: '127.0.0.1', port });
    const greeted = await Promise.race([
      once(socket, 'data').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (greeted) return;
    await sleep(50);
  }
  throw new Error(`nobody answers on port ${port}`);
}

async function freePorts(n: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: n }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
