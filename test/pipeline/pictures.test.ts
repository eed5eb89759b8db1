import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { channelOf } from '../../src/channels/index.ts';
import type { Content } from '../../src/model/message.ts';
import { mediaPath } from '../../src/pipeline/file-store-disk.ts';
import * as messages from '../../src/store/messages.ts';
import { lineSample } from '../channels/line/sample.ts';
import { facebookSample, instagramSample } from '../channels/meta/sample.ts';
import { telegramSample } from '../channels/telegram/sample.ts';
import type { Sample } from '../channels/tools.ts';
import { twilioSample } from '../channels/twilio/sample.ts';
import { twitterSample } from '../channels/twitter/sample.ts';
import { cloudSample, dialogSample } from '../channels/whatsapp/sample.ts';
import { zaloSample } from '../channels/zalo/sample.ts';
import { answer, bodyOf, type Listening, listen } from '../fakes/http.ts';
import { eventually, links, type MediaHouse, openHouse } from './media-house.ts';

// Pictures are made in a process that must start first, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
/** All providers in one: it takes whatever comes, and answers what any of them would. */
let provider: Listening;
let files: { type: string; bytes: Buffer }[];
let said: string[];
let count = 0;

const accepted = {
  ok: true,
  result: { message_id: 7, date: 1, chat: { id: 919988776655, type: 'private' } },
  data: { id: '77', attachment_id: 'up', message_id: 'z1', dm_event_id: '1050118621198921728' },
  ...{
    error: 0,
    id: 'up',
    attachment_id: 'up',
    message_id: 'm1',
    messages: [{ id: 'w1' }],
    sentMessages: [{ id: '9' }],
    sid: 'SM1',
  },
  ...{ access_token: 'a', refresh_token: 'r', expires_in: 90_000 },
};

beforeAll(async () => {
  house = await openHouse();
  server = await house.start();
  provider = await listen(async (request, response) => {
    const body = await bodyOf(request);
    const type = request.headers['content-type'] ?? '';
    if (type.startsWith('multipart/')) {
      const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
      for (const part of form.values())
        if (typeof part !== 'string')
          files.push({ type: part.type, bytes: Buffer.from(await part.arrayBuffer()) });
    } else said.push(type.includes('urlencoded') ? decodeURIComponent(body.toString()) : body.toString());
    await answer(response, 200, accepted);
  });
});
afterAll(async () => {
  await house.close();
  await provider.close();
});
beforeEach(() => {
  files = [];
  said = [];
  count += 1;
});

async function channelFor(sample: Sample, csid = '919988776655'): Promise<string> {
  const lane = String(918_800_000_000 + count);
  const bases = Object.keys(sample.account).filter((name) => /^(api|auth|zns)Base$/.test(name));
  const settings = { ...sample.account, ...Object.fromEntries(bases.map((name) => [name, provider.url])) };
  const own = sample.account.verifyToken ? { verifyToken: `planted-verify-token-${lane}` } : {};
  await server.core.change.putChannel(
    { businessId: server.caller.businessId },
    { type: sample.type, lane, settings: { ...settings, ...own } },
  );
  const channel = `${sample.type}:${lane}`;
  await server.hear(channel, csid, { type: 'text', text: 'Hi' });
  return channel;
}

/** Noise, which packs badly. */
const noise = (width: number, height: number, channels: 3 | 4 = 3): Sharp =>
  sharp({
    create: {
      width,
      height,
      channels,
      background: '#336699',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  });
const photo = (width = 900, height = 600): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } });
const glass = (): Sharp =>
  sharp({
    create: { width: 300, height: 200, channels: 4, background: { r: 200, g: 20, b: 20, alpha: 0.5 } },
  });

const kinds: Record<string, () => Promise<Buffer>> = {
  webp: () => photo().webp().toBuffer(),
  avif: () => photo().avif({ effort: 0 }).toBuffer(),
  gif: () => photo().gif().toBuffer(),
  tiff: () => photo().tiff().toBuffer(),
};

