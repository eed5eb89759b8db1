import { randomInt } from 'node:crypto';
import smpp, { type Pdu, type Session } from 'smpp';
import { certificate } from './certificate.ts';
import type { Simulated, Simulator, Taken } from './simulator.ts';
import { Board, type Verdict } from './switches.ts';

/** Statuses of `submit_sm` when it is not taken: throttled, and a fault of the SMSC. */
const refusals: Partial<Record<Verdict, number>> = { tooFast: 0x58, fault: 0x08 };

/** What an SMSC does with a `submit_sm`: a status, and the id of the message. */
export type Take = (pdu: Pdu, n: number) => { status?: number; id?: string } | 'silent';

/**
 * An SMSC on this machine, made of the package that most programs in Node use for SMPP: its codec is none of
 * ours, so that we agree with somebody else's reading of the protocol.
 */
export class Smsc {
  readonly binds: { command: string; systemId: string; password: string }[] = [];
  readonly submitted: Pdu[] = [];
  readonly sessions = new Set<Session>();
  /** Status of a bind. */
  bindStatus: (pdu: Pdu) => number = ({ password }) => (password === 'right' ? 0 : 0x0e);
  take: Take = (_, n) => ({ id: n.toString(16).padStart(8, '0').toUpperCase() });
  /** How many `submit_sm` were without an answer at a time, at most. */
  mostOpen = 0;
  /** Answers are held back until this resolves. */
  held: Promise<void> | undefined;
  readonly port: number;
  readonly board: Board;
  /** `enquire_link`s that came. */
  enquired = 0;
  /** When the first and the last `submit_sm` came, epoch ms. */
  firstAt = 0;
  lastAt = 0;
  /** Each message that wants one gets its receipt by itself. */
  tellsReceipts = false;
  /** What was taken; of those with receipts by themselves only. */
  readonly taken: Taken[] = [];
  /** Is told of each connection. */
  connected: ((session: Session) => void) | undefined;
  readonly #close: () => Promise<void>;
  #open = 0;

  private constructor(port: number, board: Board, close: () => Promise<void>) {
    this.port = port;
    this.board = board;
    this.#close = close;
  }

  /** With `key` and `cert` among the options: over TLS. */
  static async open(port = 0, options: object = {}, board = new Board()): Promise<Smsc> {
    let smsc: Smsc;
    const server = smpp.createServer(options, (session) => smsc.#connected(session));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    smsc = new Smsc(server.address().port, board, () => new Promise((resolve) => server.close(resolve)));
    return smsc;
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    await this.#close();
  }

  /** Cuts all connections. */
  cut(): void {
    for (const session of this.sessions) session.destroy();
  }

  /** Tells something to the first bind that hears; answers with the status of its answer. */
  deliver(fields: object): Promise<number> {
    const [session] = [...this.sessions].filter((one) => this.#hears.has(one));
    if (!session) return Promise.reject(new Error('nobody is bound who hears'));
    return new Promise((resolve) => session.deliver_sm(fields, (answer) => resolve(answer.command_status)));
  }

  /** A receipt in the usual text. */
  receipt(id: string, state = 'DELIVRD', error = '000', person = '966500000001'): Promise<number> {
    const text = `id:${id} sub:001 dlvrd:001 submit date:2603011200 done date:2603011201 stat:${state} err:${error} text:Hello`;
    return this.deliver({
      esm_class: 4,
      source_addr: person,
      destination_addr: '15550001',
      short_message: text,
    });
  }

  readonly #hears = new Set<Session>();

  #connected(session: Session): void {
    this.sessions.add(session);
    this.connected?.(session);
    session.on('error', () => {});
    session.on('close', () => {
      this.sessions.delete(session);
      this.#hears.delete(session);
    });
    for (const command of ['bind_transceiver', 'bind_transmitter', 'bind_receiver'])
      session.on(command, (pdu: Pdu) => {
        this.binds.push({ command, systemId: pdu.system_id, password: pdu.password });
        const status = this.board.switches.expired
          ? 0x0e
          : this.bindStatus({ ...pdu, command, response: pdu.response });
        if (status === 0 && command !== 'bind_transmitter') this.#hears.add(session);
        session.send(pdu.response({ command_status: status, system_id: 'smsc' }));
      });
    session.on('submit_sm', (pdu: Pdu) => void this.#submit(session, pdu));
    session.on('enquire_link', (pdu: Pdu) => {
      this.enquired += 1;
      session.send(pdu.response());
    });
    session.on('unbind', (pdu: Pdu) => {
      session.send(pdu.response());
      session.close();
    });
  }

  async #submit(session: Session, pdu: Pdu): Promise<void> {
    this.submitted.push(pdu);
    this.lastAt = Date.now();
    this.firstAt ||= this.lastAt;
    const n = this.submitted.length;
    this.#open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.#open);
    await this.held;
    const verdict = await this.board.verdict();
    this.#open -= 1;
    // Whose credentials end is thrown out, and learns why at its next bind.
    if (verdict === 'expired') return void session.destroy();
    const refused = refusals[verdict];
    const taken = refused === undefined ? this.take(pdu, n) : { status: refused };
    if (taken === 'silent') return;
    const { status = 0, id } = taken;
    session.send(pdu.response({ command_status: status, ...(id !== undefined && { message_id: id }) }));
    if (status !== 0 || id === undefined || !this.tellsReceipts) return;
    this.taken.push({ id, to: pdu.destination_addr, text: String(pdu.short_message.message) });
    if ((pdu.registered_delivery & 1) === 0) return;
    const tell = () => this.receipt(id, 'DELIVRD', '000', pdu.destination_addr);
    await this.board.receipt(tell).catch(() => {});
  }
}

/** An SMSC that takes everything from whoever has the password `right`, and tells that it arrived. */
export const simulator: Simulator = {
  name: 'smpp',
  about: 'An SMSC (SMPP 3.4).',
  person: '966500000001',
  async start({ port, board, tls = false }): Promise<Simulated> {
    const { cert, key } = await certificate();
    const smsc = await Smsc.open(port, tls ? { cert, key } : {}, board);
    smsc.tellsReceipts = true;
    // After a restart it gives no id that it gave before.
    const first = randomInt(0x10000000, 0x70000000);
    let handset = randomInt(255);
    smsc.take = (_, n) => ({ id: (first + n).toString(16) });
    return {
      type: 'smpp',
      settings: {
        host: 'localhost',
        port: smsc.port,
        systemId: 'parley',
        password: 'right',
        bindPerSecond: 1000,
        ...(tls && { tls: true, ca: cert }),
      },
      taken: smsc.taken,
      async say(from, text) {
        // Handsets number what they send, and begin anew after 255.
        handset = (handset % 255) + 1;
        const fields = { source_addr: from, destination_addr: '15550001', short_message: text };
        const told = { ...fields, user_message_reference: handset };
        await board.tell(() => smsc.deliver(told));
      },
      facts: () => ({
        binds: smsc.binds.length,
        enquired: smsc.enquired,
        submitted: smsc.submitted.length,
        mostOpen: smsc.mostOpen,
        firstAt: smsc.firstAt,
        lastAt: smsc.lastAt,
      }),
      cut: () => smsc.cut(),
      close: () => smsc.close(),
    };
  },
};
