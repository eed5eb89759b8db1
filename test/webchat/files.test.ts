import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer, until } from '../apis/parley/server.ts';
import { openBrowser } from './visitor.ts';

const { address, api, db, end } = await testServer();
afterAll(end);
let browser: ReturnType<typeof openBrowser>;
beforeAll(async () => {
  const { body } = await api('PUT', '/channels/web:shop', {
    sandbox: true,
    settings: { origins: ['https://shop.example'], messagesPerSecond: 100 },
  });
  browser = openBrowser(address, body.siteKey);
});

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const upload = (token: string, bytes: Buffer | string, name = 'a.png') =>
  browser.call(`/widget/media?filename=${encodeURIComponent(name)}`, {
    method: 'POST',
    token,
    body: bytes as string,
    headers: { 'content-type': 'image/png' },
  });
const local = (url: string) => url.replace('https://first.parley.example', address);

describe('a file of a visitor', () => {
  it('is typed by its bytes, sent with a message, and nobody else can send it', async () => {
    const { token } = await browser.session();
    const window = await browser.connect(token);
    expect((await window.hears('welcome')).contactId).toMatch(/^webvisitor-/);
    const { status, body } = await upload(token, png, '../../etc/shoes.png');
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ type: 'image', mime: 'image/png', size: png.length, name: 'shoes.png' }),
    ]);
    for (let n = 0; n < 2; n += 1)
      window.say({ t: 'msg', cid: 'f', type: 'image', media: { id: body.id, caption: 'These' } });
    const told = await window.hears('msg');
    expect(told).toMatchObject({
      type: 'image',
      media: { id: body.id, mime: 'image/png', name: 'shoes.png', caption: 'These', state: 'stored' },
    });
    await until(
      async () => window.heard.filter(({ t }) => t === 'ack').length,
      (n) => n === 2,
    );
    const file = await fetch(local((told.media as { url: string }).url));
    expect(Buffer.from(await file.arrayBuffer()).equals(png)).toBe(true);
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    // As the business hears it.
    const { body: message } = await api('GET', `/messages/${told.id}`);
    expect(message.content.media).toMatchObject({ id: body.id, filename: 'shoes.png' });

    const other = await browser.session();
    const theirs = await browser.connect(other.token);
    await theirs.hears('welcome');
    theirs.say({ t: 'msg', cid: 'x', type: 'image', media: { id: body.id } });
    expect(await theirs.hears('error')).toMatchObject({ code: 'NOT_FOUND', field: 'media.id' });
    window.say({ t: 'msg', cid: 'g', type: 'video', media: { id: body.id } });
    expect(await window.hears('error')).toMatchObject({ code: 'FILE_TYPE', cid: 'g' });
    for (const one of [window, theirs]) one.close();
  });

  it.each([
    ['nothing at all', '', 400, 'EMPTY_FILE'],
    ['a page that says that it is a picture', '<!doctype html><script>alert(1)</script>', 415, 'FILE_TYPE'],
    [
      'a drawing with a script',
      '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      415,
      'FILE_TYPE',
    ],
    ['a program', Buffer.from('\x7fELF\x02\x01\x01\x00\x00\x00', 'latin1'), 415, 'FILE_TYPE'],
    ['too much', Buffer.alloc(10 * 1024 * 1024 + 1, png), 413, 'TOO_LARGE'],
  ])('%s is refused, and nothing of it is left', async (_, bytes, status, code) => {
    const { token } = await browser.session();
    const answer = await upload(token, bytes as Buffer);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    const [row] = await db.run<{ n: number }>(
      {
        name: 'test.uploads',
        text: `select count(*)::int as n from media where mime in ('text/html', 'image/svg+xml') or mime is null`,
      },
      [],
    );
    expect(row!.n).toBe(0);
  });

  it('needs a token', async () => {
    const answer = await browser.call('/widget/media', { method: 'POST', body: 'x' });
    expect([answer.status, answer.body.error.code]).toEqual([401, 'TOKEN']);
  });
});
