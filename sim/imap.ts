import { createServer, type Socket } from 'node:net';

/** A mail in the folder. */
export interface LyingMail {
  uid: number;
  raw: Buffer;
  /** When it came, epoch ms. */
  at: number;
  flags: Set<string>;
  /** How large the server says it is, where that is not true, bytes. */
  claims?: number;
}

interface Options {
  isRight?(user: string, password: string): boolean;
  /** Without it people are asked for news. */
  idle?: boolean;
}

/**
 * A mailbox on this machine with one folder, INBOX, and what a reader of mails asks of it (RFC 3501, IDLE, MOVE): for
 * what Dovecot would not do by itself, such as breaking off in the middle of a mail.
 */
export class ImapServer {
  readonly port: number;
  mails: LyingMail[] = [];
  uidValidity = 7;
  /** Names of folders that were made, and the mails that were moved there. */
  readonly folders = new Map<string, LyingMail[]>();
  /** Commands that were given, without their tags. */
  readonly said: string[] = [];
  /** Breaks the connection when so many mails were handed over. */
  breakAfter = Number.POSITIVE_INFINITY;
  readonly #options: Options;
  readonly #close: () => Promise<void>;
  readonly #sessions = new Set<Session>();
  #next = 1;

  private constructor(port: number, options: Options, close: () => Promise<void>) {
    this.port = port;
    this.#options = options;
    this.#close = close;
  }

