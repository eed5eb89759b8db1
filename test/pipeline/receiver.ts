import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One call that a receiver got. */
export interface ReceivedCall {
  path: string;
  headers: IncomingHttpHeaders;
  raw: string;
  /** The body as JSON. */
  body: Record<string, unknown>;
}

/** What a receiver answers: a status, or more. */
export type Reply = number | { status?: number; headers?: Record<string, string>; body?: unknown };

/** A server that keeps what it was told and answers as it is asked to: a webhook, a connector, a provider. */
export interface Receiver {
  url: string;
  calls: ReceivedCall[];
  /** How many calls it has not answered yet, now and at most. */
  open: number;
  mostOpen: number;
  /** Decides each answer; calls are counted from 1. */
  answer: (call: ReceivedCall, n: number) => Reply | Promise<Reply>;
  close(): Promise<void>;
}

export async function receiver(answer: Receiver['answer'] = () => 200): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      const call = { path: request.url ?? '', headers: request.headers, raw, body: parsed(raw) };
      self.calls.push(call);
      self.open += 1;
      self.mostOpen = Math.max(self.mostOpen, self.open);
      const reply = await self.answer(call, self.calls.length);
      self.open -= 1;
      const { status = 200, headers = {}, body } = typeof reply === 'number' ? { status: reply } : reply;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    open: 0,
    mostOpen: 0,
    answer,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

function parsed(raw: string): Record<string, unknown> {
  try {
    return JSON.parse(raw) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A gate that calls wait at until it is opened. */
export function gate(): { passed: Promise<void>; open(): void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** A connector that takes every message and calls it `ext-<our id>`. */
export function takesAll({ body }: ReceivedCall): Reply {
  return { body: { id: `ext-${body.id as string}` } };
}

/** The texts that a connector was posted, in the order of the calls. */
export function textsOf({ calls }: Receiver): string[] {
  return calls.map(({ body }) => (body.text as { body: string } | undefined)?.body ?? '');
}
