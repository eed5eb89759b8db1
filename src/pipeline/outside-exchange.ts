import type { Dispatcher } from 'undici';
import { type FailedStage, lateStage, shuttingDown, stageOf } from './outside-failure.ts';

/** One request, as it goes over the wire. */
export interface WireRequest {
  /** http or https, without user name and password. */
  url: URL;
  method: Dispatcher.HttpMethod;
  headers: Record<string, string>;
  body: Dispatcher.DispatchOptions['body'];
  /** Waiting for a connection, making it, and the whole answer, ms. */
  timeoutMs: number;
  /** Bytes of the answer that are read. */
  readBytes: number;
  /** Where the body of a 200 goes instead, however long it is. */
  save?: ((chunk: Buffer) => Promise<void>) | undefined;
  signal?: AbortSignal | undefined;
}

/** What came back. */
export type Exchanged = Answered | Failed;

export interface Answered {
  kind: 'answered';
  status: number;
  /** Lower-case names. */
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** Why the body is not whole: longer than `readBytes`, or it stopped coming. */
  cut?: 'limit' | 'timeout' | 'reset' | 'interrupted';
}

export interface Failed {
  kind: 'failed';
  stage: FailedStage;
  /** In plain words, the beginning of no sentence: "its certificate has expired". */
  text: string;
  /** False: the request surely did not arrive. True: nobody knows. */
  written: boolean;
  /** What `save` threw, if that was it. */
  thrown?: unknown;
}

/** An exchange under way. */
export interface UnderWay {
  interrupt(): void;
}

/**
 * Sends one request and reads the answer within its limits. Never throws; redirects are answers like any
 * other, and nothing is decompressed. While it is under way it stands in `underWay`, to be interrupted.
 */
export function exchange(
  agent: Dispatcher,
  request: WireRequest,
  underWay: Set<UnderWay>,
): Promise<Exchanged> {
  return new Promise((resolve) => {
    const one = new Exchange(request, (result) => {
      underWay.delete(one);
      resolve(result);
    });
    underWay.add(one);
    one.begin(agent);
  });
}

const bySignal = new WeakMap<AbortSignal, Set<UnderWay>>();

/** One listener per signal and not per call: a signal searches the list of its listeners for each. */
function endingWith(signal: AbortSignal): Set<UnderWay> {
  const known = bySignal.get(signal);
  if (known) return known;
  const together = new Set<UnderWay>();
  bySignal.set(signal, together);
  const endAll = () => {
    for (const one of together) one.interrupt();
  };
  signal.addEventListener('abort', endAll, { once: true });
  return together;
}

const ended = new Error('Parley has ended the call');

/**
 * Below `undici.request`, because only here is told when a request begins to be written: before that a
 * call may be repeated safely, after that nobody knows. It also spares two streams per call.
 */
class Exchange implements Dispatcher.DispatchHandler, UnderWay {
  readonly #request: WireRequest;
  readonly #settle: (result: Exchanged) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #together: Set<UnderWay> | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #over = false;
  #status = 0;
  #headers: Answered['headers'] = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(request: WireRequest, settle: (result: Exchanged) => void) {
    this.#request = request;
    this.#settle = settle;
    this.#together = request.signal && endingWith(request.signal);
    this.#timer = setTimeout(
      () => this.#end('timeout', lateStage(this.#controller !== undefined)),
      request.timeoutMs,
    );
  }

  begin(agent: Dispatcher): void {
    const { url, method, headers, body, signal } = this.#request;
    if (signal?.aborted) {
      this.interrupt();
      return;
    }
    this.#together?.add(this);
    const path = url.pathname + url.search;
    // The time limit of the whole call is ours: a byte a second would satisfy one per byte.
    agent.dispatch(
      { origin: url.origin, path, method, headers, body: body ?? null, headersTimeout: 0, bodyTimeout: 0 },
      this,
    );
  }

  interrupt(): void {
    this.#end('interrupted', shuttingDown);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It waited for a connection for too long: it is not written any more.
    if (this.#over) controller.abort(ended);
    else this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Answered['headers']): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { readBytes, save } = this.#request;
    if (save && this.#status === 200) {
      this.#save(controller, save(chunk));
      return;
    }
    const room = readBytes - this.#size;
    this.#size += chunk.length;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    if (chunk.length > room) this.#close(this.#answered('limit'));
  }

  /** Reads on when the part is saved: a slow disk holds the sender back, and fills no memory. */
  #save(controller: Dispatcher.DispatchController, saved: Promise<void>): void {
    controller.pause();
    saved.then(
      () => {
        if (!this.#over) controller.resume();
      },
      (thrown: unknown) =>
        this.#close({ kind: 'failed', stage: 'reset', text: 'it could not be saved', written: true, thrown }),
    );
  }

  onResponseEnd(): void {
    this.#finish(this.#answered());
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#end('reset', stageOf(error, this.#controller !== undefined));
  }

  /** Ends before the end of the answer: with what there is of it, else as failed. */
  #end(cut: NonNullable<Answered['cut']>, failed: { stage: FailedStage; text: string }): void {
    const written = this.#controller !== undefined;
    this.#close(this.#status ? this.#answered(cut) : { kind: 'failed', written, ...failed });
  }

  #close(result: Exchanged): void {
    if (this.#over) return;
    this.#finish(result);
    this.#controller?.abort(ended);
  }

  #answered(cut?: Answered['cut']): Answered {
    const [only, ...more] = this.#chunks;
    const body = only && more.length === 0 ? only : Buffer.concat(this.#chunks);
    return { kind: 'answered', status: this.#status, headers: this.#headers, body, ...(cut && { cut }) };
  }

  #finish(result: Exchanged): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#together?.delete(this);
    this.#settle(result);
  }
}
