import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import WebSocket, { type ClientOptions } from 'ws';
import { installationKey, testServer, until } from '../apis/parley/server.ts';
import { overfill, patienceEnds, pingingEvery, stillAnswersPings, withFarEnd } from './bad-lines.ts';

const { address, api, server, end } = await pingingEvery(400, testServer);
const open = new Set<WebSocket>();
afterAll(async () => {
  for (const socket of open) socket.terminate();
  await end();
});

interface Heard {
  type: string;
  seq: number;
  event?: { seq: number; data: { message?: { content: { text: string } } } };
}

/** A client of the live socket, with the numbers of the events that it has heard. */
async function listen(after?: number, options: ClientOptions = {}) {
  const query = after === undefined ? '' : `?after=${after}`;
  const socket = new WebSocket(`${address.replace('http', 'ws')}/api/v1/live${query}`, 'parley.v1', {
    headers: { 'x-api-key': installationKey },
    ...options,
  });
  open.add(socket);
  const heard: Heard[] = [];
  const closed = once(socket, 'close') as Promise<[number, Buffer]>;
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  await once(socket, 'open');
  await until(
    async () => heard,
    (all) => all.some(({ type }) => type === 'hello'),
  );
  const seqs = () => heard.flatMap(({ event }) => (event ? [event.seq] : []));
  const began = heard[0]!.seq;
  return { socket, heard, seqs, began, closed };
}

const send = (text: string) =>
  api('POST', '/messages', {
    channelId: 'dummy:sandbox',
    to: { phone: '966500000200' },
    content: { text },
  });
const hears = (heard: Heard[], text: string) =>
  until(
    async () => heard.find(({ event }) => event?.data.message?.content.text === text),
    (one) => one !== undefined,
  );
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + 1 + i);

describe('a listener', () => {
  it('who stops answering pings is told and cut off, and goes on where he was; who answers stays', async () => {
    const steady = await listen();
    const silent = await listen(undefined, { autoPong: false });
    await send('while it was there');
    await hears(silent.heard, 'while it was there');
    const [code, reason] = await silent.closed;
    expect([code, String(reason)]).toEqual([4009, 'No answer to pings']);
    await send('while it was away');
    const last = (await hears(steady.heard, 'while it was away'))!.event!.seq;
    const again = await listen(silent.seqs().at(-1));
    await hears(again.heard, 'while it was away');
    const heard = [...silent.seqs(), ...again.seqs()].filter((seq) => seq <= last);
    expect(heard).toEqual(numbers(silent.began, last));
    expect(steady.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('who does not read is waited for without hoarding, sent away with the reason, and misses nothing', async () => {
    const [slow, far] = await withFarEnd(server.http, () => listen());
    stillAnswersPings(far);
    slow.socket.pause();
    const mostBuffered = 1024 * 1024;
    const said = await overfill(far, mostBuffered, 600, (n) => send(`slow ${n} ${'漢'.repeat(3900)}`));
    for (let n = 0; n < 20; n += 1) await send(`more ${n} ${'漢'.repeat(3900)}`);
    expect(far.bufferedAmount).toBeLessThan(mostBuffered + 100_000);
    await patienceEnds(far);
    slow.socket.resume();
    const [code, reason] = await slow.closed;
    expect([code, String(reason)]).toEqual([
      4008,
      'You read too slowly: connect again from the last event that you have',
    ]);
    await send('the last of them');
    const again = await listen(slow.seqs().at(-1));
    const last = (await hears(again.heard, 'the last of them'))!.event!.seq;
    const heard = [...slow.seqs(), ...again.seqs()].filter((seq) => seq <= last);
    expect(heard).toEqual(numbers(slow.began, last));
    const texts = [...slow.heard, ...again.heard].flatMap(
      ({ event }) => event?.data.message?.content.text ?? [],
    );
    expect(new Set(texts.filter((text) => text.startsWith('slow ')))).toHaveProperty('size', said);
  }, 60_000);
});
