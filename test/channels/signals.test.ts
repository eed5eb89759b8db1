import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulator as line } from '../../sim/line.ts';
import { instagram, messenger } from '../../sim/meta.ts';
import type { Simulated } from '../../sim/simulator.ts';
import { Board } from '../../sim/switches.ts';
import { simulator as telegram } from '../../sim/telegram.ts';
import { dialog, whatsapp } from '../../sim/whatsapp.ts';
import type { Channel, Received, WebhookRequest } from '../../src/channels/channel.ts';
import { channelOf, channels } from '../../src/channels/index.ts';
import { parseAllowList } from '../../src/model/address.ts';
import { openOutside } from '../../src/pipeline/outside.ts';
import { bodyOf, type Listening, listen } from '../fakes/http.ts';
import { now } from './tools.ts';

const people: Record<string, string> = {
  line: 'Ufc729a925b3abef1ae84a3d52e51a6a7',
  telegram: '987654321',
  messenger: '24681357',
  instagram: '13579',
};
const all = [whatsapp, dialog, messenger, instagram, line, telegram];

const outside = openOutside({ allowed: parseAllowList(['127.0.0.0/8']) });
afterAll(() => outside.close());

it('every channel that shows something is tried with its provider', async () => {
  const doors = channels.filter(({ signals }) => signals);
  const tried = await Promise.all(
    all.map(async (simulator) => {
      const one = await simulator.start({ port: 0, board: new Board() });
      await one.close();
      return channelOf(one.type);
    }),
  );
  expect(new Set(tried)).toEqual(new Set(doors));
});

describe.each(all)('at the provider $name', (simulator) => {
  const person = people[simulator.name] ?? '966500000009';
  let provider: Simulated;
  let ours: Listening;
  let door: Channel;
  let account: Record<string, unknown>;
  const heard: Received['messages'] = [];
  const lane = { channelId: `${simulator.name}:shop`, lane: 'shop', now };

  beforeAll(async () => {
    provider = await simulator.start({ port: 0, board: new Board() });
    door = channelOf(provider.type)!;
    account = Value.Default(door.account, { ...provider.settings }) as Record<string, unknown>;
    ours = await listen(async (request, response) => {
      const body = await bodyOf(request);
      const headers = request.headers as WebhookRequest['headers'];
      const { messages } = await door.receive({ method: 'POST', headers, query: {}, body }, account, lane);
      heard.push(...messages);
      response.end();
    });
    provider.webhook = ours.url;
  });
  afterAll(() => Promise.all([provider.close(), ours.close()]));

  /** Somebody writes; answers whom signals of it are for. */
  async function somebodyWrites() {
    if (simulator === telegram) return { csid: person, providerId: `${person}:1` };
    await provider.say(person, 'Hello');
    const { csid, providerId, readToken } = heard.at(-1)!;
    return { csid, providerId, ...(readToken !== undefined && { readToken }) };
  }
  const shownFrom = (before: number) => provider.shown!.slice(before);

  it('a person sees that an agent writes', async () => {
    const to = await somebodyWrites();
    const before = provider.shown!.length;
    await door.signals!.typing!.start(to, account, outside.call);
    const marks = door.signals!.typing!.marksRead ? ['read'] : [];
    expect(shownFrom(before).map(({ what }) => what)).toEqual([...marks, 'typing']);
    expect([person, to.providerId]).toContain(shownFrom(before).at(-1)!.to ?? to.providerId);
    await door.signals!.typing!.stop?.(to, account, outside.call);
    const ended = shownFrom(before).some(({ what }) => what === 'stopped');
    expect(ended).toBe(door.signals!.typing!.stop !== undefined);
  });

  it('a person sees that an agent has read it, where a bot may tell so', async () => {
    const { read } = door.signals!;
    if (simulator === telegram) return expect(read).toBeUndefined();
    const to = await somebodyWrites();
    const before = provider.shown!.length;
    await read!.mark(to, account, outside.call);
    expect(shownFrom(before)).toEqual([
      {
        what: 'read',
        ...(provider.type === 'fb' || provider.type === 'ig' ? { to: person } : { message: to.providerId }),
      },
    ]);
  });
});
