import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pino } from 'pino';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { openWake, type Wake } from '../../src/pipeline/wake.ts';
import { listenLine, type OpenWakeLine } from '../../src/pipeline/wake-line.ts';
import { natsLine } from '../../src/pipeline/wake-nats.ts';
import { scratchDatabase } from '../database.ts';
import { freePort } from '../free-port.ts';

const log = pino({ level: 'silent' });
const natsServer = ['/usr/sbin/nats-server', '/usr/bin/nats-server', '/usr/local/bin/nats-server'].find(
  (path) => existsSync(path),
);

const open: Wake[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((wake) => wake.close()));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Two processes on one line, as far as wake-ups go. */
async function pair(line: () => OpenWakeLine): Promise<[Wake, Wake]> {
  const wakes = await Promise.all([openWake(line(), 'a'), openWake(line(), 'b')]);
  open.push(...wakes);
  return wakes;
}

/** Calls until the other one hears it: a line that is not there yet may lose some. */
async function reaches(from: Wake, to: Wake): Promise<void> {
  const heard = vi.fn();
  const stop = to.on('messages', heard);
  await vi.waitFor(
    () => {
      from.call('messages');
      expect(heard).toHaveBeenCalled();
    },
    { timeout: 20_000, interval: 150 },
  );
  stop();
}

async function nats(port: number): Promise<ChildProcess> {
  const child = spawn(natsServer!, ['-a', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`nats-server ended with ${code}`)));
    child.stderr!.on('data', (text) => String(text).includes('Server is ready') && resolve());
  });
  return child;
}

describe('processes wake each other', () => {
  it('over the database', async () => {
    const scratch = await scratchDatabase();
    const [a, b] = await pair(() => listenLine(scratch.db));
    await reaches(a, b);
    await reaches(b, a);
    await Promise.all(open.splice(0).map((wake) => wake.close()));
    await scratch.drop();
  });

  it.skipIf(!natsServer)('over NATS, each installation for itself', async () => {
    const url = `nats://127.0.0.1:${await freePort()}`;
    await nats(Number(new URL(url).port));
    const [a, b] = await pair(() => natsLine(url, 'one', log));
    const [other] = await pair(() => natsLine(url, 'two', log));
    const heardThere = vi.fn();
    other.on('messages', heardThere);
    await reaches(a, b);
    await reaches(b, a);
    expect(heardThere).not.toHaveBeenCalled();
  });

  it.skipIf(!natsServer)('over NATS that comes later, goes, and comes again', async () => {
    const port = await freePort();
    const [a, b] = await pair(() => natsLine(`nats://127.0.0.1:${port}`, 'one', log));
    a.call('messages');
    const first = await nats(port);
    await reaches(a, b);
    first.removeAllListeners('exit');
    first.kill('SIGKILL');
    await nats(port);
    await reaches(a, b);
  });

  it('in one process at once, and closes without a server', async () => {
    const [a] = await pair(() => natsLine('nats://127.0.0.1:9', 'one', log));
    const heard = vi.fn();
    a.on('deliveries', heard);
    a.call('deliveries');
    expect(heard).toHaveBeenCalledOnce();
  });
});
