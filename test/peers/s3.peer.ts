import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { assertUsable, type OpenFileStore, openS3Files } from '../../src/pipeline/file-store-s3.ts';
import { addressOf, type S3Options } from '../../src/pipeline/s3.ts';
import { scratchDatabase } from '../database.ts';
import { dataFolder, ParleyEnded, removeDataFolder, startParley } from '../parley.ts';
import { FakeMeta } from '../pipeline/fake-meta.ts';
import { apiKey, eventually, type MediaHouse, openHouse, picture } from '../pipeline/media-house.ts';
import { openS3Store, type S3Store } from '../s3.ts';

let store: S3Store;
let files: OpenFileStore;
let staging: string;
let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
let meta: FakeMeta;
const log: string[] = [];
const logger = pino({}, { write: (line: string) => void log.push(line) });

beforeAll(async () => {
  store = await openS3Store();
  staging = await mkdtemp(join(tmpdir(), 'parley-staging-'));
  files = openS3Files(store.options, staging, logger);
  house = await openHouse(files);
  server = await house.start();
  meta = await FakeMeta.open();
  await server.core.change.putChannel(
    { businessId: server.caller.businessId },
    {
      type: 'wacfb',
      lane: '15550001111',
      settings: meta.account,
    },
  );
});
afterEach(() => {
  store.mend();
  log.length = 0;
});
afterAll(async () => {
  await house.close();
  await files.close();
  await meta.close();
  await store.close();
  await rm(staging, { recursive: true, force: true });
});

const upload = (bytes: Buffer | ReadableStream, address = server.address) =>
  fetch(`${address}/api/v1/media`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: bytes as Buffer<ArrayBuffer>,
    ...({ duplex: 'half' } as object),
  });
const rows = async () =>
  (
    await house.db.run<{ n: number }>(
      { name: 'test.media', text: 'select count(*)::int as n from media' },
      [],
    )
  )[0]!.n;
const keyOf = (id: string) => `parley/${id.slice(-2)}/${id}`;

