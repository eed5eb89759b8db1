import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/model/ids.ts';
import { apiKey, type MediaHouse, openHouse, picture } from '../../pipeline/media-house.ts';

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
beforeAll(async () => {
  house = await openHouse();
  server = await house.start();
});
afterAll(() => house.close());

const mb = 1024 * 1024;
const post = (body: RequestInit['body'] | null, { query = '', ...headers }: Record<string, string> = {}) =>
  fetch(`${server.address}/api/v1/media${query}`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, ...headers },
    body,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit);
const get = (id: string, key = apiKey) =>
  fetch(`${server.address}/api/v1/media/${id}`, { headers: { 'x-api-key': key } });
const rows = async () =>
  (await house.db.run({ name: 'test.files', text: 'select count(*)::int as n from media' }, []))[0]!
    .n as number;
const incoming = () => readdir(join(house.mediaDir, 'incoming'));
const bytesOf = (buffer: Buffer) => new Uint8Array(buffer);

describe('uploading', () => {
  it('the bytes as they are answers what they are, and where they can be had', async () => {
    const bytes = picture(10);
    const answer = await post(bytesOf(bytes), { query: '?filename=a%20b.jpg', 'content-type': 'image/jpeg' });
    expect(answer.status).toBe(201);
    const file = await answer.json();
    expect(file).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      link: expect.stringContaining(`/media/`),
      thumbnail: expect.stringContaining('/thumbnail?s='),
      state: 'stored',
      mime: 'image/png',
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      filename: 'a b.jpg',
    });
    expect(await (await get((file as { id: string }).id)).json()).toEqual(file);
    const served = await fetch(server.at((file as { link: string }).link));
    expect(Buffer.from(await served.arrayBuffer())).toEqual(bytes);
  });

  it.each(['', 'application/json', 'text/html; charset=x', 'nonsense'])(
    'goes by the bytes and not by the content type: "%s"',
    async (type) => {
      const answer = await post(bytesOf(picture()), { 'content-type': type });
      expect([answer.status, await answer.json()]).toMatchObject([201, { mime: 'image/png' }]);
    },
  );

  it('a form with a file takes name and bytes out of it, whatever stands beside it', async () => {
    const form = new FormData();
    form.append('note', 'for Ann');
    form.append('file', new File([bytesOf(picture())], 'صورة.png', { type: 'text/html' }));
    const answer = await post(form);
    expect([answer.status, await answer.json()]).toMatchObject([
      201,
      { mime: 'image/png', filename: 'صورة.png', sizeBytes: picture().length },
    ]);
  });

  it.each([
    [
      'the end of a zip',
      Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(300_000), Buffer.from('word/')]),
    ],
    ['the directory of an old office file', oldWord()],
  ])('knows a large file by %s', async (_, bytes) => {
    const { mime } = (await (await post(bytesOf(bytes))).json()) as { mime: string };
    expect(mime).toMatch(/word/);
  });

  it('scripts are kept, and told as what they are', async () => {
    const answer = await post('<svg onload="alert(1)"></svg>');
    expect(await answer.json()).toMatchObject({ mime: 'image/svg+xml' });
  });

  it('a file goes to the disk while it comes in, and not into memory', async () => {
    const chunk = bytesOf(Buffer.alloc(mb, 1));
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    async function* slowly() {
      for (let i = 0; i < 20; i++) yield chunk;
      await ended;
      yield chunk;
    }
    const answer = post(Readable.toWeb(Readable.from(slowly())) as ReadableStream);
    const onDisk = async () => {
      const [name] = await incoming();
      return name === undefined ? 0 : (await stat(join(house.mediaDir, 'incoming', name))).size;
    };
    await expect.poll(onDisk, { timeout: 15_000 }).toBeGreaterThan(18 * mb);
    end();
    expect(await (await answer).json()).toMatchObject({ sizeBytes: 21 * mb });
    expect(await incoming()).toEqual([]);
  });
});