/** The picture that the provider got: in a form, or fetched where the message says. */
async function received(): Promise<{ bytes: Buffer; type: string }> {
  if (files[0]) return files[0];
  const link = /https:\/\/files\.parley\.test[^"\s]+/.exec(said.join('\n'))?.[0];
  if (!link) throw new Error('the provider got neither a file nor an address');
  const fetched = await fetch(server.at(link));
  expect(fetched.status).toBe(200);
  return { bytes: Buffer.from(await fetched.arrayBuffer()), type: fetched.headers.get('content-type') ?? '' };
}

const withMms: Sample = { ...twilioSample, account: { ...twilioSample.account, mms: true } };

const doors: [sample: Sample, csid: string, kinds: string[]][] = [
  [cloudSample, '919988776655', ['webp', 'avif', 'gif', 'tiff']],
  [dialogSample, '919988776655', ['webp']],
  [facebookSample, '7000000000000001', ['avif', 'tiff']],
  [instagramSample, '7000000000000002', ['webp', 'gif', 'avif']],
  [twitterSample, '3001969357', ['avif', 'tiff']],
  [zaloSample, '2468458835296117922', ['webp', 'avif']],
  [lineSample, 'Ufc729a925b3abef1ae84a3d52e51a6a7', ['webp', 'avif', 'gif']],
  [withMms, '15550002222', ['webp', 'avif', 'tiff']],
  [telegramSample, '919988776655', ['avif', 'tiff']],
];

describe.each(
  doors.flatMap(([sample, csid, wanted]) =>
    wanted.map((kind) => ({ sample, csid, kind, type: sample.type })),
  ),
)('$type does not take $kind', ({ sample, csid, kind }) => {
  it('and gets a JPEG or a PNG, within its limits', async () => {
    const channel = await channelFor(sample, csid);
    const file = await server.keep(await kinds[kind]!(), `goods.${kind}`);
    const { id } = await server.send(channel, csid, { type: 'image', media: { id: file.id } });
    await server.reaches(id, 'SENTX');
    const { bytes, type } = await received();
    const { format, width, height } = await sharp(bytes).metadata();
    expect(`image/${format}`).toBe(type);
    expect(['jpeg', 'png']).toContain(format);
    expect([width, height]).toEqual([900, 600]);
    expect(bytes.length).toBeLessThanOrEqual(channelOf(sample.type)!.carries.media!.image!.maxBytes);
  });
});

const ann = '919988776655';
const image = (media: Content['media']): Content => ({ type: 'image', media: media! });
const sends = async (channel: string, content: Content) =>
  server.reaches((await server.send(channel, ann, content)).id, 'SENTX');
const fails = async (channel: string, content: Content) =>
  (await server.reaches((await server.send(channel, ann, content)).id, 'SENT_ERR')).failure;

describe('a picture on its way to WhatsApp', () => {
  it('that is larger than WhatsApp takes becomes smaller, upright, and without what the camera noted', async () => {
    const channel = await channelFor(cloudSample);
    const bytes = await noise(3000, 2000).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    expect(bytes.length).toBeGreaterThan(5 * 1024 * 1024);
    await sends(channel, image({ id: (await server.keep(bytes)).id }));
    const { width = 0, height = 0, exif } = await sharp(files[0]!.bytes).metadata();
    expect(height).toBeGreaterThan(width);
    expect(files[0]!.bytes.length).toBeLessThanOrEqual(1024 * 1024);
    expect(exif).toBeUndefined();
  });

  it('through which one can see stays so', async () => {
    const channel = await channelFor(cloudSample);
    await sends(channel, image({ id: (await server.keep(await glass().webp().toBuffer())).id }));
    expect(await sharp(files[0]!.bytes).metadata()).toMatchObject({ format: 'png', hasAlpha: true });
  });

  it('that goes as a sticker is one: a square of WebP', async () => {
    const channel = await channelFor(cloudSample);
    const file = await server.keep(await noise(800, 400, 4).png().toBuffer(), 'cat.png');
    await sends(channel, { type: 'sticker', media: { id: file.id } });
    const { bytes, type } = files[0]!;
    expect(type).toBe('image/webp');
    expect(bytes.length).toBeLessThanOrEqual(100 * 1024);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 512, height: 512 });
  });

  it('is converted once, and uploaded once, whoever gets it and however often it is tried', async () => {
    const channel = await channelFor(cloudSample);
    const file = await server.keep(await kinds.webp!(), 'goods.webp');
    await sends(channel, image({ id: file.id, caption: 'one' }));
    const beside = mediaPath(house.mediaDir, `${file.id}.photo`);
    const { mtimeMs } = await stat(beside);
    await sends(channel, image({ id: file.id, caption: 'two' }));
    expect(files).toHaveLength(1);
    count += 1;
    await sends(await channelFor(dialogSample), image({ id: file.id }));
    expect(files).toHaveLength(2);
    expect((await stat(beside)).mtimeMs).toBe(mtimeMs);
    // As a document it goes as it is.
    await sends(channel, { type: 'document', media: { id: file.id } });
    expect(await sharp(files.at(-1)!.bytes).metadata()).toMatchObject({ format: 'webp' });
  });

  it('goes as it is where WhatsApp takes it', async () => {
    const channel = await channelFor(cloudSample);
    const bytes = await photo().png().toBuffer();
    await sends(channel, image({ id: (await server.keep(bytes)).id }));
    expect(files[0]!.bytes.equals(bytes)).toBe(true);
  });

  it('that only begins as one is refused with the reason, and not tried again', async () => {
    const channel = await channelFor(cloudSample);
    const broken = (await kinds.webp!()).subarray(0, 60);
    const file = await server.keep(broken);
    const failure = await fails(channel, image({ id: file.id }));
    expect(failure).toMatchObject({ class: 'CONTENT_REJECTED', code: 'MEDIA_TYPE' });
    expect(failure!.text).toMatch(
      /image\/webp cannot go as image: image\/jpeg, image\/png\..*could not be converted/,
    );
    const [row] = await house.db.run<{ versions: object }>(
      { name: 'test.versions', text: 'select versions from media where id = $1' },
      [file.id],
    );
    expect(row!.versions).toEqual({ photo: false });
    expect([files, said]).toEqual([[], []]);
    // The next picture is made as if nothing had been.
    await sends(channel, image({ id: (await server.keep(await kinds.gif!())).id }));
  });

  it('waits while there is no room for what is made of it, and goes as soon as there is', async () => {
    const channel = await channelFor(cloudSample);
    const file = await server.keep(await kinds.webp!());
    const versions = async () => {
      const text = 'select versions from media where id = $1';
      return (await house.db.run({ name: 'test.versions-later', text }, [file.id]))[0]!.versions;
    };
    const room = process.env.TMPDIR ?? '/tmp';
    process.env.TMPDIR = join(house.mediaDir, 'no room');
    try {
      const { id } = await server.send(channel, ann, image({ id: file.id }));
      const waits = () => messages.find(house.db, server.caller.businessId, id);
      await eventually(async () =>
        expect(await waits()).toMatchObject({
          failure: { class: 'UNAVAILABLE', code: 'PICTURES_WAIT' },
        }),
      );
      expect(await versions()).toEqual({});
      process.env.TMPDIR = room;
      await server.reaches(id, 'SENTX');
    } finally {
      process.env.TMPDIR = room;
    }
    expect(files).toHaveLength(1);
    expect(await versions()).toMatchObject({ photo: { mime: 'image/jpeg' } });
  });

  it('that has more points than phones make is refused', async () => {
    const channel = await channelFor(cloudSample);
    const huge = await photo(9000, 8000).webp({ effort: 0 }).toBuffer();
    const failure = await fails(channel, image({ id: (await server.keep(huge)).id }));
    expect(failure!.text).toMatch(/64 million/);
  });

  it.each([
    [
      'HEIC',
      Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
      /image\/heic cannot go as image: image\/jpeg, image\/png/,
    ],
    ['BMP', bitmap(), /image\/bmp cannot go as image/],
    ['a document', Buffer.from('%PDF-1.7 …'), /application\/pdf cannot go as image/],
  ])('that nobody can convert is refused at once, naming field and kind: %s', async (_, bytes, text) => {
    const channel = await channelFor(cloudSample);
    const file = await server.keep(bytes);
    await expect(server.send(channel, ann, image({ id: file.id }))).rejects.toMatchObject({
      kind: 'invalid',
      details: [{ field: 'image.id', code: 'MEDIA_TYPE', message: expect.stringMatching(text) }],
    });
  });
});

