import { afterAll, describe, expect, it, vi } from 'vitest';
import { testServer, until } from '../apis/parley/server.ts';
import { overfill, patienceEnds, pingingEvery, stillAnswersPings, withFarEnd } from '../live/bad-lines.ts';
import { type Frame, openBrowser } from './visitor.ts';

const { address, api, server, end } = await pingingEvery(400, testServer);
afterAll(end);
const settings = { origins: ['https://shop.example'] };
const { siteKey } = (await api('PUT', '/channels/web:lines', { settings })).body;
const shop = openBrowser(address, siteKey);

/** The numbers of a conversation that a window was told one by one. */
const seqs = (heard: Frame[]) => heard.flatMap(({ t, seq }) => (t !== 'welcome' && seq ? [seq] : []));
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

/** As much as a message of the business can be: it is sent one after the other. */
const choices = Array.from({ length: 30 }, (_, n) => ({
  label: `${'漢'.repeat(18)} ${n}`,
  desc: '漢'.repeat(70),
}));

/** A new visitor who has written once, with the window in which he did. */
async function arrive(text: string, connect: (token: string) => ReturnType<typeof shop.connect>) {
  const { token } = await shop.session();
  const window = await connect(token);
  expect(await window.hears('welcome')).toMatchObject({ seq: 0 });
  window.say({ t: 'msg', cid: 'first', text });
  const { id } = await window.hears('ack');
  const { body } = await until(
    () => api('GET', `/messages/${id}`),
    ({ status }) => status === 200,
  );
  const answer = async (said: string, more: object = {}) => {
    const content = { text: said, ...more };
    const told = await api('POST', '/messages', { to: { contactId: body.contactId }, content });
    expect(told.status, JSON.stringify(told.body)).toBe(201);
    return told.body.id as string;
  };
  return { token, window, answer };
}

describe('a window of a visitor', () => {
  it('that stops answering pings is told and cut off, and goes on where it was', async () => {
    const { token, window, answer } = await arrive('I am in a tunnel', (given) =>
      shop.connect(given, {}, { autoPong: false }),
    );
    expect(await window.ends()).toBe(4009);
    await answer('We said something meanwhile');
    const again = await shop.connect(token, { lastSeq: seqs(window.heard).at(-1) ?? 0 });
    const { seq } = await again.hears('msg', ({ text }) => text === 'We said something meanwhile');
    const told = [...seqs(window.heard), ...seqs(again.heard)].filter((one) => one <= seq!);
    expect(told).toEqual(upTo(seq!));
    expect(again.heard.find(({ t }) => t === 'welcome')).not.toHaveProperty('reset');
    again.close();
  });

  it('that does not read is waited for without hoarding, sent away with the reason, and misses nothing', async () => {
    let far: Parameters<typeof patienceEnds>[0];
    const { token, window, answer } = await arrive('I look elsewhere', async (given) => {
      const [near, end] = await withFarEnd(server.http, () => shop.connect(given));
      far = end;
      return near;
    });
    stillAnswersPings(far!);
    let reason = '';
    window.socket.on('close', (_code, why) => {
      reason = String(why);
    });
    window.socket.pause();
    const mostBuffered = 256 * 1024;
    const much = (text: string) => answer(`${text} ${'漢'.repeat(3900)}`, { buttons: choices });
    const said = await overfill(far!, mostBuffered, 320, (n) => much(`slow ${n}`));
    for (let n = 0; n < 20; n += 1) await much(`more ${n}`);
    expect(far!.bufferedAmount).toBeLessThan(mostBuffered + 100_000);
    await patienceEnds(far!);
    window.socket.resume();
    expect(await window.ends()).toBe(4008);
    expect(reason).toBe('You read too slowly: connect again from the last event that you have');

    const last = await answer('the last of them');
    // One after the other: those before it may take a while.
    await vi.waitFor(async () => expect((await api('GET', `/messages/${last}`)).body.status).toBe('SENTX'), {
      timeout: 30_000,
      interval: 200,
    });
    const again = await shop.connect(token, { lastSeq: seqs(window.heard).at(-1) });
    const { seq } = await again.hears('msg', ({ text }) => text === 'the last of them');
    const told = [...seqs(window.heard), ...seqs(again.heard)].filter((one) => one <= seq!);
    expect(told).toEqual(upTo(seq!));
    const slow = [...window.heard, ...again.heard].filter(({ text }) => String(text).startsWith('slow '));
    expect(slow.map(({ id }) => id)).toHaveLength(said);
    expect(new Set(slow.map(({ id }) => id)).size).toBe(said);
    again.close();
  }, 90_000);
});
