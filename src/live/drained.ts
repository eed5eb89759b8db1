import type { WebSocket } from 'ws';
import { closing } from './protocol.ts';

/** How long a connection may stay far behind in reading, ms. */
const patienceMs = 30_000;
const lookMs = 25;

/**
 * Waits until the other side has read on to half of `mostBuffered` bytes. False: it was dropped because it does
 * not, or has gone.
 */
export async function drained(socket: WebSocket, mostBuffered: number): Promise<boolean> {
  const end = Date.now() + patienceMs;
  while (isOpen(socket) && socket.bufferedAmount > mostBuffered / 2) {
    if (Date.now() > end) {
      socket.close(...closing.slow);
      // It does not read: a closing handshake would not reach it either.
      setTimeout(() => socket.terminate(), 1000).unref();
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return isOpen(socket);
}

/** Whether something can still be said. */
export function isOpen(socket: WebSocket): boolean {
  return socket.readyState === socket.OPEN;
}
