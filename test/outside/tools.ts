import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { generate } from 'selfsigned';
import { parseAllowList } from '../../src/model/address.ts';
import { type OutsideOptions, openOutside } from '../../src/pipeline/outside.ts';

/** Names that end in `.test` are this machine; a test that asks for any other one leaves it, and fails. */
export const resolveHere = async (host: string) => {
  if (!host.endsWith('.test')) throw new Error(`a test asked for ${host}`);
  return [{ address: '127.0.0.1', family: 4 }];
};

/** The way out as tests have it: loopback only. */
export function outsideHere(options: Partial<OutsideOptions> = {}) {
  return openOutside({ allowed: parseAllowList(['127.0.0.0/8']), resolve: resolveHere, ...options });
}

/** A server on this machine that remembers its sockets. */
export interface Here {
  port: number;
  /** `http://127.0.0.1:{port}`, or https. */
  url: string;
  sockets: Set<Socket>;
  /** Resolves when no connection is open any more. */
  idle(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Answers requests; `tls` makes it https. */
export async function serve(
  answer: RequestListener,
  tls?: { key: string; cert: string },
): Promise<Here & { asked: string[] }> {
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  };
  const server = tls ? createHttps(tls, listener) : createHttp(listener);
  return { ...(await listen(server, tls ? 'https' : 'http')), asked };
}

/** Speaks as `talk` says, below HTTP. */
export function serveTcp(talk: (socket: Socket) => void): Promise<Here> {
  const server = createTcp((socket) => {
    socket.on('error', () => {});
    talk(socket);
  });
  return listen(server, 'http');
}

async function listen(server: Server, protocol: string): Promise<Here> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${protocol}://127.0.0.1:${port}`,
    sockets,
    async idle() {
      while (sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A certificate that signs itself, for `name`; `expired` yesterday. Trusted when given as `ca`. */
export async function certificate(name: string, { expired = false } = {}) {
  const day = 86_400_000;
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 30 * day),
    notAfterDate: new Date(Date.now() + (expired ? -day : day)),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { key, cert };
}
