// Receivers of every kind, good and hostile, in a process of their own: what a call gets is in its path,
// `/<manner>/<name>/…`. Each call, and how its connection ended, is told to the process that started this one.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createGzip } from 'node:zlib';
import { bodyOf } from '../fakes/http.ts';
import type { FromPeer, ToPeer } from './peers.ts';

const tell = (message: FromPeer) => process.send?.(message);
/** Statuses that were set after the start, by name. */
const statuses = new Map<string, number>();
const gibibyte = 1024 ** 3;
/** The last call on each connection: many may come on one. */
const last = new WeakMap<Socket, { name: string; at: number; before: number }>();

const manners: Record<string, (response: ServerResponse, rest: string[], name: string, url: URL) => void> = {
  ok: (response, _rest, name) => response.writeHead(statuses.get(name) ?? 200).end('{}'),
  status: (response, [status], _name, { searchParams }) =>
    response.writeHead(Number(status), Object.fromEntries(searchParams)).end('{}'),
  late: (response, [ms]) => setTimeout(() => response.writeHead(200).end(), Number(ms)),
  never: () => {},
  drip: (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'), 1000);
    response.once('close', () => clearInterval(timer));
  },
  dripHeader: ({ socket }) => {
    socket?.write('HTTP/1.1 200 OK\r\nx-slow: ');
    const timer = setInterval(() => socket?.write('x'), 1000);
    socket?.once('close', () => clearInterval(timer));
  },
  huge: (response) => {
    response.writeHead(200, { 'content-length': String(10 * gibibyte) });
    const part = Buffer.alloc(64 * 1024, 'x');
    const pour = () => {
      while (!response.destroyed && response.write(part));
    };
    response.on('drain', pour);
    pour();
  },
  bomb: (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    const packed = createGzip();
    packed.pipe(response);
    const part = Buffer.alloc(1024 * 1024);
    let left = 10 * 1024;
    const pour = () => {
      while (left > 0 && !response.destroyed && packed.write(part)) left -= 1;
      if (left <= 0) packed.end();
    };
    packed.on('drain', pour);
    pour();
  },
  headers: ({ socket }) => {
    socket?.write('HTTP/1.1 200 OK\r\n');
    const timer = setInterval(() => socket?.write(`x-a: ${'y'.repeat(1000)}\r\n`), 2);
    socket?.once('close', () => clearInterval(timer));
  },
};

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const raw = await bodyOf(request);
  const url = new URL(request.url ?? '/', 'http://peer');
  const [manner = '', name = '', ...rest] = url.pathname.slice(1).split('/');
  const { headers, socket } = request;
  const at = Date.now();
  tell({ kind: 'call', name, at, headers: headers as Record<string, string>, body: raw.toString() });
  if (!last.has(socket)) {
    socket.once('close', () => {
      const { before, at: began, ...call } = last.get(socket)!;
      tell({ kind: 'closed', ...call, bytes: socket.bytesWritten - before, ms: Date.now() - began });
    });
  }
  last.set(socket, { name, at, before: socket.bytesWritten });
  (manners[manner] ?? ((one) => one.writeHead(404).end()))(response, rest, name, url);
}

function listen(server: Server): Promise<number> {
  server.on('connection', (socket) => socket.on('error', () => {}));
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)),
  );
}

process.on('message', async (message: ToPeer) => {
  if (message.kind === 'status') statuses.set(message.name, message.status);
  else {
    const port = await listen(createTls(message, handle));
    tell({ kind: 'listens', port });
  }
});
process.on('disconnect', () => process.exit(0));
tell({ kind: 'listens', port: await listen(createServer({ keepAliveTimeout: 120_000 }, handle)) });