  static async open(options: Options = {}): Promise<ImapServer> {
    let here: ImapServer;
    const server = createServer({ noDelay: true }, (socket) => here.#connected(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    here = new ImapServer(port, options, () => new Promise((done) => server.close(() => done())));
    return here;
  }

  /** A mail arrives: who waits for one is told. */
  arrive(raw: Buffer | string, at = Date.now()): LyingMail {
    const mail = { uid: this.#next, raw: Buffer.from(raw), at, flags: new Set<string>() };
    this.#next += 1;
    this.mails.push(mail);
    for (const session of this.#sessions) session.tell();
    return mail;
  }

  /** Counts anew, as after a restore of the mailbox. */
  renumber(): void {
    this.uidValidity += 1;
    this.#next = 1;
    for (const mail of this.mails) {
      mail.uid = this.#next;
      this.#next += 1;
    }
  }

  /** How many are logged in, or about to be. */
  get connections(): number {
    return this.#sessions.size;
  }

  get uidNext(): number {
    return this.#next;
  }

  get capabilities(): string {
    return `IMAP4rev1 AUTH=PLAIN MOVE UIDPLUS${this.#options.idle === false ? '' : ' IDLE'}`;
  }

  isRight(user: string, password: string): boolean {
    return this.#options.isRight?.(user, password) ?? password === 'planted-mailbox-password';
  }

  /** Breaks every connection. */
  cut(): void {
    for (const { socket } of this.#sessions) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await this.#close();
  }

  #connected(socket: Socket): void {
    const session = new Session(this, socket);
    this.#sessions.add(session);
    socket.on('error', () => {});
    socket.on('close', () => this.#sessions.delete(session));
  }
}

class Session {
  readonly socket: Socket;
  readonly #server: ImapServer;
  #rest = '';
  /** Tags of the commands that wait for a line more. */
  #idling: string | undefined;
  #proving: string | undefined;
  /** How many mails it knows of; undefined: no folder is open. */
  #told: number | undefined;

  constructor(server: ImapServer, socket: Socket) {
    this.#server = server;
    this.socket = socket;
    this.#say(`* OK [CAPABILITY ${server.capabilities}] here`);
    socket.on('data', (chunk) => {
      const lines = `${this.#rest}${chunk.toString('latin1')}`.split('\r\n');
      this.#rest = lines.pop()!;
      for (const line of lines) this.#line(line);
    });
  }

  /** Tells how many mails there are: whoever waits for it at once, others with their next command. */
  tell(): void {
    const { length } = this.#server.mails;
    if (this.#idling === undefined || length === this.#told) return;
    this.#told = length;
    this.#say(`* ${length} EXISTS`);
  }

  #line(line: string): void {
    if (this.#idling !== undefined) {
      const tag = this.#idling;
      this.#idling = undefined;
      this.#say(`${tag} OK done`);
      return;
    }
    if (this.#proving !== undefined) {
      this.#say(`${this.#proving} ${this.#login(line)}`);
      this.#proving = undefined;
      return;
    }
    const [tag = '', ...words] = line.split(' ');
    const command = words.join(' ');
    this.#server.said.push(command);
    const name = (words[0] === 'UID' ? `UID ${words[1]}` : (words[0] ?? '')).toUpperCase();
    const answered = this.#commands[name]?.(command, tag);
    if (answered !== 'later' && !this.socket.destroyed) this.#say(`${tag} ${answered ?? 'OK done'}`);
  }

  readonly #commands: Readonly<Record<string, (command: string, tag: string) => string | undefined>> = {
    AUTHENTICATE: (_, tag) => {
      this.#proving = tag;
      this.#say('+ ');
      return 'later';
    },
    CAPABILITY: () => void this.#say(`* CAPABILITY ${this.#server.capabilities}`),
    NAMESPACE: () => void this.#say('* NAMESPACE (("" "/")) NIL NIL'),
    LIST: (command) => {
      const isAll = /\*"?$/.test(command);
      if (isAll || /INBOX/i.test(command)) this.#say('* LIST () "/" INBOX');
      for (const folder of isAll ? this.#server.folders.keys() : []) this.#say(`* LIST () "/" "${folder}"`);
      return undefined;
    },
    CREATE: (command) => void this.#server.folders.set(command.split(' ')[1]!.replaceAll('"', ''), []),
    SELECT: (command) => this.#select(command),
    EXAMINE: (command) => this.#select(command),
    'UID SEARCH': (command) => {
      const from = Number(/UID SEARCH UID (\d+):\*/.exec(command)?.[1] ?? 0);
      const last = this.#server.mails.at(-1)?.uid;
      // As RFC 3501 has it, `n:*` names the last one in any case.
      const found = this.#server.mails.filter(({ uid }) => uid >= from || uid === last);
      this.#say(`* SEARCH ${found.map(({ uid }) => uid).join(' ')}`.trim());
      return undefined;
    },
    'UID FETCH': (command) => this.#fetch(command),
    'UID STORE': (command) => {
      for (const { flags } of this.#named(command)) flags.add(/\\\w+/.exec(command)![0]);
      return undefined;
    },
    'UID MOVE': (command) => {
      const moved = this.#named(command);
      this.#server.folders.get(command.split(' ').at(-1)!.replaceAll('"', ''))!.push(...moved);
      this.#server.mails = this.#server.mails.filter((mail) => !moved.includes(mail));
      return undefined;
    },
    IDLE: (_, tag) => {
      this.#idling = tag;
      this.#say('+ waiting');
      this.tell();
      return 'later';
    },
    LOGOUT: () => void this.#say('* BYE'),
  };

  #login(line: string): string {
    const [, user = '', password = ''] = Buffer.from(line, 'base64').toString().split('\0');
    return this.#server.isRight(user, password)
      ? `OK [CAPABILITY ${this.#server.capabilities}] in`
      : `NO [AUTHENTICATIONFAILED] ${password} is wrong`;
  }

  #select(command: string): string | undefined {
    if (!/INBOX/i.test(command)) return 'NO [NONEXISTENT] there is no such folder';
    const { mails, uidValidity, uidNext } = this.#server;
    this.#told = mails.length;
    this.#say(`* ${mails.length} EXISTS`);
    this.#say(`* OK [UIDVALIDITY ${uidValidity}] valid`);
    this.#say(`* OK [UIDNEXT ${uidNext}] next`);
    return undefined;
  }

  #fetch(command: string): string | undefined {
    if (this.#told === undefined) return 'BAD no folder';
    const [, most] = /BODY\.PEEK\[\]<0\.(\d+)>/.exec(command) ?? [];
    const wantsBody = command.includes('BODY.PEEK[]');
    for (const mail of this.#named(command)) {
      const seq = this.#server.mails.indexOf(mail) + 1;
      const at = new Date(mail.at).toUTCString().split(' ');
      const date = `${at[1]}-${at[2]}-${at[3]} ${at[4]} +0000`;
      const facts = `UID ${mail.uid} RFC822.SIZE ${mail.claims ?? mail.raw.length} INTERNALDATE "${date}"`;
      if (!wantsBody) {
        this.#say(`* ${seq} FETCH (${facts})`);
        continue;
      }
      if (this.#server.breakAfter <= 0) {
        this.#say(
          `* ${seq} FETCH (UID ${mail.uid} BODY[] {${mail.raw.length}}\r\n${mail.raw.subarray(0, 20)}`,
        );
        this.socket.end();
        return 'later';
      }
      this.#server.breakAfter -= 1;
      const body = mail.raw.subarray(0, most === undefined ? undefined : Number(most));
      const part = most === undefined ? 'BODY[]' : 'BODY[]<0>';
      this.#say(`* ${seq} FETCH (UID ${mail.uid} ${part} {${body.length}}\r\n${body.toString('latin1')})`);
    }
    return undefined;
  }

  /** The mails that the set of a command names. */
  #named(command: string): LyingMail[] {
    const set = command.split(' ')[2]!.split(',');
    const ranges = set.map((one) => one.split(':').map(Number));
    return this.#server.mails.filter(({ uid }) =>
      ranges.some(([from = 0, to = from]) => uid >= from && uid <= to),
    );
  }

  #say(line: string): void {
    this.socket.write(`${line}\r\n`, 'latin1');
  }
}
