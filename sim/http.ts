import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A small server on this machine. */
export interface Listening {
  /** `http://127.0.0.1:{port}`. */
  url: string;
  /** Breaks every connection. */
  cut(): void;
  /** Stops at once: open connections are cut. */
  close(): Promise<void>;
}

/** Listens on `port`, or on any; a handler that throws answers 500 with the reason. */
export async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  port = 0,
): Promise<Listening> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(error.message);
    });
  });
  // Longer than any client of ours keeps a connection: none is closed under a request.
  server.keepAliveTimeout = 120_000;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', done);
  });
  const { port: taken } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${taken}`,
    cut,
    close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      cut();
      return closed;
    },
  };
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Answers with JSON. Resolves when the answer is handed over, with whether the caller was still there. */
export function answer(response: ServerResponse, status: number, body: unknown): Promise<boolean> {
  return new Promise((done) => {
    if (response.destroyed) return done(false);
    response.once('close', () => done(response.writableFinished));
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body), () => done(true));
  });
}
