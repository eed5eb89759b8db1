import { connect, type Socket } from 'node:net';

/** One request as it is written: the path, its headers and a body. */
export interface Shot {
  path: string;
  headers?: Record<string, string>;
  body: string;
}

/** What a run of requests came to. Latencies in ms, from the first byte written to the last one read. */
export interface LoadResult {
  requests: number;
  /** Answers other than 2xx, with one of them. */
  refused: number;
  refusal?: string;
  seconds: number;
  perSecond: number;
  p50: number;
  p99: number;
}

/**
 * Posts `make(n)` over `connections` kept-alive connections, one request under way on each, until
 * `requests` are answered. Bytes and sockets only: what it costs itself takes little from what it measures.
 */
export async function load(
  url: string,
  how: { connections: number; requests: number; make: (n: number) => Shot },
): Promise<LoadResult> {
  const { hostname, port } = new URL(url);
  const times = new Float64Array(how.requests);
  let next = 0;
  let refused = 0;
  let refusal: string | undefined;
  const began = performance.now();
  const runs = Array.from({ length: Math.min(how.connections, how.requests) }, async () => {
    const line = await Line.open(hostname, Number(port));
    for (let n = next++; n < how.requests; n = next++) {
      const start = performance.now();
      const { status, body } = await line.ask(bytesOf(hostname, how.make(n)));
      times[n] = performance.now() - start;
      if (status < 200 || status > 299) {
        refused += 1;
        refusal ??= `${status} ${body.toString('utf8').slice(0, 300)}`;
      }
    }
    line.end();
  });
  await Promise.all(runs);
  const seconds = (performance.now() - began) / 1000;
  times.sort();
  return {
    requests: how.requests,
    refused,
    ...(refusal !== undefined && { refusal }),
    seconds,
    perSecond: how.requests / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  };
}

/** The value below which `share` of the sorted values lie. */
export function percentile(sorted: Float64Array | number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function bytesOf(host: string, { path, headers = {}, body }: Shot): string {
  const all = { 'content-type': 'application/json', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\n` +
    `${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

interface Answer {
  status: number;
  body: Buffer;
}

/** One connection that asks one thing at a time. Answers must say their length. */
class Line {
  readonly #socket: Socket;
  #pending: Buffer | undefined;
  #done: ((answer: Answer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  static open(host: string, port: number): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host, () => resolve(new Line(socket)));
      socket.once('error', reject);
      socket.setNoDelay(true);
    });
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    const fail = (error?: Error) => this.#failed?.(error ?? new Error('the server closed the connection'));
    socket.on('error', fail).on('close', () => fail());
  }

  ask(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  end(): void {
    this.#failed = undefined;
    this.#socket.end();
  }

  #take(chunk: Buffer): void {
    const all = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk;
    const split = all.indexOf('\r\n\r\n');
    const head = split < 0 ? undefined : all.toString('latin1', 0, split);
    const length = head === undefined ? 0 : Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (head === undefined || all.length < split + 4 + length) {
      this.#pending = all;
      return;
    }
    this.#pending = undefined;
    this.#done?.({ status: Number(head.slice(9, 12)), body: all.subarray(split + 4, split + 4 + length) });
  }
}
