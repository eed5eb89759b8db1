import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Connection } from '../../../src/channels/connection.ts';
import { channelOf } from '../../../src/channels/index.ts';
import type { Account } from '../../../src/channels/smpp/account.ts';
import { openBind } from '../../../src/channels/smpp/bind.ts';
import { answerTo, commands, Frames, isAnswer, octetsOf } from '../../../src/channels/smpp/pdu.ts';
import { failureOf, fakeLine } from '../tools.ts';

// What a bind does while nothing comes: the time of it is the test's own, the connection is real.

let smsc: Server;
/** Questions whether it is there. */
let asked: number;
/** Whether it says anything. */
let awake: boolean;
let bind: Connection;
let ended: boolean;

beforeEach(async () => {
  [asked, awake, ended] = [0, true, false];
  smsc = createServer((socket) => {
    const frames = new Frames();
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      for (const { command, sequence } of frames.push(chunk)) {
        if (command === commands.enquireLink) asked += 1;
        if (!awake || isAnswer(command)) continue;
        const body = command === commands.bindTransceiver ? Buffer.alloc(1) : Buffer.alloc(0);
        socket.write(octetsOf({ command: answerTo(command), status: 0, sequence, body }));
      }
    });
  });
  await once(smsc.listen(0, '127.0.0.1'), 'listening');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const account = Value.Default(channelOf('smpp')!.account, {
    host: 'smsc.test',
    port: (smsc.address() as AddressInfo).port,
    systemId: 'parley',
    password: 'right',
  }) as Account;
  bind = await openBind(account, fakeLine({ channelId: 'smpp:15550001', lane: '15550001' }).line);
  bind.ended.catch(() => {
    ended = true;
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await bind.close();
  smsc.close();
});

/** So much time passes; what goes over the wire meanwhile arrives. */
async function passes(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  for (let i = 0; i < 200; i += 1) await turn();
}

it('asks after 30 seconds of silence, and stays as long as it is answered', async () => {
  await passes(29);
  expect(asked).toBe(0);
  await passes(2);
  expect(asked).toBe(1);
  for (let i = 0; i < 5; i += 1) await passes(31);
  expect(asked).toBe(6);
  expect(ended).toBe(false);
});

it('is dead when two questions in a row are not answered, though the connection is open', async () => {
  awake = false;
  await passes(31);
  await passes(30);
  expect([asked, ended]).toEqual([2, false]);
  await passes(30);
  expect([asked, ended]).toEqual([2, true]);
  expect((await failureOf(bind.ended)).failure).toEqual({
    class: 'UNAVAILABLE',
    text: 'The SMSC does not answer any more.',
  });
});

it('forgives one question that was not answered', async () => {
  awake = false;
  await passes(31);
  awake = true;
  for (let i = 0; i < 4; i += 1) await passes(30);
  expect(asked).toBeGreaterThanOrEqual(4);
  expect(ended).toBe(false);
});
