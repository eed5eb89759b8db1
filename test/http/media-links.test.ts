import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/model/ids.ts';
import { mediaPath } from '../../src/pipeline/file-store-disk.ts';
import * as store from '../../src/store/media.ts';
import { links, type MediaHouse, openHouse, picture, seal } from '../pipeline/media-house.ts';

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
beforeAll(async () => {
  house = await openHouse();
  server = await house.start();
});
afterAll(() => house.close());

const ask = (link: string, init: RequestInit = {}) => fetch(server.at(link), init);
const sound = Buffer.concat([
  Buffer.from('ID3'),
  Buffer.from(Array.from({ length: 997 }, (_, i) => i % 251)),
]);

describe('a player', () => {
  it('asks for the beginning, the end, or a part, and gets just that', async () => {
    const { link } = await server.keep(sound, 'a.mp3');
    for (const [range, from, to] of [
      ['bytes=0-99', 0, 99],
      ['bytes=900-', 900, 999],
      ['bytes=-10', 990, 999],
      ['bytes=990-5000', 990, 999],
    ] as const) {
      const answer = await ask(link, { headers: { range } });
      expect(answer.status, range).toBe(206);
      expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to}/1000`);
      expect(answer.headers.get('content-length')).toBe(String(to - from + 1));
      expect(answer.headers.get('content-type')).toBe('audio/mpeg');
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(sound.subarray(from, to + 1));
    }
  });

  it('hears that parts can be had, and that there is none behind the end', async () => {
    const { link } = await server.keep(sound);
    const whole = await ask(link);
    expect([whole.status, whole.headers.get('accept-ranges')]).toEqual([200, 'bytes']);
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(sound);
    const beyond = await ask(link, { headers: { range: 'bytes=1000-' } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */1000']);
    expect(await beyond.json()).toMatchObject({ status: 416, message: expect.any(String) });
  });

  it('may ask about the file without fetching it', async () => {
    const { link } = await server.keep(sound, 'a.mp3');
    const answer = await ask(link, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '1000']);
    expect((await answer.arrayBuffer()).byteLength).toBe(0);
  });

  it('is not sent again what it has', async () => {
    const { link } = await server.keep(sound);
    const etag = (await ask(link)).headers.get('etag')!;
    const { statusCode, body } = await request(server.at(link), { headers: { 'if-none-match': etag } });
    expect([statusCode, await body.text()]).toEqual([304, '']);
  });
});

describe('a browser', () => {
  it.each([
    ['a picture', picture(), 'image/png', 'inline'],
    ['a PDF', Buffer.from('%PDF-1.7 …'), 'application/pdf', 'inline'],
    ['a page', Buffer.from('<html><script>alert(1)</script>'), 'application/octet-stream', 'attachment'],
    [
      'a drawing with a script',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
      'application/octet-stream',
      'attachment',
    ],
    ['plain text', Buffer.from('<b>not</b> a page? a text'), 'application/octet-stream', 'attachment'],
    ['what nobody knows', Buffer.from([0, 1, 2, 3]), 'application/octet-stream', 'attachment'],
  ])('is given %s so that nothing in it can run here', async (_, bytes, type, how) => {
    const answer = await ask((await server.keep(bytes, 'a.html')).link);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-disposition')).toMatch(new RegExp(`^${how};`));
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    if (type !== 'application/pdf') expect(policy).toContain('sandbox');
  });

  it.each([
    ['quotes', 'a "b"; c.png', `filename="a _b_; c.png"; filename*=UTF-8''a%20%22b%22%3B%20c.png`],
    ['line breaks', 'a\r\nset-cookie: x=1.png', `filename="aset-cookie: x=1.png"`],
    ['another direction of writing', 'invoice\u202egnp.exe', `filename="invoicegnp.exe"`],
    ['folders', '../../etc/passwd', `filename=".._.._etc_passwd"`],
    ['other letters', 'صورة é.png', `filename*=UTF-8''%D8%B5%D9%88%D8%B1%D8%A9%20%C3%A9.png`],
    ['half a letter', 'a\ud800b.png', `.png`],
    ['per cent signs', "100%'s.png", `filename*=UTF-8''100%25%27s.png`],
    ['nothing that can be shown', '\u202e\u0007', 'filename="file"'],
  ])('is told a name with %s without being led astray', async (_, filename, said) => {
    // As a channel told it: what the business itself names is looked at before.
    const file = await server.keep(picture());
    const text = 'update media set filename = $2 where id = $1';
    await house.db.run({ name: 'test.rename', text }, [file.id, filename]);
    const answer = await ask(file.link);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('content-disposition')).toContain(said);
  });
});

describe('a link', () => {
  it('that expires is good until then, and says so afterwards', async () => {
    const { id } = await server.keep(picture());
    expect((await ask(links.of(id, true))).status).toBe(200);
    const until = Math.floor(Date.now() / 1000) - 1;
    const late = `/media/${id}?until=${until}&s=${seal.sign(`media ${id} ${until}`)}`;
    const answer = await fetch(server.address + late);
    expect(answer.status).toBe(410);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toMatchObject({ status: 410, error: 'gone', traceid: expect.any(String) });
  });

  it('that we did not make leads nowhere', async () => {
    const { id, link } = await server.keep(picture());
    const { id: other } = await server.keep(picture());
    const s = new URL(link).searchParams.get('s')!;
    const until = new URL(links.of(id, true)).searchParams;
    const forged = [
      `/media/${id}`,
      `/media/${id}?s=`,
      `/media/${id}?s=${s.slice(0, -1)}`,
      `/media/${id}?s=${s}&s=${s}`,
      `/media/${id}?s[]=${s}`,
      `/media/${other}?s=${s}`,
      `/media/${id}?until=9999999999&s=${s}`,
      `/media/${id}?until=9999999999&s=${until.get('s')}`,
      `/media/${id}?s=${until.get('s')}`,
      `/media/${id.toUpperCase()}?s=${s}`,
      `/media/..%2f..%2fetc%2fpasswd?s=${s}`,
      `/media/%00?s=${s}`,
      `/media/incoming?s=${seal.sign('media incoming')}`,
      `/media/${newId()}?s=${s}`,
    ];
    for (const path of forged) {
      const answer = await fetch(server.address + path);
      expect(answer.status, path).toBe(404);
      expect(await answer.json(), path).toMatchObject({ status: 404, error: 'notFound' });
    }
  });

  it('to a file that was never there, or is there no more, says so', async () => {
    const answer = await ask(links.of(newId(), false));
    expect([answer.status, (await answer.json()) as unknown]).toMatchObject([404, { error: 'notFound' }]);
    const { id, link } = await server.keep(picture());
    await rm(mediaPath(house.mediaDir, id));
    expect((await store.find(house.db, id))?.storedAt).toBeDefined();
    const gone = await ask(link);
    expect(gone.status).toBe(404);
    expect(await gone.json()).toMatchObject({ message: expect.stringContaining('not there any more') });
  });

  it('whose path climbs up is no link', async () => {
    const { id, link } = await server.keep(picture());
    const { port } = new URL(server.address);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.end(
          `GET /media/../media/${id}/../../../etc/passwd${new URL(link).search} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
        ),
      );
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 404/);
  });
});