describe('a picture on its way to LINE, which shows a smaller one until it is opened', () => {
  const bob = 'Ufc729a925b3abef1ae84a3d52e51a6a8';
  /** What LINE was told to fetch. */
  async function shown(bytes: Buffer) {
    const channel = await channelFor(lineSample, bob);
    const file = await server.keep(bytes);
    const { id } = await server.send(channel, bob, { type: 'image', media: { id: file.id } });
    await server.reaches(id, 'SENTX');
    const [message] = JSON.parse(said.find((one) => one.includes('originalContentUrl'))!).messages;
    return message as { originalContentUrl: string; previewImageUrl: string };
  }
  const fetched = async (link: string) => {
    const response = await fetch(server.at(link));
    expect(response.status).toBe(200);
    return Buffer.from(await response.arrayBuffer());
  };

  it('goes as it is, with one of at most 1 MB before it', async () => {
    const bytes = await noise(1600, 1200).jpeg({ quality: 90 }).toBuffer();
    expect(bytes.length).toBeGreaterThan(1024 * 1024);
    const { originalContentUrl, previewImageUrl } = await shown(bytes);
    expect((await fetched(originalContentUrl)).equals(bytes)).toBe(true);
    const preview = await fetched(previewImageUrl);
    expect(preview.length).toBeLessThanOrEqual(1024 * 1024);
    expect(await sharp(preview).metadata()).toMatchObject({ format: 'jpeg' });
  });

  it('stands for itself where it is small', async () => {
    const { originalContentUrl, previewImageUrl } = await shown(await photo().jpeg().toBuffer());
    expect(previewImageUrl).toBe(originalContentUrl);
  });

  it('goes alone where nothing can be made of it', async () => {
    const whole = await noise(1600, 1200).jpeg({ quality: 90 }).toBuffer();
    const broken = Buffer.concat([whole.subarray(0, 300), Buffer.alloc(1024 * 1024 + 1)]);
    const { originalContentUrl, previewImageUrl } = await shown(broken);
    expect(previewImageUrl).toBe(originalContentUrl);
  });
});

