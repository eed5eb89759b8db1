import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { Backlog, type Line } from '../../src/live/backlog.ts';
import { say as sayTo } from '../../src/live/protocol.ts';

/** A connection whose other side reads when it is told to. */
class FakeLine extends EventEmitter {
  bufferedAmount = 0;
  isCut = false;

  terminate(): void {
    this.isCut = true;
    this.bufferedAmount = 0;
    queueMicrotask(() => this.emit('close'));
  }
}

const lines = (many: number) => Array.from({ length: many }, () => new FakeLine());
const say = (backlog: Backlog, line: FakeLine, bytes: number) => {
  line.bufferedAmount += bytes;
  return backlog.note(line as unknown as Line);
};
const cut = (all: FakeLine[]) => all.map(({ isCut }) => isCut);

it('of those who do not read, the ones furthest behind are cut off when all together are too far', () => {
  const backlog = new Backlog(1000);
  const [a, b, c] = lines(3) as [FakeLine, FakeLine, FakeLine];
  expect(say(backlog, a, 300)).toBe(300);
  say(backlog, b, 500);
  say(backlog, c, 200);
  expect(cut([a, b, c])).toEqual([false, false, false]);
  say(backlog, a, 1);
  expect(cut([a, b, c])).toEqual([false, true, false]);
});

it('nobody is cut off for what was read meanwhile, or was of a connection that is gone', () => {
  const backlog = new Backlog(1000);
  const all = lines(100);
  for (const line of all) {
    say(backlog, line, 900);
    line.bufferedAmount = 0;
  }
  const gone = lines(100);
  for (const line of gone) {
    say(backlog, line, 900);
    line.emit('close');
  }
  expect(cut([...all, ...gone])).not.toContain(true);
});

it('thousands that read nothing take no more than there is room for', () => {
  const backlog = new Backlog(1_000_000);
  const all = lines(3000);
  for (let i = 0; i < 10; i += 1) {
    for (const line of all) if (!line.isCut) say(backlog, line, 100);
    expect(all.reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0)).toBeLessThanOrEqual(1_000_000);
  }
  expect(cut(all)).toContain(true);
  expect(all.every((line) => line.listenerCount('close') <= 1)).toBe(true);
});

it('whatever the server says on any socket counts', () => {
  const all = lines(100);
  for (const line of all) {
    const send = () => {
      line.bufferedAmount += 1024 * 1024;
    };
    sayTo(Object.assign(line, { send }) as unknown as WebSocket, 'Hello');
  }
  const waiting = all.reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0);
  expect(waiting).toBeLessThanOrEqual(64 * 1024 * 1024);
});
