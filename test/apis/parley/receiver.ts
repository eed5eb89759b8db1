import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that a receiver got. */
export interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** More than a status; with `after` not at once. */
export interface Answered {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  after?: Promise<unknown>;
}

/** Somebody else's server, which keeps what it is called with. `answer` gives the status, or all of the answer. */
export async function receiver(answer: (call: Received) => number | Answered = () => 200) {
  const calls: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', async () => {
      const call = { path: request.url ?? '', headers: flat(request.headers), body };
      calls.push(call);
      const given = answer(call);
      const {
        status,
        headers,
        body: text,
        after,
      } = typeof given === 'number' ? ({ status: given } as Answered) : given;
      await after;
      response.writeHead(status, headers).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    end: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
