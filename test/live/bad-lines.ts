import type { FastifyInstance } from 'fastify';
import { expect, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { heartbeatMs } from '../../src/live/heartbeat.ts';

/** Servers that are started in `start` ping this often, ms, instead of every 25 s. */
export async function pingingEvery<T>(ms: number, start: () => Promise<T>): Promise<T> {
  const { setInterval: real } = globalThis;
  const hurried = ((work: () => void, every?: number) =>
    real(work, every === heartbeatMs ? ms : every)) as typeof setInterval;
  const spy = vi.spyOn(globalThis, 'setInterval').mockImplementation(hurried);
  try {
    return await start();
  } finally {
    spy.mockRestore();
  }
}

/** Opens a connection; answers it, and the server's end of it. */
export async function withFarEnd<T>(http: FastifyInstance, open: () => Promise<T>): Promise<[T, WebSocket]> {
  const { clients } = http.websocketServer;
  const before = new Set(clients);
  const near = await open();
  return [near, [...clients].find((one) => !before.has(one))!];
}

/** Who reads nothing answers no pings, and would be cut off for that: here it is as if he did. */
export function stillAnswersPings(far: WebSocket): void {
  far.ping = () => void far.emit('pong', Buffer.alloc(0));
}

/**
 * Lets the time pass that the server waits for who does not read, and waits until it has given up; `far`: its end of the
 * connection.
 */
export async function patienceEnds(far: WebSocket): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
  try {
    await new Promise<void>((resolve) => {
      const looking = setInterval(() => {
        if (far.readyState === far.OPEN) return;
        clearInterval(looking);
        resolve();
      }, 5);
    });
  } finally {
    vi.useRealTimers();
  }
}

/**
 * Says `count` things, which must be more than the kernel takes for who does not read (about 4 MB), and waits until `far`
 * is behind by more than `bytes`. Answers how many things were said.
 */
export async function overfill(
  far: WebSocket,
  bytes: number,
  count: number,
  speak: (n: number) => Promise<unknown>,
): Promise<number> {
  for (let n = 0; n < count; n += 20) await Promise.all(Array.from({ length: 20 }, (_, i) => speak(n + i)));
  await vi.waitFor(() => expect(far.bufferedAmount).toBeGreaterThan(bytes), { timeout: 30_000 });
  return count;
}
