import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Content, Media } from '../../src/model/message.ts';
import { mediaPath } from '../../src/pipeline/file-store-disk.ts';
import * as messages from '../../src/store/messages.ts';
import { lineSample } from '../channels/line/sample.ts';
import { instagramSample } from '../channels/meta/sample.ts';
import type { Sample } from '../channels/tools.ts';
import { twilioSample } from '../channels/twilio/sample.ts';
import { answer, bodyOf, type Listening, listen } from '../fakes/http.ts';
import { FakeMeta } from './fake-meta.ts';
import { eventually, type MediaHouse, openHouse } from './media-house.ts';

// Pictures are made in a process that must start first, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
/** Somebody's web site: pictures by their path, and what else stands there. */
let site: Listening;
let pages: Map<string, { status?: number; bytes: Buffer; location?: string }>;
/** Before this the site answers nothing. */
let open: Promise<void>;
let asked: string[];
let meta: FakeMeta;
/** Instagram, LINE and Twilio in one: it takes whatever comes. */
let provider: Listening;
let said: string[];
let count = 0;

beforeAll(async () => {
  house = await openHouse();
  server = await house.start();
  meta = await FakeMeta.open();
  site = await listen(async (request, response) => {
    const path = request.url!;
    asked.push(path);
    await open;
    const nothing = { status: 404, bytes: Buffer.from('Not here'), location: undefined };
    const { status = 200, bytes, location } = pages.get(path) ?? nothing;
    response.writeHead(status, location === undefined ? {} : { location }).end(bytes);
  });
  provider = await listen(async (request, response) => {
    const body = await bodyOf(request);
    const isForm = (request.headers['content-type'] ?? '').includes('urlencoded');
    said.push(isForm ? decodeURIComponent(body.toString()) : body.toString());
    await answer(response, 200, { message_id: 'm1', sentMessages: [{ id: '9' }], sid: 'SM1' });
  });
});
afterAll(async () => {
  await house.close();
  await Promise.all([site.close(), meta.close(), provider.close()]);
});
beforeEach(() => {
  pages = new Map();
  open = Promise.resolve();
  asked = [];
  said = [];
  meta.uploads.length = 0;
  meta.sent.length = 0;
  count += 1;
});

const ann = '919988776655';

async function channelFor(type: string, settings: Record<string, unknown>, csid = ann): Promise<string> {
  const lane = String(918_600_000_000 + count);
  const own = settings.verifyToken ? { verifyToken: `planted-verify-token-${lane}` } : {};
  await server.core.change.putChannel(
    { businessId: server.caller.businessId },
    { type, lane, settings: { ...settings, ...own } },
  );
  await server.hear(`${type}:${lane}`, csid, { type: 'text', text: 'Hi' });
  return `${type}:${lane}`;
}
const whatsapp = () => channelFor('wacfb', meta.account);
const channelOfSample = ({ type, account }: Sample, csid: string) =>
  channelFor(type, { ...account, apiBase: provider.url }, csid);

/** Puts something on the site; answers its address. */
function at(name: string, bytes: Buffer, status?: number): string {
  const path = `/${count}/${name}`;
  pages.set(path, { bytes, ...(status !== undefined && { status }) });
  return `${site.url}${path}`;
}
/** Puts a way to another address on the site; answers where it begins. */
function leading(name: string, location: string): string {
  const path = `/${count}/${name}`;
  pages.set(path, { status: 302, bytes: Buffer.alloc(0), location });
  return `${site.url}${path}`;
}
const photo = () => sharp({ create: { width: 900, height: 600, channels: 3, background: '#336699' } });
const webp = () => photo().webp().toBuffer();
const jpeg = () => photo().jpeg().toBuffer();
/** Noise, which packs badly. */
const noisy = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#336699',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .jpeg({ quality: 95 })
    .toBuffer();

const image = (media: Media): Content => ({ type: 'image', media });
const sends = async (channel: string, content: Content, csid = ann) =>
  server.reaches((await server.send(channel, csid, content)).id, 'SENTX');
const fails = async (channel: string, content: Content) =>
  server.reaches((await server.send(channel, ann, content)).id, 'SENT_ERR');
