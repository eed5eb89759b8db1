import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { until } from '../parley.ts';
import { type House, openHouse, short, well } from './house.ts';
import { note } from './table.ts';

let house: House;

afterEach(() => house.close());

const perMinute = 20;

async function registrar(): Promise<string> {
  return (await well(house.call('POST', '/api/v1/keys', { name: 'page', kind: 'publishable' }))).key;
}

/** Registers visitors, each time saying to come from somewhere else; answers how many were let in. */
async function letIn(key: string, addressOf: (n: number) => string): Promise<number> {
  let registered = 0;
  for (let n = 0; n < perMinute * 3; n++) {
    const headers = {
      'x-forwarded-for': addressOf(n),
      'x-real-ip': addressOf(n),
      forwarded: `for=${addressOf(n)}`,
    };
    const { status } = await house.call(
      'POST',
      '/api/v5/sessions/visitor',
      { deviceId: `d${n}` },
      { key, headers },
    );
    expect([200, 201, 429]).toContain(status);
    if (status !== 429) registered += 1;
  }
  return registered;
}

it('a forged X-Forwarded-For changes no limit, unless a proxy that is trusted says it', async () => {
  const env = { REGISTRATIONS_PER_MINUTE: String(perMinute) };
  house = await openHouse({ env });
  const forged = await letIn(await registrar(), (n) => `8.8.${n}.1, 9.9.9.${n}`);
  // The minute may turn over once while we ask.
  expect(forged).toBeLessThanOrEqual(perMinute * 2);
  await house.close();
  house = await openHouse({ env: { ...env, TRUSTED_PROXIES: '127.0.0.1' } });
  const key = await registrar();
  // What a caller writes himself stands before what the proxy adds.
  const behind = await letIn(key, (n) => `8.8.${n}.1, 9.9.9.9`);
  expect(behind).toBeLessThanOrEqual(perMinute * 2);
  const told = await letIn(key, (n) => `9.9.${n}.1`);
  expect(told).toBe(perMinute * 3);
  await note({
    test: 41,
    run: 'X-Forwarded-For',
    runs: perMinute * 9,
    shown: `${forged} of 60 let in when forged, ${behind} behind a proxy, ${told} of 60 that differ`,
  });
});

it('callers who send a byte now and then hold up nobody', async () => {
  house = await openHouse();
  const { hostname, port } = new URL(house.url()!);
  const slow: { socket: Socket; closed: boolean }[] = Array.from({ length: short ? 500 : 3000 }, (_, n) => {
    const socket = connect(Number(port), hostname);
    const one = { socket, closed: false };
    // Without this nobody here would see that it ends.
    socket.resume();
    socket.on('error', () => {});
    socket.on('close', () => {
      one.closed = true;
    });
    // Half of them never end their header, half their body.
    socket.write(
      n % 2
        ? 'GET /livez HTTP/1.1\r\nhost: x\r\nx-slow: '
        : 'POST /api/v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n{',
    );
    return one;
  });
  const dripping = setInterval(() => {
    for (const { socket, closed } of slow) if (!closed) socket.write('a');
  }, 1000);
  let longest = 0;
  for (let n = 0; n < 200; n++) {
    const began = performance.now();
    await well(house.call('GET', '/api/v1/channels'));
    longest = Math.max(longest, performance.now() - began);
  }
  const shown = `200 served beside ${slow.length} slow ones, the slowest after ${Math.round(longest)} ms`;
  expect(longest).toBeLessThan(20_000);
  if (!short)
    await until(
      'who never ended a header is cut off',
      () => slow.every(({ closed }, n) => closed || n % 2 === 0),
      180_000,
    );
  clearInterval(dripping);
  // They hold up no stop either.
  const parley = house.parleys[0]!;
  house.gone(parley);
  expect(await parley.stop()).toBe(0);
  await until('all are cut off', () => slow.every(({ closed }) => closed));
  await note({ test: 41, run: 'slow callers', runs: slow.length, shown });
});
