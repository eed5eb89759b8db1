import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Content } from '../../src/model/message.ts';
import { FakeMeta, number, sign } from './fake-meta.ts';
import { apiKey, links, type MediaHouse, openHouse, picture } from './media-house.ts';

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
let meta: FakeMeta;
let lane = 918_800_000_000;
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
  meta.uploads.length = 0;
  meta.sent.length = 0;
  lane += 1;
  channel = `wacfb:${lane}`;
  await putChannel();
  await server.hear(channel, ann, { type: 'text', text: 'Hi' });
});

const putChannel = (settings: Record<string, unknown> = {}) =>
  server.core.change.putChannel(
    { businessId: server.caller.businessId },
    {
      type: 'wacfb',
      lane: String(lane),
      settings: { ...meta.account, ...settings },
    },
  );
const image = (media: Content['media']): Content => ({ type: 'image', media: media! });
const sql = (name: string, text: string, values: unknown[]) => house.db.run({ name, text }, values);
const stored = async () =>
  (await sql('test.count', 'select count(*)::int as n from message', []))[0]!.n as number;

async function sendImage(media: Content['media']) {
  const { id } = await server.send(channel, ann, image(media));
  return server.reaches(id, 'SENTX');
}

describe('a file of the business', () => {
  it('is uploaded to the provider, and named by the provider’s id', async () => {
    const file = await server.keep(picture(), 'one pixel.png');
    await sendImage({ id: file.id, caption: 'Look' });
    expect(meta.uploads).toEqual([
      {
        id: 'uploaded-1',
        product: 'whatsapp',
        type: 'image/png',
        partType: 'image/png',
        filename: 'one pixel.png',
        bytes: picture(),
      },
    ]);
    expect(meta.sent[0]!.image).toEqual({ id: 'uploaded-1', caption: 'Look' });
  });

  it('is uploaded once for many messages, also for those that go at the same time', async () => {
    const file = await server.keep(picture());
    const people = Array.from({ length: 20 }, (_, i) => `9199000000${10 + i}`);
    for (const csid of people) await server.hear(channel, csid, { type: 'text', text: 'Hi' });
    const sent = await Promise.all(people.map((csid) => server.send(channel, csid, image({ id: file.id }))));
    for (const { id } of sent) await server.reaches(id, 'SENTX');
    await sendImage({ id: file.id });
    expect(meta.uploads).toHaveLength(1);
    expect(new Set(meta.sent.map((body) => (body.image as { id: string }).id))).toEqual(
      new Set(['uploaded-1']),
    );
  });

  it('may be named by its link, as message/send has it, for good or one that expires', async () => {
    const file = await server.keep(picture());
    for (const link of [file.link, links.of(file.id, true)]) {
      const answer = await fetch(`${server.address}/xms/api/v1/message/send`, {
        method: 'POST',
        headers: { 'x-api-key': apiKey },
        body: JSON.stringify({ channelId: channel, to: { phone: ann }, type: 'image', image: { link } }),
      });
      expect(answer.status).toBe(200);
      const { results } = (await answer.json()) as { results: { messageId?: string; id?: string }[] };
      await server.reaches((results[0]!.id ?? results[0]!.messageId)!, 'SENTX');
    }
    expect(meta.uploads).toHaveLength(1);
    expect(meta.sent.map((body) => body.image)).toEqual([{ id: 'uploaded-1' }, { id: 'uploaded-1' }]);
  });

  it('goes above a template', async () => {
    const { businessId } = server.caller;
    const { change } = server.core;
    const { value } = await change.putTemplate(
      { businessId },
      { code: 'offer', lang: 'en', body: 'For you' },
    );
    await change.approveTemplate({ businessId }, value.id, { channelId: channel, status: 'APPROVED' });
    const file = await server.keep(picture());
    const { id } = await server.send(
      channel,
      ann,
      { type: 'template', headerMedia: { type: 'image', id: file.id } },
      { template: { code: 'offer', lang: 'en' } },
    );
    await server.reaches(id, 'SENTX');
    const { components } = meta.sent[0]!.template as { components: unknown[] };
    expect(components[0]).toEqual({
      type: 'header',
      parameters: [{ type: 'image', image: { id: 'uploaded-1' } }],
    });
  });

  it('is uploaded again when the provider keeps it no longer, or the channel became another account', async () => {
    const file = await server.keep(picture());
    await sendImage({ id: file.id });
    await sql('test.expire', 'update media_upload set expires_at = now() where media_id = $1', [file.id]);
    await sendImage({ id: file.id });
    await putChannel({ listLabel: 'Pick' });
    await sendImage({ id: file.id });
    expect(meta.sent.map((body) => body.image)).toEqual([
      { id: 'uploaded-1' },
      { id: 'uploaded-2' },
      { id: 'uploaded-3' },
    ]);
  });

  it('is named by its address to a channel that takes no uploads', async () => {
    const { caller, core } = server;
    const told: Record<string, { link: string }>[] = [];
    const { serve } = await import('../outside/tools.ts');
    await using connector = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      told.push(JSON.parse(body));
      response.end('{"id":"c-1"}');
    });
    const settings = { url: connector.url, verifyToken: `the token of ${lane} here`.replaceAll(' ', '-') };
    await core.change.putChannel(
      { businessId: caller.businessId },
      { type: 'custom', lane: String(lane), settings },
    );
    const file = await server.keep(picture());
    const { id } = await server.send(`custom:${lane}`, 'ann', image({ id: file.id }));
    await server.reaches(id, 'SENTX');
    const { link } = told[0]!.image!;
    expect(link).toMatch(/until=/);
    expect(Buffer.from(await (await fetch(server.at(link))).arrayBuffer())).toEqual(picture());
  });

  it('that came with a message a moment ago waits until it is fetched itself', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    meta.files.set('from-ann', {
      bytes: picture(),
      serve: (response) => void held.then(() => response.writeHead(200).end(picture())),
    });
    const heard = await server.hear(channel, ann, image({ providerId: 'from-ann' }));
    const { id } = await server.send(
      channel,
      ann,
      image({ link: links.of(heard.content.media!.id!, false) }),
    );
    await server.reaches(id, 'INIT');
    release();
    await server.reaches(id, 'SENTX');
    expect(meta.uploads[0]!.bytes).toEqual(picture());
  });
});