describe('a file in the bucket', () => {
  it('is there whole, under its id, and comes back as it went', async () => {
    const bytes = Buffer.concat([
      picture(),
      Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251)),
    ]);
    const answer = await upload(bytes);
    expect(answer.status).toBe(201);
    const { id, link, mime } = (await answer.json()) as { id: string; link: string; mime: string };
    expect(await store.keys()).toContain(keyOf(id));
    expect(mime).toBe('image/png');
    const served = await fetch(server.at(link));
    expect(served.headers.get('content-length')).toBe(String(bytes.length));
    expect(served.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await served.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await readdir(staging)).toEqual([]);
  });

  it('is had in parts, and asked about without being fetched', async () => {
    const { link } = await server.keep(picture(1000));
    const size = picture(1000).length;
    for (const [range, part] of [
      ['bytes=0-9', [0, 9]],
      ['bytes=100-', [100, size - 1]],
      ['bytes=-5', [size - 5, size - 1]],
      ['bytes=60-99999', [60, size - 1]],
    ] as const) {
      const answer = await fetch(server.at(link), { headers: { range } });
      expect([answer.status, answer.headers.get('content-range')], range).toEqual([
        206,
        `bytes ${part[0]}-${part[1]}/${size}`,
      ]);
      expect((await answer.arrayBuffer()).byteLength).toBe(part[1] - part[0] + 1);
    }
    const beyond = await fetch(server.at(link), { headers: { range: `bytes=${size}-` } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${size}`]);
    const head = await fetch(server.at(link), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(size)]);
  });

  it('goes out over a channel, and leaves nothing on this machine', async () => {
    const file = await server.keep(picture(), 'shoes.png');
    await server.hear('wacfb:15550001111', '919988776655', { type: 'text', text: 'Hi' });
    const { id } = await server.send('wacfb:15550001111', '919988776655', {
      type: 'image',
      media: { id: file.id },
    });
    await server.reaches(id, 'SENTX');
    expect(meta.uploads.at(-1)?.bytes).toEqual(picture());
    await eventually(async () => expect(await readdir(staging)).toEqual([]));
  });

  it('has its thumbnail beside it, and both go together', async () => {
    const bytes = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#345' } })
      .png()
      .toBuffer();
    const { id, thumbnail } = await server.keep(bytes);
    expect((await fetch(server.at(thumbnail!))).headers.get('content-type')).toBe('image/webp');
    expect(await store.keys()).toContain(`${keyOf(id)}.thumbnail`);
    expect(await readdir(staging)).toEqual([]);
    await files.drop(id);
    expect((await store.keys()).filter((key) => key.includes(id))).toEqual([]);
  });

  it('that is gone from there is told as gone', async () => {
    const file = await server.keep(picture());
    await files.drop(file.id);
    expect((await fetch(server.at(file.link))).status).toBe(404);
  });
});

describe('nothing is left', () => {
  it.each([
    ['of an empty file', Buffer.alloc(0), 400],
    ['of one that is too large', Buffer.alloc(101 * 1024 * 1024), 413],
  ])('%s', async (_, bytes, status) => {
    const before = [await store.keys(), await rows()];
    expect((await upload(bytes)).status).toBe(status);
    expect([await store.keys(), await rows()]).toEqual(before);
    expect(await readdir(staging)).toEqual([]);
  });

  it('of an upload that breaks off in the middle', async () => {
    const before = [await store.keys(), await rows()];
    const gone = new AbortController();
    const stream = new ReadableStream({
      async pull(controller) {
        controller.enqueue(picture(200_000));
        await sleep(20);
      },
    });
    const answer = fetch(`${server.address}/api/v1/media`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey },
      body: stream,
      signal: gone.signal,
      ...({ duplex: 'half' } as object),
    });
    await eventually(async () => expect(await readdir(staging)).toHaveLength(1));
    gone.abort();
    await expect(answer).rejects.toThrow();
    await eventually(async () => expect(await readdir(staging)).toEqual([]));
    expect([await store.keys(), await rows()]).toEqual(before);
  });
});

describe('while the store is away', () => {
  it('uploads are refused for the time being, in the words of the surface, and nothing is stored', async () => {
    const before = [await store.keys(), await rows()];
    store.cut();
    const answer = await upload(picture());
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(JSON.stringify(await answer.json())).toContain('Files cannot be kept or read at the moment');
    store.mend();
    expect([await store.keys(), await rows()]).toEqual(before);
    expect(await readdir(staging)).toEqual([]);
    expect((await upload(picture())).status).toBe(201);
  });

  it('links answer 503, and are good again afterwards', async () => {
    const { link } = await server.keep(picture());
    store.cut();
    const answer = await fetch(server.at(link));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    store.mend();
    expect((await fetch(server.at(link))).status).toBe(200);
  });

  it('a message with a file waits, and goes when the store is back', async () => {
    const file = await server.keep(picture(), 'later.png');
    await server.hear('wacfb:15550001111', '919988776656', { type: 'text', text: 'Hi' });
    store.cut();
    const { id } = await server.send('wacfb:15550001111', '919988776656', {
      type: 'image',
      media: { id: file.id },
    });
    await eventually(async () => expect(log.join('')).toContain('the store of files failed'));
    store.mend();
    await server.reaches(id, 'SENTX');
  });

  it('what came in with a message is fetched when it is back', async () => {
    meta.files.set('in-1', { bytes: picture() });
    store.cut();
    const message = await server.hear('wacfb:15550001111', '919988776657', {
      type: 'image',
      media: { providerId: 'in-1' },
    });
    await eventually(async () => expect(meta.fetched.length).toBeGreaterThan(0));
    store.mend();
    const { id } = message.content.media!;
    await eventually(async () => {
      expect((await server.core.findFile(server.caller.businessId, id!))?.state).toBe('stored');
    });
    expect(await store.keys()).toContain(keyOf(id!));
  });

  it('the file of a deleted message is taken away later', async () => {
    meta.files.set('in-2', { bytes: picture() });
    const message = await server.hear('wacfb:15550001111', '919988776658', {
      type: 'image',
      media: { providerId: 'in-2' },
    });
    const id = message.content.media!.id!;
    await eventually(async () => expect(await store.keys()).toContain(keyOf(id)));
    await eventually(async () => {
      expect((await server.core.findFile(server.caller.businessId, id))?.state).toBe('stored');
    });
    store.cut();
    expect(await server.core.deleteMessages(server.caller, [message.id])).toEqual([message.id]);
    expect(await store.keys()).toContain(keyOf(id));
    store.mend();
    // The sweep comes every ten seconds.
    await house.db.run({ name: 'test.hurry', text: 'update file_removal set due_at = now()' }, []);
    await eventually(async () => expect(await store.keys()).not.toContain(keyOf(id)), 25_000);
  }, 60_000);
});

describe('a store that refuses us', () => {
  const wrong = (more: Partial<S3Options>) => ({ ...store.options, ...more });

  it.each([
    ['a secret that is not ours', { secretAccessKey: 'planted-wrong-secret' }, 'SignatureDoesNotMatch (403)'],
    ['a key that nobody knows', { accessKeyId: 'NOBODY' }, 'InvalidAccessKeyId (403)'],
    ['a bucket that is not there', { bucket: 'elsewhere' }, 'NoSuchBucket (404)'],
  ])('because of %s is told at the start in one sentence', async (_, more, reason) => {
    const refusal = await assertUsable(wrong(more), logger).catch((error: Error) => error.message);
    expect(refusal).toContain(reason);
    expect(refusal).toContain('settings that begin with S3_');
    expect(`${refusal}${log.join('')}`).not.toMatch(/planted-wrong-secret|Signature=/);
  });

  it('lets a start go on while it is only away', async () => {
    store.cut();
    await assertUsable(store.options, logger);
    expect(log.join('')).toContain('the store of files is away');
  });

  it('later on is a 503 for callers, with the reason in the log and no secret', async () => {
    const refused = openS3Files(wrong({ secretAccessKey: 'planted-wrong-secret' }), staging, logger);
    const other = await openHouse(refused);
    const theirs = await other.start();
    const answer = await upload(picture(), theirs.address);
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toMatch(/Signature|S3RVER|planted/);
    expect(log.join('')).toContain('SignatureDoesNotMatch (403)');
    expect(log.join('')).not.toMatch(/planted-wrong-secret|StringToSign/);
    await other.close();
    await refused.close();
  });
});

it.each([
  ['https://s3.eu-central-1.amazonaws.com', true, 'https://s3.eu-central-1.amazonaws.com/files/parley/ab/x'],
  ['https://s3.eu-central-1.amazonaws.com', false, 'https://files.s3.eu-central-1.amazonaws.com/parley/ab/x'],
  ['http://10.0.0.9:9000/store/', true, 'http://10.0.0.9:9000/store/files/parley/ab/x'],
  ['http://store.test:9000', false, 'http://files.store.test:9000/parley/ab/x'],
])('at %s, the bucket in the path: %s, is at %s', (endpoint, pathStyle, address) => {
  const where = { endpoint: new URL(endpoint), bucket: 'files', prefix: 'parley/', pathStyle };
  expect(addressOf(where, 'ab/x').href).toBe(address);
});

it('knows no file by another prefix', async () => {
  const { id } = await server.keep(picture());
  const elsewhere = openS3Files({ ...store.options, prefix: '' }, staging, logger);
  const { status } = await elsewhere.read(id, { method: 'GET', headers: {} });
  expect(status).toBe(404);
  await elsewhere.close();
});

describe('a server', () => {
  const start = async (env: Record<string, string>) => {
    const database = await scratchDatabase();
    const dataDir = await dataFolder('s3');
    const { endpoint, bucket, accessKeyId, secretAccessKey } = store.options;
    const settings = {
      DATABASE_URL: database.url,
      PARLEY_API_KEY: apiKey,
      S3_ENDPOINT: endpoint.href,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: secretAccessKey,
      ...env,
    };
    const parley = await startParley({ dataDir, env: settings }).catch((error: ParleyEnded) => error);
    return {
      parley,
      dataDir,
      async end() {
        if (!(parley instanceof ParleyEnded)) await parley.stop();
        await database.drop();
        await removeDataFolder(dataDir);
      },
    };
  };

  it('keeps files in the bucket of its settings, and in no folder', async () => {
    const { parley, dataDir, end } = await start({ S3_PREFIX: '/shop/' });
    if (parley instanceof ParleyEnded) throw parley;
    const { id, link } = (await (await upload(picture(), parley.url)).json()) as { id: string; link: string };
    expect(await store.keys()).toContain(`shop/${id.slice(-2)}/${id}`);
    const served = await fetch(`${parley.url}${new URL(link).pathname}${new URL(link).search}`);
    expect(Buffer.from(await served.arrayBuffer()).equals(picture())).toBe(true);
    expect(await readdir(join(dataDir, 'media'))).toEqual(['incoming']);
    await end();
  });

  it('does not start with a key that the store refuses', async () => {
    const { parley, end } = await start({ S3_SECRET_ACCESS_KEY: 'planted-wrong-secret' });
    expect(parley).toBeInstanceOf(ParleyEnded);
    const { stderr } = parley as ParleyEnded;
    expect(stderr).toMatch(
      /^The bucket files at 127\.0\.0\.1:\d+ refuses us: it answered SignatureDoesNotMatch/,
    );
    expect(stderr).not.toContain('planted');
    await end();
  });
});
