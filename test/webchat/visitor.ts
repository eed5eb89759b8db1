import { once } from 'node:events';
import WebSocket, { type ClientOptions } from 'ws';

export type Frame = Record<string, unknown> & { t: string; seq?: number };

/** What `POST /widget/session` answers. */
export interface Session {
  visitorId: string;
  token: string;
  expiresAt: number;
  conversation: string;
  wsUrl: string;
  visitor: { name?: string; email?: string; phone?: string; identified: boolean };
  open: boolean;
  unread: number;
  config: Record<string, unknown>;
}

/** A web site's visitor as a browser is one: with a widget's calls, and nothing that only we know. */
export function openBrowser(address: string, siteKey: string, origin = 'https://shop.example') {
  const call = async (path: string, init: RequestInit & { token?: string } = {}) => {
    const { token, headers, ...rest } = init;
    const answer = await fetch(`${address}${path}`, {
      ...rest,
      headers: { origin, ...(token && { authorization: `Bearer ${token}` }), ...(headers as object) },
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      get body() {
        return JSON.parse(text);
      },
    };
  };
  const post = (path: string, body: unknown, token?: string) =>
    call(path, { method: 'POST', body: JSON.stringify(body), ...(token && { token }) });
  return {
    call,
    post,
    async session(more: object = {}): Promise<Session> {
      const answer = await post('/widget/session', { siteKey, ...more });
      if (answer.status !== 200) throw new Error(`no session: ${answer.text}`);
      return answer.body as Session;
    },
    connect: (token: string, hello: object = {}, options?: ClientOptions) =>
      openWindow(address, origin, { token, ...hello }, options),
  };
}

/** One window on the socket, with everything that it was told. */
export async function openWindow(
  address: string,
  origin: string,
  hello: object | undefined,
  options: ClientOptions = {},
) {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/widget/ws`, 'widget.v1', {
    headers: { origin },
    ...options,
  });
  const heard: Frame[] = [];
  let look = () => {};
  let closed: number | undefined;
  socket.on('message', (data) => {
    heard.push(JSON.parse(String(data)) as Frame);
    look();
  });
  socket.on('close', (code) => {
    closed = code;
    look();
  });
  socket.on('error', () => {});
  await once(socket, 'open');
  const say = (frame: object) => socket.send(JSON.stringify(frame));
  if (hello) say({ t: 'hello', ...hello });
  return {
    socket,
    heard,
    say,
    get closed() {
      return closed;
    },
    /** Waits for a frame; those that came before count. */
    async hears(t: string, isWanted: (frame: Frame) => boolean = () => true): Promise<Frame> {
      const end = Date.now() + 10_000;
      for (;;) {
        const found = heard.find((frame) => frame.t === t && isWanted(frame));
        if (found) return found;
        if (closed !== undefined) throw new Error(`closed with ${closed} before ${t}`);
        if (Date.now() > end) throw new Error(`no ${t} among ${JSON.stringify(heard)}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 200);
          look = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    /** Waits for the end; answers its code. */
    async ends(): Promise<number> {
      while (closed === undefined)
        await new Promise<void>((resolve) => {
          look = resolve;
        });
      return closed;
    },
    close: () => socket.close(),
  };
}
