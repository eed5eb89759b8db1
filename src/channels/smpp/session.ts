import type { Socket } from 'node:net';
import { SendFailure } from '../../model/failure.ts';
import { answerTo, commands, Frames, isAnswer, octetsOf, type Pdu } from './pdu.ts';

/** An answer may take so long, ms; then nobody knows (channels.md 3.1). */
const answerWithinMs = 10_000;
/** After so long without a word it is asked whether the other end is there, ms; twice in vain: it is not. */
const idleMs = 30_000;
const highestSequence = 0x7fffffff;
const nothing = Buffer.alloc(0);

interface Waiting {
  resolve(answer: Pdu): void;
  reject(error: SendFailure): void;
  timer: NodeJS.Timeout;
}

/** One connection of SMPP: requests and their answers, in both directions. */
export class Session {
  /** Rejects when the connection breaks; resolves when it was ended in order. */
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #take: (request: Pdu) => Promise<number>;
  #sequence = 0;
  #idle: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #over = false;
  #finish: (error?: SendFailure) => void = () => {};

  /** `take` is given what the SMSC asks of us, and answers with a status. */
  constructor(socket: Socket, take: (request: Pdu) => Promise<number>) {
    this.#socket = socket;
    this.#take = take;
    this.ended = new Promise((resolve, reject) => {
      this.#finish = (error) => {
        if (this.#over) return;
        this.#over = true;
        clearTimeout(this.#idle);
        socket.destroy();
        for (const { reject: fail, timer } of this.#waiting.values()) {
          clearTimeout(timer);
          fail(unknown('The connection to the SMSC ended before its answer.'));
        }
        this.#waiting.clear();
        if (error) reject(error);
        else resolve();
      };
    });
    this.ended.catch(() => {});
    const frames = new Frames();
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const pdu of frames.push(chunk)) this.#heard(pdu);
      } catch (error) {
        this.#finish(broken(`The SMSC does not speak SMPP: ${(error as Error).message}.`));
      }
    });
    socket.on('error', (error) =>
      this.#finish(broken(`The connection to the SMSC broke: ${error.message}.`)),
    );
    socket.on('close', () => this.#finish(broken('The SMSC hung up.')));
    this.#watch();
  }

  /** Asks the SMSC. Throws `SendFailure`: OUTCOME_UNKNOWN without an answer, UNAVAILABLE when it was not written. */
  ask(command: number, body: Buffer = nothing): Promise<Pdu> {
    if (this.#over) return Promise.reject(broken('The connection to the SMSC has ended.'));
    this.#sequence = this.#sequence >= highestSequence ? 1 : this.#sequence + 1;
    const sequence = this.#sequence;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(sequence);
        reject(unknown('The SMSC did not answer in time.'));
      }, answerWithinMs);
      this.#waiting.set(sequence, { resolve, reject, timer });
      this.#write({ command, status: 0, sequence, body });
    });
  }

  /** Ends it in order: says so, and waits a moment for the answer. */
  async close(): Promise<void> {
    if (this.#over) return;
    const late = new Promise<void>((resolve) => setTimeout(resolve, 1000).unref());
    await Promise.race([this.ask(commands.unbind).catch(() => {}), late]);
    this.#finish();
  }

  #write(pdu: Pdu): void {
    this.#socket.write(octetsOf(pdu));
  }

  #heard(pdu: Pdu): void {
    this.#unanswered = 0;
    this.#watch();
    const { command, sequence } = pdu;
    if (isAnswer(command)) {
      const waiting = this.#waiting.get(sequence);
      if (!waiting) return;
      clearTimeout(waiting.timer);
      this.#waiting.delete(sequence);
      waiting.resolve(pdu);
    } else if (command === commands.enquireLink) {
      this.#answer(pdu, 0);
    } else if (command === commands.unbind) {
      this.#answer(pdu, 0);
      this.#socket.end(() => this.#finish(broken('The SMSC ended the bind.')));
    } else {
      this.#take(pdu).then(
        (status) => this.#answer(pdu, status),
        // A temporary error: it is to come again.
        () => this.#answer(pdu, 0x64),
      );
    }
  }

  #answer({ command, sequence }: Pdu, status: number): void {
    if (this.#over) return;
    // Not known: the generic answer. A deliver_sm_resp has an id, which is empty.
    const known =
      command === commands.deliver || command === commands.enquireLink || command === commands.unbind;
    const body = command === commands.deliver ? Buffer.alloc(1) : nothing;
    this.#write({ command: known ? answerTo(command) : commands.genericNack, status, sequence, body });
  }

  /** Asks after a time of silence; two questions without any word: the other end is gone. */
  #watch(): void {
    clearTimeout(this.#idle);
    if (this.#over) return;
    this.#idle = setTimeout(() => {
      if (this.#unanswered >= 2) {
        this.#finish(broken('The SMSC does not answer any more.'));
        return;
      }
      this.#unanswered += 1;
      this.ask(commands.enquireLink).catch(() => {});
      this.#watch();
    }, idleMs);
    this.#idle.unref();
  }
}

function broken(text: string): SendFailure {
  return new SendFailure({ class: 'UNAVAILABLE', text });
}

function unknown(text: string): SendFailure {
  return new SendFailure({ class: 'OUTCOME_UNKNOWN', text });
}
