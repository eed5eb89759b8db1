import type { WebSocket } from 'ws';
import { closing } from './protocol.ts';

/** Pings come this often, ms; who answers none of two is gone. */
export const heartbeatMs = 25_000;

/** Sockets that are asked now and then whether they are still there. */
export interface Heartbeat {
  readonly size: number;
  add(socket: WebSocket): void;
  /** Sends everybody away, to come again. */
  stop(): void;
}

/** Pings all sockets that are added, and cuts off those that do not answer. */
export function startHeartbeat(): Heartbeat {
  /** Whether each has answered the last ping. */
  const answered = new Map<WebSocket, boolean>();
  const timer = setInterval(() => beat(answered), heartbeatMs).unref();
  return {
    get size() {
      return answered.size;
    },
    add(socket) {
      answered.set(socket, true);
      socket.on('pong', () => answered.set(socket, true));
      socket.on('close', () => answered.delete(socket));
      socket.on('error', () => {});
    },
    stop() {
      clearInterval(timer);
      for (const socket of answered.keys()) {
        socket.close(...closing.restart);
        setTimeout(() => socket.terminate(), 1000).unref();
      }
    },
  };
}

function beat(answered: Map<WebSocket, boolean>): void {
  for (const [socket, isThere] of answered) {
    if (!isThere) {
      socket.close(...closing.silent);
      socket.terminate();
      continue;
    }
    answered.set(socket, false);
    socket.ping();
  }
}