const rowOf = async (id: string) =>
  (await house.db.run({ name: 'test.fetched', text: 'select message_id from media where id = $1' }, [id]))[0];
const lies = (name: string) =>
  stat(mediaPath(house.mediaDir, name)).then(
    () => true,
    () => false,
  );
/** What a provider fetches where the message says. */
async function fetched(link: string): Promise<Buffer> {
  const response = await fetch(server.at(link));
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

describe('a picture behind a link that the channel does not take as it is', () => {
  it('is fetched, converted and uploaded as one of ours, under its own name', async () => {
    const link = at('goods.webp', await webp());
    const { id, content } = await sends(await whatsapp(), image({ link, caption: 'Look' }));
    expect(meta.uploads).toHaveLength(1);
    expect(await sharp(meta.uploads[0]!.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 900 });
    expect(meta.sent[0]!.image).toEqual({ id: 'uploaded-1', caption: 'Look' });
    // The message still says what was asked for, and the file is its own.
    expect(content.media).toEqual({ link, caption: 'Look' });
    expect(await rowOf(id)).toEqual({ message_id: id });
  });

  it('goes by an expiring address of ours where the provider fetches pictures', async () => {
    const channel = await channelOfSample(instagramSample, '7000000000000009');
    await sends(channel, image({ link: at('goods', await webp()) }), '7000000000000009');
    const { url } = JSON.parse(said.at(-1)!).message.attachment.payload as { url: string };
    expect(url).toMatch(/^https:\/\/files\.parley\.test\/.*\/photo\?until=/);
    expect(await sharp(await fetched(url)).metadata()).toMatchObject({ format: 'jpeg' });
  });

  it('becomes smaller where it is too large', async () => {
    const bytes = await noisy(3000, 2000);
    expect(bytes.length).toBeGreaterThan(5 * 1024 * 1024);
    await sends(await whatsapp(), image({ link: at('large.jpg', bytes) }));
    expect(meta.uploads[0]!.bytes.length).toBeLessThanOrEqual(1024 * 1024);
  });

  it('has a smaller one before it on LINE, where it has more than 1 MB', async () => {
    const lara = 'Ufc729a925b3abef1ae84a3d52e51a6a9';
    const bytes = await noisy(1600, 1200);
    expect(bytes.length).toBeGreaterThan(1024 * 1024);
    await sends(await channelOfSample(lineSample, lara), image({ link: at('large.jpg', bytes) }), lara);
    const [shown] = JSON.parse(said.at(-1)!).messages as {
      originalContentUrl: string;
      previewImageUrl: string;
    }[];
    expect((await fetched(shown!.originalContentUrl)).equals(bytes)).toBe(true);
    expect((await fetched(shown!.previewImageUrl)).length).toBeLessThanOrEqual(1024 * 1024);
  });

  it('is converted for an MMS, and stays its own link where pictures go as links anyway', async () => {
    const link = at('goods.webp', await webp());
    const mms = { ...twilioSample, account: { ...twilioSample.account, mms: true } };
    await sends(await channelOfSample(mms, '15550002222'), image({ link }), '15550002222');
    expect(said.at(-1)).toContain('MediaUrl=https://files.parley.test/');
    count += 1;
    asked = [];
    await sends(await channelOfSample(twilioSample, '15550002222'), image({ link }), '15550002222');
    expect(said.at(-1)).toContain(link);
    expect(asked).toEqual([]);
  });

  it('may have moved: its site says where to', async () => {
    at('moved.webp', await webp());
    await sends(await whatsapp(), image({ link: leading('goods.webp', 'moved.webp') }));
    expect(meta.uploads).toHaveLength(1);
  });

  it('is not refused by a preview, which fetches nothing', async () => {
    const media = { link: at('goods.webp', await webp()), mime: 'image/webp' };
    const request = { to: { csid: ann }, channelId: await whatsapp(), content: image(media) };
    const shown = await server.core.preview(server.caller, { ...request, sender: { type: 'API' } });
    expect([shown.failure, asked]).toEqual([undefined, []]);
  });

  it('is fetched once, however often the message is tried', async () => {
    meta.refuseMessages.push(
      { status: 500, body: { error: { code: 2, message: 'Try again' } } },
      { status: 500, body: { error: { code: 2, message: 'Try again' } } },
    );
    await sends(await whatsapp(), image({ link: at('goods.webp', await webp()) }));
    expect(meta.sent).toHaveLength(1);
    expect([asked.length, meta.uploads.length]).toEqual([1, 1]);
  });

  it('is waited for while its site is down', async () => {
    const link = at('goods.webp', Buffer.alloc(0), 503);
    const { id } = await server.send(await whatsapp(), ann, image({ link }));
    await eventually(async () => expect(asked.length).toBeGreaterThan(0));
    at('goods.webp', await webp());
    await server.reaches(id, 'SENTX');
    expect(meta.uploads).toHaveLength(1);
  });

  it('is asked for again where its site is asked too often, and its channel goes on meanwhile', async () => {
    const channel = await whatsapp();
    const link = at('goods.webp', Buffer.alloc(0), 429);
    const { id } = await server.send(channel, ann, image({ link }));
    await eventually(async () => {
      const message = await messages.find(house.db, server.caller.businessId, id);
      expect(message!.failure).toMatchObject({ class: 'UNAVAILABLE', code: '429' });
    });
    const paused = {
      name: 'test.paused',
      text: 'select 1 from channel where id = $1 and paused_until is not null',
    };
    expect(await house.db.run(paused, [channel])).toEqual([]);
    at('goods.webp', await webp());
    await server.reaches(id, 'SENTX');
  });

  it('stays, though an earlier attempt could not tell whether the store had kept it', async () => {
    const link = at('goods.webp', Buffer.alloc(0), 503);
    const { id } = await server.send(await whatsapp(), ann, image({ link }));
    const note = {
      name: 'test.removal',
      text: `insert into file_removal (business_id, media_id, due_at) values ($1, $2, now() + interval '1 hour')`,
    };
    await house.db.run(note, [server.caller.businessId, id]);
    at('goods.webp', await webp());
    await server.reaches(id, 'SENTX');
    const noted = { name: 'test.noted', text: 'select 1 from file_removal where media_id = $1' };
    expect(await house.db.run(noted, [id])).toEqual([]);
  });

  it('is not kept of a message that is to be masked: it goes by its link', async () => {
    const link = at('goods.webp', await webp());
    const { id } = await server.send(await whatsapp(), ann, image({ link }), { mask: true });
    await server.reaches(id, 'SENTX');
    expect(meta.sent[0]!.image).toEqual({ link });
    expect([asked, await rowOf(id), await lies(id)]).toEqual([[], undefined, false]);
  });

  it('goes with its message when that is deleted', async () => {
    const { id } = await sends(await whatsapp(), image({ link: at('goods.webp', await webp()) }));
    expect([await lies(id), await lies(`${id}.photo`)]).toEqual([true, true]);
    await server.core.deleteMessages(server.caller, [id]);
    expect(await rowOf(id)).toBeUndefined();
    expect([await lies(id), await lies(`${id}.photo`)]).toEqual([false, false]);
  });
});

describe('a picture behind a link that cannot be had', () => {
  const huge = async () => Buffer.concat([await webp(), Buffer.alloc(33 * 1024 * 1024)]);

  it.each([
    ['that answers 404', async () => `${site.url}/nowhere.webp`, { class: 'CONTENT_REJECTED', code: '404' }],
    [
      'that is a page',
      async () => at('page.webp', Buffer.from('<!doctype html><html><body>Sign in</body></html>')),
      { class: 'CONTENT_REJECTED', code: 'MEDIA_TYPE', text: expect.stringMatching(/text\/html cannot go/) },
    ],
    [
      'that is too large',
      async () => at('huge.webp', await huge()),
      { class: 'CONTENT_TOO_LONG', text: 'The file is larger than 32 MB.' },
    ],
    ['in a private network', async () => 'http://10.1.2.3/goods.webp', { class: 'CONTENT_REJECTED' }],
    [
      'that leads into a private network',
      async () => leading('in.webp', 'http://10.1.2.3/goods.webp'),
      { class: 'CONTENT_REJECTED' },
    ],
    [
      'that leads round in circles',
      async () => leading('round.webp', 'round.webp'),
      { class: 'CONTENT_REJECTED', code: '302' },
    ],
    [
      'that is damaged',
      async () => at('broken.webp', (await webp()).subarray(0, 60)),
      { class: 'CONTENT_REJECTED', text: expect.stringMatching(/could not be converted/) },
    ],
  ])('is refused with the reason, and not tried again: %s', async (_, link, failure) => {
    const message = await fails(await whatsapp(), image({ link: await link() }));
    expect(message.failure).toMatchObject(failure);
    expect(message.failure!.text).toMatch(/^\S.*\.$/);
    expect([meta.uploads, meta.sent]).toEqual([[], []]);
  });

  it('leaves nothing behind', async () => {
    const { id } = await fails(
      await whatsapp(),
      image({ link: at('page.webp', Buffer.from('<html></html>')) }),
    );
    expect([await rowOf(id), await lies(id)]).toEqual([undefined, false]);
  });
});

describe('a picture behind a link that the channel takes', () => {
  it('goes by its link, nothing of it is kept, and many messages look at it once', async () => {
    const channel = await whatsapp();
    const link = at('goods', await jpeg());
    const { id } = await sends(channel, image({ link }));
    await sends(channel, image({ link, caption: 'Again' }));
    expect(meta.sent.map((body) => body.image)).toEqual([{ link }, { link, caption: 'Again' }]);
    expect([await rowOf(id), await lies(id)]).toEqual([undefined, false]);
    expect(asked).toHaveLength(1);
  });

  it('goes by its link where nobody knows what it is, and we cannot look: the provider may', async () => {
    const link = `${site.url}/${count}/nowhere`;
    await sends(await whatsapp(), image({ link }));
    expect(meta.sent[0]!.image).toEqual({ link });
  });

  it('is looked at once, also by messages that go at the same moment', async () => {
    const channel = await whatsapp();
    const link = at('goods', await jpeg());
    const people = ['919988776601', '919988776602', '919988776603', '919988776604'];
    for (const csid of people) await server.hear(channel, csid, { type: 'text', text: 'Hi' });
    let answerNow = () => {};
    open = new Promise((resolve) => {
      answerNow = resolve;
    });
    const sent = await Promise.all(people.map((csid) => server.send(channel, csid, image({ link }))));
    for (const { id } of sent) await server.reaches(id, 'INIT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    answerNow();
    for (const { id } of sent) await server.reaches(id, 'SENTX');
    expect([asked.length, meta.sent.map((body) => body.image)]).toEqual([1, people.map(() => ({ link }))]);
  });

  it('goes by its link where the site shows us a page: it may know the provider better', async () => {
    const link = at('goods', Buffer.from('<!doctype html><html><body>Are you human?</body></html>'));
    await sends(await whatsapp(), image({ link }));
    await sends(await whatsapp(), image({ link }));
    expect(meta.sent.map((body) => body.image)).toEqual([{ link }, { link }]);
  });

  it('goes by its link while nothing can be kept on our own disk', async () => {
    const incoming = join(house.mediaDir, 'incoming');
    await rm(incoming, { recursive: true, force: true });
    await writeFile(incoming, '');
    const link = at('goods', await jpeg());
    await sends(await whatsapp(), image({ link })).finally(() => rm(incoming));
    expect(meta.sent[0]!.image).toEqual({ link });
  });

  it('is refused at a look where it is larger than any that can be made smaller', async () => {
    const link = at('huge', Buffer.concat([await jpeg(), Buffer.alloc(33 * 1024 * 1024)]));
    const { failure } = await fails(await whatsapp(), image({ link }));
    expect(failure).toMatchObject({ class: 'CONTENT_TOO_LONG', code: 'MEDIA_TOO_LARGE' });
  });

  it('is known by its bytes, whatever the sender says', async () => {
    const link = at('goods.webp', await jpeg());
    await sends(await whatsapp(), image({ link, mime: 'image/webp' }));
    expect(meta.sent[0]!.image).toEqual({ link });
  });

  it('is not looked at where it goes as a document', async () => {
    const link = at('goods.webp', await webp());
    await sends(await whatsapp(), { type: 'document', media: { link, filename: 'goods.webp' } });
    expect([asked, meta.uploads]).toEqual([[], []]);
  });
});
