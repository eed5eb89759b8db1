import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediaPath } from '../../src/pipeline/file-store-disk.ts';
import { apiKey, eventually, links, type MediaHouse, openHouse } from './media-house.ts';

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
beforeAll(async () => {
  house = await openHouse();
  server = await house.start();
});
afterAll(() => house.close());

const photo = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } });
const small = (id: string, query = '') => fetch(server.at(links.of(id, true, 'thumbnail')) + query);

/** A PNG that says that it is huge, with few bytes: each row is the same, and packs to nothing. */
function bomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crcOf(body));
    return Buffer.concat([length, body, crc]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(4_000_000), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crcOf(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

describe('a picture', () => {
  it.each([
    ['JPEG', () => photo(3000, 2000).jpeg().toBuffer(), [480, 320]],
    ['PNG', () => photo(600, 1200).png().toBuffer(), [240, 480]],
    ['WebP', () => photo(1000, 1000).webp().toBuffer(), [480, 480]],
    ['GIF', () => photo(960, 480).gif().toBuffer(), [480, 240]],
    ['small JPEG', () => photo(40, 30).jpeg().toBuffer(), [40, 30]],
    [
      'JPEG that lies on its side',
      () => photo(1000, 500).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      [240, 480],
    ],
  ])(
    '(%s) has a thumbnail, made when it is first looked at, and kept beside it',
    async (_, make, [width, height]) => {
      const { id, thumbnail } = await server.keep(await make());
      expect(thumbnail).toBe(links.of(id, false, 'thumbnail'));
      const beside = mediaPath(house.mediaDir, `${id}.thumbnail`);
      await expect(stat(beside)).rejects.toMatchObject({ code: 'ENOENT' });
      const answer = await small(id);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp']);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      const told = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
      expect([told.width, told.height, told.exif]).toEqual([width, height, undefined]);
      const { mtimeMs } = await stat(beside);
      expect((await small(id)).status).toBe(200);
      expect((await stat(beside)).mtimeMs).toBe(mtimeMs);
    },
  );

  it('that many want to see at once is made small once', async () => {
    const { id } = await server.keep(await photo(2000, 2000).jpeg().toBuffer());
    const answers = await Promise.all(Array.from({ length: 20 }, () => small(id)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it('shows its thumbnail only to who has the link, and until that expires', async () => {
    const { id, link } = await server.keep(await photo(900, 900).jpeg().toBuffer());
    const ask = (path: string) => fetch(`${server.address}${path}`).then(({ status }) => status);
    expect(await ask(`/media/${id}/thumbnail`)).toBe(404);
    expect(await ask(`/media/${id}/thumbnail?s=${new URL(link).searchParams.get('s')}`)).toBe(404);
    expect(await ask(`/media/${id}/thumbnail?until=1&s=x`)).toBe(404);
  });

  it('takes its thumbnail along when it goes', async () => {
    const { id } = await server.keep(await photo(900, 900).jpeg().toBuffer());
    await small(id);
    await house.db.run(
      {
        name: 'test.remove',
        text: `with gone as (delete from media where id = $1 returning business_id, id)
          insert into file_removal (business_id, media_id) select * from gone`,
      },
      [id],
    );
    await eventually(async () => {
      await expect(stat(mediaPath(house.mediaDir, `${id}.thumbnail`))).rejects.toMatchObject({
        code: 'ENOENT',
      });
    });
    expect((await small(id)).status).toBe(404);
  });
});

describe('there is no thumbnail, and no harm done,', () => {
  it.each([
    ['of a document', async () => Buffer.from('%PDF-1.7 …'), false],
    ['of a drawing', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), false],
    [
      'of what only begins as a picture',
      async () => Buffer.from('\x89PNG\r\n\x1a\nof the goods', 'latin1'),
      true,
    ],
    ['of half a picture', async () => (await photo(2000, 2000).jpeg().toBuffer()).subarray(0, 9000), true],
    ['of a picture that swells up to ten thousand million points', async () => bomb(100_000, 100_000), true],
    ['of a picture with more points than phones make', async () => bomb(9000, 9000), true],
  ])('%s', async (_, make, isTried) => {
    const bytes = await make();
    const { id, thumbnail } = await server.keep(bytes);
    expect(thumbnail !== undefined).toBe(isTried);
    const answer = await fetch(server.at(links.of(id, true, 'thumbnail')), { redirect: 'manual' });
    expect(answer.status).toBe(isTried ? 302 : 404);
    if (isTried) {
      // What says that it is a picture is shown as it is.
      const itself = await small(id);
      expect(new URL(itself.url).pathname).toBe(`/media/${id}`);
      expect(Buffer.from(await itself.arrayBuffer()).equals(bytes)).toBe(true);
    }
    const again = await fetch(`${server.address}/api/v1/media/${id}`, { headers: { 'x-api-key': apiKey } });
    const told = (await again.json()) as object;
    expect(told).toMatchObject({ state: 'stored' });
    expect(told).not.toHaveProperty('thumbnail');
    const [row] = await house.db.run<{ thumbnail: boolean | null }>(
      { name: 'test.thumbnail', text: 'select thumbnail from media where id = $1' },
      [id],
    );
    expect(row!.thumbnail).toBe(isTried ? false : null);
    // The next picture is made as if nothing had been.
    const { id: next } = await server.keep(await photo(700, 700).jpeg().toBuffer());
    expect((await small(next)).status).toBe(200);
    expect((await readdir(tmpdir())).filter((name) => /^parley-[0-9a-f]{40}$/.test(name))).toEqual([]);
  });
});