describe('a picture with buttons on its way to Messenger', () => {
  it('is named by its address on its card, and not uploaded', async () => {
    const carl = '7000000000000003';
    const channel = await channelFor(facebookSample, carl);
    const bytes = await photo().jpeg().toBuffer();
    const { id } = await server.send(channel, carl, {
      type: 'image',
      media: { id: (await server.keep(bytes)).id, caption: 'Mangoes?' },
      buttons: [{ type: 'QUICK_REPLY', code: 'y', label: 'Yes' }],
    });
    await server.reaches(id, 'SENTX');
    expect(files).toEqual([]);
    expect(said.at(-1)).toContain('"template_type":"generic"');
    expect((await received()).bytes.equals(bytes)).toBe(true);
  });
});

describe('where no process can be started that makes pictures', () => {
  it('one that must become another is refused, and not called damaged, now or later', async () => {
    const own = await openHouse();
    const program = process.execPath;
    const former = server;
    try {
      server = await own.start();
      const channel = await channelFor(cloudSample);
      const file = await server.keep(await kinds.webp!());
      process.execPath = '/nowhere/node';
      const failure = await fails(channel, image({ id: file.id }));
      expect(failure).toMatchObject({ class: 'CONTENT_REJECTED', code: 'MEDIA_TYPE' });
      expect(failure!.text).toMatch(/this server cannot convert pictures/);
      expect(failure!.text).not.toMatch(/damaged/);
      process.execPath = program;
      // Another start of the server makes it: nobody noted that nothing can be.
      await server.stop();
      server = await own.start();
      await sends(channel, image({ id: file.id }));
    } finally {
      process.execPath = program;
      server = former;
      await own.close();
    }
  });
});

describe('what was made of a picture', () => {
  it('is shown to nobody without its own link, and goes with the picture', async () => {
    const channel = await channelFor(lineSample, ann);
    const file = await server.keep(await kinds.webp!());
    await sends(channel, image({ id: file.id }));
    const ask = (path: string) => fetch(`${server.address}${path}`).then(({ status }) => status);
    const own = new URL(links.of(file.id, false, 'photo'));
    expect(await ask(`/media/${file.id}/photo${own.search}`)).toBe(200);
    expect(await ask(`/media/${file.id}/photo`)).toBe(404);
    expect(await ask(`/media/${file.id}/photo${new URL(links.of(file.id, false)).search}`)).toBe(404);
    expect(await ask(`/media/${file.id}/sticker${new URL(links.of(file.id, false, 'sticker')).search}`)).toBe(
      404,
    );
    await house.db.run(
      {
        name: 'test.remove-with-versions',
        text: `with gone as (delete from media where id = $1 returning business_id, id)
          insert into file_removal (business_id, media_id) select * from gone`,
      },
      [file.id],
    );
    await eventually(() =>
      expect(stat(mediaPath(house.mediaDir, `${file.id}.photo`))).rejects.toMatchObject({ code: 'ENOENT' }),
    );
  });
});

/** A bitmap of one pixel, as Windows has it. */
function bitmap(): Buffer {
  const bytes = Buffer.alloc(58);
  bytes.write('BM');
  bytes.writeUInt32LE(58, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  return bytes;
}
