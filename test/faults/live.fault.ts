import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../parley.ts';
import { allHolds, type House, houseKey, openHouse, short } from './house.ts';
import { meet } from './peers.ts';
import { note } from './table.ts';

let house: House;

beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await allHolds(house);
  await house.close();
});

/** Connects as a screen does. */
function listen(after?: number): WebSocket {
  const url = new URL('/api/v1/live', house.url()!);
  url.protocol = 'ws:';
  if (after !== undefined) url.searchParams.set('after', String(after));
  const socket = new WebSocket(url, { headers: { 'x-api-key': houseKey } });
  socket.on('error', () => {});
  return socket;
}

/** Memory that the first process has now, MB. */
function memoryMb(): number {
  const status = readFileSync(`/proc/${house.parleys[0]!.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

async function lastSeq(): Promise<number> {
  const [row] = await house.ask<{ seq: number }>('select coalesce(max(seq), 0)::int as seq from event');
  return row!.seq;
}

it('a line that is cut again and again: no event is missed, and none comes twice', async () => {
  const cuts = short ? 100 : 1000;
  const first = await lastSeq();
  const seen: number[] = [];
  let over = false;
  const happening = (async () => {
    while (!over) await meet(house, 20);
  })();
  for (let n = 0; n < cuts; n++) {
    const socket = listen(first + seen.length);
    const enough = seen.length + 1 + Math.floor(Math.random() * 20);
    await new Promise<void>((done) => {
      socket.on('message', (frame: Buffer) => {
        const { type, seq } = JSON.parse(frame.toString());
        if (type !== 'event' || socket.readyState !== WebSocket.OPEN) return;
        seen.push(seq);
        // In the middle of whatever is being sent.
        if (seen.length >= enough) socket.terminate();
      });
      socket.once('close', () => done());
    });
  }
  over = true;
  await happening;
  const last = await lastSeq();
  const socket = listen(first + seen.length);
  socket.on('message', (frame: Buffer) => {
    const { type, seq } = JSON.parse(frame.toString());
    if (type === 'event') seen.push(seq);
  });
  await until('the rest is heard', () => first + seen.length >= last, 60_000);
  socket.terminate();
  expect(seen).toEqual(Array.from({ length: last - first }, (_, n) => first + 1 + n));
  await note({
    test: 35,
    run: 'cut',
    runs: cuts,
    kills: cuts,
    accepted: seen.length,
    sent: seen.length,
    duplicated: 0,
    lost: 0,
  });
});

it('one that does not read is sent away, takes little memory, and misses nothing when it comes again', async () => {
  await meet(house, 1);
  const first = await lastSeq();
  // A log of some 30 MB.
  await house.ask(
    `insert into event (business_id, seq, id, type, at, app_id, lane, data)
     select business_id, seq + n, id || n, type, at, app_id, lane, data || jsonb_build_object('padding', repeat('x', 3000))
     from event, generate_series(1, 10000) n where seq = $1 and business_id = 1`,
    [first],
  );
  await house.ask('update event_counter set seq = seq + 10000 where business_id = 1');
  const before = memoryMb();
  const socket = listen(0);
  let code = 0;
  socket.on('close', (why) => {
    code = why;
  });
  await new Promise((done) => socket.once('message', done));
  const raw = (socket as unknown as { _socket: Socket })._socket;
  raw.pause();
  let most = 0;
  let gone = false;
  raw.once('close', () => {
    gone = true;
  });
  const other = listen();
  let heard = 0;
  other.on('message', (frame: Buffer) => {
    if (JSON.parse(frame.toString()).type === 'event') heard += 1;
  });
  await new Promise((done) => other.once('message', done));
  const sockets = async () => {
    most = Math.max(most, memoryMb());
    // What nobody reads is not told to be closed: the other side asks the kernel.
    raw.write('');
    return gone || raw.destroyed;
  };
  await meet(house, 10);
  await until('another one hears all the same', () => heard >= 10, 30_000);
  const reading = setTimeout(() => raw.resume(), 40_000);
  await until('it is sent away', sockets, 90_000);
  clearTimeout(reading);
  other.terminate();
  expect(most - before).toBeLessThan(150);
  let told = 0;
  const again = listen(0);
  again.on('message', (frame: Buffer) => {
    if (JSON.parse(frame.toString()).type === 'event') told += 1;
  });
  const last = await lastSeq();
  await until('it has everything', () => told >= last, 120_000);
  again.terminate();
  await note({
    test: 35,
    run: 'slow reader',
    runs: 1,
    shown: `sent away (${code || 'cut off'}), ${Math.round(most - before)} MB more at most`,
  });
});

it('thousands that only wait take a bounded memory, and hear what happens', async () => {
  const count = short ? 1000 : 9500;
  const before = memoryMb();
  const sockets: WebSocket[] = [];
  let heard = 0;
  for (let n = 0; n < count; n += 100) {
    const some = Array.from({ length: 100 }, () => listen());
    await Promise.all(some.map((socket) => new Promise((done) => socket.once('message', done))));
    for (const socket of some)
      socket.on('message', (frame: Buffer) => {
        if (JSON.parse(frame.toString()).type === 'event') heard += 1;
      });
    sockets.push(...some);
  }
  const waiting = memoryMb();
  await meet(house, 1);
  await until('each has heard of it', () => heard === sockets.length, 120_000);
  const most = memoryMb();
  for (const socket of sockets) socket.terminate();
  const each = ((Math.max(waiting, most) - before) * 1024) / sockets.length;
  await note({
    test: 35,
    run: 'idle',
    runs: sockets.length,
    shown: `${Math.round(most)} MB, ${each.toFixed(0)} KB each`,
  });
  expect(each).toBeLessThan(100);
});