describe('a file of somebody else', () => {
  it('stays an address that the provider fetches', async () => {
    await sendImage({ link: 'https://shop.example/a.png' });
    expect(meta.uploads).toEqual([]);
    expect(meta.sent[0]!.image).toEqual({ link: 'https://shop.example/a.png' });
  });

  it('is not named by a provider’s id that a caller made up', async () => {
    await sendImage({ link: 'https://shop.example/a.png', providerId: 'guessed' });
    expect(meta.sent[0]!.image).toEqual({ link: 'https://shop.example/a.png' });
  });
});

describe('is refused before anything is stored', () => {
  it.each([
    ['an id that nobody has', async () => ({ id: '0123456789abcdef01234567' }), 'image.id', 'UNKNOWN_MEDIA'],
    ['an id that is none', async () => ({ id: '../../etc/passwd' }), 'image.id', 'UNKNOWN_MEDIA'],
    [
      'an id of another business',
      async () => ({ id: (await server.keep(picture(), undefined, await server.neighbour())).id }),
      'image.id',
      'UNKNOWN_MEDIA',
    ],
    [
      'a link of another business',
      async () => ({ link: (await server.keep(picture(), undefined, await server.neighbour())).link }),
      'image.link',
      'UNKNOWN_MEDIA',
    ],
    [
      'a link of ours that we did not make',
      async () => ({ link: (await server.keep(picture())).link.replace(/s=.{5}/, 's=AAAAA') }),
      'image.link',
      'UNKNOWN_MEDIA',
    ],
    [
      'a picture that is none',
      async () => ({ id: (await server.keep(Buffer.from('%PDF-1.7'))).id }),
      'image.id',
      'MEDIA_TYPE',
    ],
  ])('%s', async (_, media, field, code) => {
    const given = image(await media());
    const before = await stored();
    await expect(server.send(channel, ann, given)).rejects.toMatchObject({
      kind: 'invalid',
      details: [{ field, code }],
    });
    expect(await stored()).toBe(before);
    expect(meta.uploads).toEqual([]);
  });

  it('a film that is too large, with the limit named', async () => {
    const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom', 'latin1'), Buffer.alloc(16 * 1024 * 1024)]);
    const { id } = await server.keep(film);
    const before = await stored();
    await expect(server.send(channel, ann, { type: 'video', media: { id } })).rejects.toMatchObject({
      message: expect.stringMatching(/at most 16 MB/),
      details: [{ field: 'video.id', code: 'MEDIA_TOO_LARGE' }],
    });
    expect(await stored()).toBe(before);
  });
});

describe('when the provider does not take it', () => {
  it('a file that it could not use is tried once more with a fresh upload', async () => {
    const file = await server.keep(picture());
    meta.refuseMessages.push({
      status: 400,
      body: { error: { code: 131053, message: 'Media upload error' } },
    });
    await sendImage({ id: file.id });
    expect(meta.sent.map((body) => body.image)).toEqual([{ id: 'uploaded-2' }]);
    await sendImage({ id: file.id });
    expect(meta.uploads).toHaveLength(2);
  });

  it('and fails with the reason when that does not help', async () => {
    const file = await server.keep(picture());
    const refusal = { status: 400, body: { error: { code: 131053, message: 'Media upload error' } } };
    meta.refuseMessages.push(refusal, refusal);
    const { id } = await server.send(channel, ann, image({ id: file.id }));
    const { failure } = await server.reaches(id, 'SENT_ERR');
    expect(failure).toMatchObject({ class: 'MEDIA', code: '131053' });
    expect(meta.uploads).toHaveLength(2);
  });

  it('an upload of some time ago that it no longer knows is made again', async () => {
    const file = await server.keep(picture());
    await sendImage({ id: file.id });
    meta.refuseMessages.push({ status: 400, body: { error: { code: 131009, message: 'no such media' } } });
    await sendImage({ id: file.id });
    expect(meta.sent.map((body) => body.image)).toEqual([{ id: 'uploaded-1' }, { id: 'uploaded-2' }]);
  });

  it('a file that it reports as unusable only later is uploaded afresh for the next message', async () => {
    const file = await server.keep(picture());
    const { id, providerId } = await sendImage({ id: file.id });
    const status = {
      id: providerId,
      status: 'failed',
      timestamp: String(Math.floor(Date.now() / 1000)),
      errors: [{ code: 131053, title: 'Media upload error' }],
    };
    await server.metaCalls(channel, { metadata: { phone_number_id: number }, statuses: [status] }, sign);
    await server.reaches(id, 'SENTX_ERR');
    await sendImage({ id: file.id });
    expect(meta.sent.map((body) => body.image)).toEqual([{ id: 'uploaded-1' }, { id: 'uploaded-2' }]);
  });

  it('an upload whose end nobody knows is repeated: nobody has been written to yet', async () => {
    const file = await server.keep(picture());
    meta.refuseUploads.push('cut');
    await sendImage({ id: file.id });
    expect(meta.sent).toHaveLength(1);
  });
});
