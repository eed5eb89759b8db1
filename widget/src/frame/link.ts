import type { ClientFrame, ServerFrame } from './protocol.ts';
import { socketUrl } from './server.ts';

/** One way to the server, for as long as it holds. */
export interface Link {
  say(frame: ClientFrame): void;
  close(): void;
}

/** Who listens to a link. After `ended` it says nothing more. */
export interface Hearer {
  frame(frame: ServerFrame): void;
  /** By a close code of the protocol, or 0. */
  ended(code: number): void;
}

/** How a link begins. */
export interface Hello {
  token: string;
  lastSeq?: number | undefined;
  conversation?: string | undefined;
  page?: unknown;
}

/** A socket that was not welcomed by then is blocked on its way, ms. */
const welcomeMs = 8000;
/** A browser is not told when a line is dead: it is asked this often, ms, and has as long to answer. */
const pingMs = 25_000;

/** A WebSocket. */
export function openSocket(hello: Hello, hearer: Hearer): Link {
  const socket = new WebSocket(socketUrl(), 'widget.v1');
  let isOver = false;
  let lastHeard = Date.now();
  const end = (code: number) => {
    if (isOver) return;
    isOver = true;
    clearInterval(pinging);
    clearTimeout(waiting);
    socket.close();
    hearer.ended(code);
  };
  const say = (frame: ClientFrame) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  };
  const waiting = setTimeout(end, welcomeMs, 0);
  const pinging = setInterval(() => {
    if (Date.now() - lastHeard > 2 * pingMs) end(0);
    else say({ t: 'ping' });
  }, pingMs);
  socket.onopen = () => say({ t: 'hello', ...hello });
  socket.onmessage = ({ data }) => {
    if (isOver) return;
    lastHeard = Date.now();
    const frame = JSON.parse(data) as ServerFrame;
    if (frame.t === 'welcome') clearTimeout(waiting);
    hearer.frame(frame);
  };
  socket.onclose = ({ code }) => end(code);
  return {
    say,
    close() {
      isOver = true;
      clearInterval(pinging);
      clearTimeout(waiting);
      socket.close();
    },
  };
}
