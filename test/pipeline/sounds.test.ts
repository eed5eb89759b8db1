import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Content } from '../../src/model/message.ts';
import { soundLengthOf } from '../../src/pipeline/sound-reader.ts';
import { readSounds } from '../../src/pipeline/sounds.ts';
import type { MediaFile } from '../../src/store/media.ts';
import { lineSample } from '../channels/line/sample.ts';
import { telegramSample } from '../channels/telegram/sample.ts';
import type { Sample } from '../channels/tools.ts';
import { answer, bodyOf, type Listening, listen } from '../fakes/http.ts';
import { type MediaHouse, openHouse } from './media-house.ts';
import { m4a, mp3, opus } from './sound-files.ts';

// Sounds are read in a thread that must start first, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
/** LINE and Telegram in one: it takes whatever comes. */
let provider: Listening;
let said: string[];
let count = 0;

const accepted = {
  ok: true,
  result: { message_id: 7, date: 1, chat: { id: 919988776655, type: 'private' } },
  sentMessages: [{ id: '9' }],
};

beforeAll(async () => {
  house = await openHouse();
  server = await house.start();
  provider = await listen(async (request, response) => {
    said.push((await bodyOf(request)).toString('latin1'));
    await answer(response, 200, accepted);
  });
});
afterAll(async () => {
  await house.close();
  await provider.close();
});
beforeEach(() => {
  said = [];
  count += 1;
});

const lara = 'Ufc729a925b3abef1ae84a3d52e51a6a7';
const tom = '919988776655';

async function channelFor(sample: Sample, csid: string): Promise<string> {
  const lane = String(918_700_000_000 + count);
  const settings = { ...sample.account, apiBase: provider.url };
  await server.core.change.putChannel(
    { businessId: server.caller.businessId },
    { type: sample.type, lane, settings },
  );
  await server.hear(`${sample.type}:${lane}`, csid, { type: 'text', text: 'Hi' });
  return `${sample.type}:${lane}`;
}

const sends = async (channel: string, csid: string, content: Content) =>
  server.reaches((await server.send(channel, csid, content)).id, 'SENTX');
const lineWasTold = () =>
  (JSON.parse(said.find((one) => one.includes('originalContentUrl'))!).messages[0] as { duration: number })
    .duration;
const noted = async (id: string) =>
  (await house.db.run({ name: 'test.length', text: 'select duration_ms from media where id = $1' }, [id]))[0]!
    .duration_ms as number | null;

describe('a sound of ours on its way to LINE, which shows how long it lasts', () => {
  it.each([
    ['MP3 with no word of it ahead', mp3(100), 2612],
    ['M4A as phones record it', m4a(7), 7000],
  ])('says how long: %s', async (_, bytes, ms) => {
    const channel = await channelFor(lineSample, lara);
    const file = await server.keep(bytes);
    await sends(channel, lara, { type: 'audio', media: { id: file.id } });
    expect(lineWasTold()).toBe(ms);
    expect(await noted(file.id)).toBe(ms);
  });

  it('is read once: the next message says the same', async () => {
    const channel = await channelFor(lineSample, lara);
    const file = await server.keep(mp3(50));
    await house.db.run(
      { name: 'test.length-known', text: 'update media set duration_ms = 77000 where id = $1' },
      [file.id],
    );
    await sends(channel, lara, { type: 'voice', media: { id: file.id } });
    expect(lineWasTold()).toBe(77_000);
  });

  it('goes all the same where nobody can read how long it lasts, and shows a minute', async () => {
    const channel = await channelFor(lineSample, lara);
    const broken = Buffer.concat([m4a(7).subarray(0, 60), Buffer.alloc(5000, 7)]);
    const file = await server.keep(broken);
    await sends(channel, lara, { type: 'audio', media: { id: file.id } });
    expect(lineWasTold()).toBe(60_000);
    expect(await noted(file.id)).toBe(0);
  });

  it('behind a link of others shows a minute: nobody fetches it for that', async () => {
    const channel = await channelFor(lineSample, lara);
    await sends(channel, lara, { type: 'audio', media: { link: 'https://files.example/a.mp3' } });
    expect(lineWasTold()).toBe(60_000);
  });
});

it('says to Telegram how long a voice message lasts, in seconds', async () => {
  const channel = await channelFor(telegramSample, tom);
  const file = await server.keep(opus(4));
  await sends(channel, tom, { type: 'voice', media: { id: file.id } });
  expect(said.join()).toMatch(/name="duration"\r\n(?:[^\r]*\r\n)*\r\n4\r\n/);
});

it('holds no message up where the sounds before it do not end: it goes without', async () => {
  vi.useFakeTimers();
  const local = () => new Promise<never>(() => {});
  const ctx = { files: { local } } as unknown as Parameters<typeof readSounds>[0];
  const { lengthOf } = readSounds(ctx);
  const ends = [lengthOf({ id: 'first' } as MediaFile), lengthOf({ id: 'second' } as MediaFile)];
  await vi.runAllTimersAsync();
  expect(await Promise.all(ends)).toEqual([undefined, undefined]);
  vi.useRealTimers();
});

describe('the reader of sounds', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley sounds '));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('knows no length of what is none, lies, or is not there', async () => {
    const lies = m4a(7);
    lies.writeUInt32BE(0xfffffff0, lies.indexOf('mdhd') + 20);
    const files: Record<string, Buffer> = {
      empty: Buffer.alloc(0),
      noise: Buffer.alloc(100_000, 0xff),
      text: Buffer.from('Hello'),
      'a header that says days': lies,
      'a header that says more than there is': Buffer.concat([
        Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f', 'latin1'),
        mp3(3),
      ]),
    };
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(join(folder, name), bytes);
      expect([name, await soundLengthOf({ path: join(folder, name) })]).toEqual([name, undefined]);
    }
    expect(await soundLengthOf({ path: join(folder, 'nothing') })).toBeUndefined();
  });
});
