import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../src/model/ids.ts';
import type { Content } from '../../src/model/message.ts';
import { mediaPath } from '../../src/pipeline/file-store-disk.ts';
import * as media from '../../src/store/media.ts';
import { type Here, serve } from '../outside/tools.ts';
import { FakeMeta, number, sign } from './fake-meta.ts';
import { eventually, links, type MediaHouse, openHouse, picture } from './media-house.ts';

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
let meta: FakeMeta;
let lane = 917_700_000_000;
let channel: string;
const ann = '919988776655';

beforeAll(async () => {
  house = await openHouse();
  server = await house.start();
  meta = await FakeMeta.open();
});
afterAll(async () => {
  await house.close();
  await meta.close();
});
beforeEach(async () => {
  meta.fetched.length = 0;
  lane += 1;
  channel = `wacfb:${lane}`;
  const { core, caller } = server;
  await core.change.putChannel(
    { businessId: caller.businessId },
    {
      type: 'wacfb',
      lane: String(lane),
      settings: meta.account,
    },
  );
});

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const image = (media: Content['media']): Content => ({ type: 'image', media: media! });
const become = (id: string, state: 'stored' | 'failed') =>
  eventually(async () => {
    const file = await server.core.findFile(server.caller.businessId, id);
    if (file?.state !== state) throw new Error(`the file is ${file?.state}`);
    return file;
  });
const incoming = () => readdir(join(house.mediaDir, 'incoming'));

/** A file that waits until it is let go. */
function held(bytes: Buffer) {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const id = newId();
  meta.files.set(id, {
    bytes,
    serve: (response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 20));
      void released.then(() => response.end(bytes.subarray(20)));
    },
  });
  return { id, release };
}