describe('is refused, and nothing is left of it', () => {
  const refused = async (answer: Response, status: number, error: object) => {
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error });
    expect(await incoming()).toEqual([]);
  };

  it.each([
    ['no body', () => post(null), 400, { code: 'MISSING', fields: [{ field: 'file' }] }],
    ['an empty body', () => post(''), 400, { code: 'MISSING', fields: [{ field: 'file' }] }],
    [
      'an empty body in pieces',
      () => post(Readable.toWeb(Readable.from([])) as ReadableStream),
      400,
      { code: 'MISSING', fields: [{ field: 'file' }] },
    ],
    [
      'a form without a file',
      () => post(formOf({ a: 'b' })),
      400,
      { code: 'MISSING', fields: [{ field: 'file' }] },
    ],
    [
      'a form with an empty file',
      () => post(formOf({ file: new File([], 'a.png') })),
      400,
      { code: 'MISSING', fields: [{ field: 'file' }] },
    ],
    [
      'a form that breaks off',
      () =>
        post('--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc', multipartType),
      400,
      { code: 'INVALID' },
    ],
    ['a form that is none', () => post('hello', multipartType), 400, {}],
    [
      'a form whose file has a name that cannot be',
      () => post(formOf({ file: new File(['x'.repeat(500_000)], 'a') }), { query: '?filename=a%07' }),
      400,
      { fields: [{ field: 'filename', code: 'BAD_NAME' }] },
    ],
    ['a form without a boundary', () => post('hello', { 'content-type': 'multipart/form-data' }), 400, {}],
    [
      'a name with a line break',
      () => post('x', { query: '?filename=a%0d%0ab' }),
      400,
      { code: 'INVALID', fields: [{ field: 'filename', code: 'BAD_NAME' }] },
    ],
    [
      'a name without end',
      () => post('x', { query: `?filename=${'a'.repeat(300)}` }),
      400,
      { code: 'INVALID', fields: [{ field: 'filename', code: 'BAD_NAME' }] },
    ],
  ])('%s', async (_, send, status, error) => {
    const before = await rows();
    await refused(await send(), status, error);
    expect(await rows()).toBe(before);
  });

  it('what comes in larger than it may be, by itself or in a form', async () => {
    const chunk = bytesOf(Buffer.alloc(mb, 1));
    const before = await rows();
    const error = { code: 'TOO_LARGE', message: 'A file has at most 100 MB', fields: [{ field: 'file' }] };
    await refused(await post(Readable.toWeb(pieces(chunk, 101)) as ReadableStream), 413, error);
    const form = formOf({ file: new File([new Blob(Array.from({ length: 101 }, () => chunk))], 'a.bin') });
    await refused(await post(form), 413, error);
    expect(await rows()).toBe(before);
  });

  it('what is announced as too large, before it comes in', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const asked = httpRequest(`${server.address}/api/v1/media`, {
        method: 'POST',
        headers: { 'x-api-key': apiKey, 'content-length': 200 * mb },
      });
      asked.on('response', (response) => {
        resolve(response.statusCode);
        asked.destroy();
      });
      asked.on('error', reject);
      asked.write('the beginning');
    });
    expect(status).toBe(413);
  });

  it('what breaks off in the middle', async () => {
    const before = await rows();
    await new Promise<void>((resolve) => {
      const asked = httpRequest(`${server.address}/api/v1/media`, {
        method: 'POST',
        headers: { 'x-api-key': apiKey, 'content-length': 1000 },
      });
      asked.on('error', () => resolve());
      asked.write('the beginning', () => asked.destroy(new Error('gone')));
    });
    await expect.poll(incoming).toEqual([]);
    expect(await rows()).toBe(before);
  });

  it('whoever may not write, before anything is read', async () => {
    const { core, caller } = server;
    const { key } = await core.change.createKey(
      { businessId: caller.businessId },
      { name: 'Reads', scope: 'read' },
    );
    expect((await post('x', { 'x-api-key': key })).status).toBe(403);
    expect((await post('x', { 'x-api-key': 'nobody' })).status).toBe(401);
  });
});

describe('asking about a file', () => {
  it('of another business, or of nobody, finds none', async () => {
    const { id } = await server.keep(picture(), undefined, await server.neighbour());
    for (const unknown of [id, newId(), 'x', '..%2f..']) {
      const answer = await get(unknown);
      expect(answer.status, unknown).toBe(404);
      expect(await answer.json()).toMatchObject({ error: { fields: [{ code: 'MEDIA_NOT_FOUND' }] } });
    }
  });
});

it('elsewhere a body has the limit that it had', async () => {
  const answer = await fetch(`${server.address}/xms/api/v1/message/send`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: JSON.stringify({ text: { body: 'x'.repeat(2 * mb) } }),
  });
  expect(answer.status).toBe(413);
});

const multipartType = { 'content-type': 'multipart/form-data; boundary=x' };

function formOf(fields: Record<string, string | File>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

function pieces(chunk: Uint8Array, times: number): Readable {
  return Readable.from(
    (function* () {
      for (let i = 0; i < times; i++) yield chunk;
    })(),
  );
}

/** A compound file whose directory lies far behind its beginning, and far before its end. */
function oldWord(): Buffer {
  const bytes = Buffer.alloc(512 * 1024);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
  bytes.writeUInt16LE(9, 30);
  bytes.writeUInt32LE(499, 48);
  bytes.write('WordDocument', 500 * 512, 'utf16le');
  return bytes;
}
