import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Loop, startLoop } from '../../src/pipeline/loop.ts';

const logged: string[] = [];
const log = pino({ level: 'warn' }, { write: (line: string) => logged.push(line) });

/** What a look for work finds: the next answer, or nothing. */
let finds: (boolean | Error | Promise<boolean>)[];
let looks: number;
let loop: Loop | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  logged.length = 0;
  finds = [];
  looks = 0;
});
afterEach(async () => {
  const stopped = loop?.stop();
  await vi.runAllTimersAsync();
  await stopped;
  vi.useRealTimers();
});

function start(): Loop {
  loop = startLoop(
    'test',
    async () => {
      looks += 1;
      const found = finds.shift() ?? false;
      if (found instanceof Error) throw found;
      return found;
    },
    10_000,
    log,
  );
  return loop;
}

/** A look that takes until it is told to end. */
function slowLook() {
  const end = { resolve: (_more: boolean) => {}, reject: (_error: Error) => {} };
  finds.push(
    new Promise<boolean>((resolve, reject) => {
      Object.assign(end, { resolve, reject });
    }),
  );
  return end;
}

const turn = () => vi.advanceTimersByTimeAsync(0);

describe('a loop', () => {
  it('looks at once, and then every so often', async () => {
    start();
    expect(looks).toBe(1);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(looks).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(looks).toBe(2);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(looks).toBe(5);
  });

  it('looks again at once while there is more', async () => {
    finds = [true, true, true, false];
    start();
    await turn();
    expect(looks).toBe(4);
  });

  it('looks as soon as it is woken', async () => {
    const { wake } = start();
    await vi.advanceTimersByTimeAsync(100);
    wake();
    await turn();
    expect(looks).toBe(2);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(looks).toBe(2);
  });

  it('looks once more when it is woken while it looks, however often', async () => {
    const look = slowLook();
    const { wake } = start();
    for (let i = 0; i < 5; i++) wake();
    await turn();
    expect(looks).toBe(1);
    await vi.advanceTimersByTimeAsync(100);
    look.resolve(false);
    await turn();
    expect(looks).toBe(2);
  });

  it('serves those who wake it soon after one another with one look', async () => {
    const { wake } = start();
    await turn();
    for (let i = 0; i < 5; i++) {
      wake();
      await turn();
    }
    expect(looks).toBe(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(looks).toBe(2);
  });

  it('logs a look that failed, waits a little, and goes on', async () => {
    finds = [new Error('no line')];
    start();
    await vi.advanceTimersByTimeAsync(499);
    expect(looks).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(looks).toBe(2);
    expect(logged.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ loop: 'test', err: expect.objectContaining({ message: 'no line' }) }),
    ]);
  });
});

describe('stopping a loop', () => {
  it('ends its waiting', async () => {
    const { stop } = start();
    await turn();
    await stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks).toBe(1);
  });

  it('lets the look under way end, and begins no other', async () => {
    const look = slowLook();
    const { stop, wake } = start();
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    wake();
    await turn();
    expect(stopped).toBe(false);
    look.resolve(true);
    await stopping;
    expect(looks).toBe(1);
  });

  it('does not wait after a look that failed meanwhile', async () => {
    const look = slowLook();
    const { stop } = start();
    const stopping = stop();
    look.reject(new Error('no line'));
    await stopping;
    expect(vi.getTimerCount()).toBe(0);
  });
});