describe('a file that comes with a message', () => {
  it('is fetched from the provider, known by its bytes, and served by the link that webhooks tell', async () => {
    const bytes = picture();
    const file = held(bytes);
    const told: { messages?: { image: { link: string; linkSecure: string } }[] }[] = [];
    await using app = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      told.push(JSON.parse(body));
      response.end('{}');
    });
    const { core, caller } = server;
    const { queues } = await core.setup(caller.businessId);
    const queue = [...queues.values()].find((one) => one.isDefault)!;
    await core.change.setWebhook({ businessId: caller.businessId }, queue.appId!, 'xms', app.url);
    const message = {
      from: ann,
      id: `wamid.${newId()}`,
      timestamp: String(Math.floor(Date.now() / 1000)),
      type: 'image',
      image: {
        id: file.id,
        mime_type: 'image/jpeg',
        sha256: createHash('sha256').update(bytes).digest('base64'),
      },
    };
    await server.metaCalls(channel, { metadata: { phone_number_id: number }, messages: [message] }, sign);
    const { link, linkSecure } = await eventually(async () => {
      const found = told.find(({ messages }) => messages)?.messages?.[0]?.image;
      if (!found) throw new Error('the message has not been told');
      return found;
    });
    for (const address of [link, linkSecure]) {
      const early = await fetch(server.at(address));
      expect([early.status, early.headers.get('retry-after')]).toEqual([503, '2']);
      expect(await early.json()).toMatchObject({ error: 'unavailable' });
    }
    file.release();
    const known = links.read(link) as { id: string };
    expect(await become(known.id, 'stored')).toMatchObject({ mime: 'image/png', sha256: sha256(bytes) });
    for (const address of [link, linkSecure]) {
      const answer = await fetch(server.at(address));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
    }
  });

  it('that is cut while it is fetched is fetched again, and never kept by half', async () => {
    const bytes = picture(100_000);
    const id = newId();
    let tries = 0;
    meta.files.set(id, {
      bytes,
      serve: (response) => {
        tries += 1;
        if (tries === 1) {
          response.writeHead(200, { 'content-length': bytes.length });
          response.write(bytes.subarray(0, 50_000), () => response.destroy());
        } else {
          response.writeHead(200).end(bytes);
        }
      },
    });
    const heard = await server.hear(channel, ann, image({ providerId: id }));
    const file = await become(heard.content.media!.id!, 'stored');
    expect(file).toMatchObject({ sizeBytes: bytes.length, sha256: sha256(bytes) });
    expect(tries).toBe(2);
    expect(await incoming()).toEqual([]);
  });

  it('that is not the one that was sent is asked for once more, and then given up', async () => {
    const id = newId();
    meta.files.set(id, { bytes: picture(), sha256: sha256(Buffer.from('another')) });
    const heard = await server.hear(channel, ann, image({ providerId: id }));
    const mediaId = heard.content.media!.id!;
    await become(mediaId, 'failed');
    expect(meta.fetched).toEqual([id, id]);
    const answer = await fetch(server.at(links.of(mediaId, false)));
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('could not be fetched') });
    expect(await incoming()).toEqual([]);
  });

  it('that is larger than the channel carries is given up, and holds no memory and no disk', async () => {
    const id = newId();
    const chunk = Buffer.alloc(1024 * 1024, 7);
    meta.files.set(id, {
      bytes: chunk,
      serve: (response) => {
        response.writeHead(200);
        const more = () => {
          while (!response.destroyed) if (!response.write(chunk)) return void response.once('drain', more);
        };
        more();
      },
    });
    const heard = await server.hear(channel, ann, { type: 'document', media: { providerId: id } });
    await become(heard.content.media!.id!, 'failed');
    const found = await media.find(house.db, heard.content.media!.id!);
    expect(found?.failure).toBe('The file is larger than 100 MB.');
    expect(meta.fetched).toEqual([id]);
    expect(await incoming()).toEqual([]);
  });

  it('whose bytes are there already, because a server stopped before it could say so, is fetched anew', async () => {
    const { id, release } = held(picture());
    const heard = await server.hear(channel, ann, image({ providerId: id }));
    const mediaId = heard.content.media!.id!;
    const path = mediaPath(house.mediaDir, mediaId);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'what the stopped server had written');
    release();
    await become(mediaId, 'stored');
    const answer = await fetch(server.at(links.of(mediaId, false)));
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(picture());
  });

  it('is left to the next server when this one is stopped in the middle', async () => {
    const first = await house.start();
    await server.stop();
    const { id } = held(picture());
    const heard = await first.hear(channel, ann, image({ providerId: id }));
    const mediaId = heard.content.media!.id!;
    await eventually(async () => expect(meta.fetched).toContain(id));
    await first.stop();
    const left = await media.find(house.db, mediaId);
    expect(left).toMatchObject({ failure: expect.stringContaining('shutting down') });
    meta.files.set(id, { bytes: picture() });
    server = await house.start();
    await become(mediaId, 'stored');
    expect(await incoming()).toEqual([]);
  });

  it('of a slow channel does not keep the files of another one waiting', async () => {
    const slow = Array.from({ length: 10 }, () => held(picture()));
    for (const { id } of slow) await server.hear(channel, ann, image({ providerId: id }));
    await eventually(async () => expect(meta.fetched.length).toBeGreaterThanOrEqual(4));
    const { core, caller } = server;
    const settings = { ...meta.account, listLabel: 'Pick' };
    await core.change.putChannel(
      { businessId: caller.businessId },
      { type: 'wa', lane: String(lane), settings },
    );
    const quick = newId();
    meta.files.set(quick, { bytes: picture() });
    const heard = await server.hear(`wa:${lane}`, ann, image({ providerId: quick }));
    await become(heard.content.media!.id!, 'stored');
    for (const { release } of slow) release();
  });
});

describe('a file at an address that a connector told', () => {
  let files: Here & { asked: string[] };
  beforeEach(async () => {
    const { core, caller } = server;
    files = await serve((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/a.png' }).end();
      else response.writeHead(request.url === '/gone' ? 404 : 200).end(picture());
    });
    const settings = { url: files.url, verifyToken: `token-of-the-lane-${lane}` };
    await core.change.putChannel(
      { businessId: caller.businessId },
      { type: 'custom', lane: String(lane), settings },
    );
    return () => files[Symbol.asyncDispose]();
  });
  const hear = async (link: string) =>
    (await server.hear(`custom:${lane}`, 'ann', image({ link }))).content.media!.id!;

  it('is fetched from there', async () => {
    expect(await become(await hear(`${files.url}/a.png`), 'stored')).toMatchObject({ mime: 'image/png' });
  });

  it('is not followed to another one', async () => {
    await become(await hear(`${files.url}/moved`), 'failed');
    expect(files.asked).toEqual(['GET /moved']);
  });

  it('is given up when it is not there', async () => {
    await become(await hear(`${files.url}/gone`), 'failed');
  });

  it.each(['http://169.254.169.254/latest/meta-data', 'http://[::ffff:10.0.0.1]/', 'http://0xa000001/'])(
    'is never asked for inside: %s',
    async (link) => {
      const id = await hear(link);
      await become(id, 'failed');
      expect((await media.find(house.db, id))?.failure).toMatch(/private|not called/);
    },
  );
});
