import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReceivedMessage } from '../../src/channels/channel.ts';
import { newId } from '../../src/model/ids.ts';
import { mediaPath } from '../../src/pipeline/file-store-disk.ts';
import * as media from '../../src/store/media.ts';
import { House, type Running, type Tenant } from './tools.ts';

let house: House;
let running: Running;
let shop: Tenant;
let box: string;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
  shop = await house.business(running);
  box = await shop.sandbox();
});
afterAll(() => house.close());

const picture = Buffer.from('\x89PNG\r\n\x1a\nof the goods', 'latin1');
const bill = Buffer.from('%PDF-1.7 twelve euros');

/** A text with two files whose bytes came along. */
const withFiles = (more: Partial<ReceivedMessage> = {}): Partial<ReceivedMessage> => ({
  content: {
    type: 'text',
    text: 'It came broken',
    attachments: [
      { type: 'image', providerId: '1', filename: 'broken.png', mime: 'image/png' },
      { type: 'document', providerId: '2', filename: 'bill.pdf' },
    ],
  },
  files: new Map([
    ['1', picture],
    ['2', bill],
  ]),
  ...more,
});

async function filesOnDisk(): Promise<string[]> {
  const names = await readdir(house.mediaDir, { recursive: true, withFileTypes: true });
  return names.filter((one) => one.isFile()).map(({ name }) => name);
}

it('keeps files that came along with their message, and knows them by their bytes', async () => {
  const { content } = await shop.hear(box, 'ann', '', withFiles());
  expect(content.attachments).toEqual([
    expect.objectContaining({ type: 'image', filename: 'broken.png', mime: 'image/png', sizeBytes: 20 }),
    expect.objectContaining({ type: 'document', filename: 'bill.pdf', mime: 'application/pdf' }),
  ]);
  for (const [i, bytes] of [picture, bill].entries()) {
    const { id } = content.attachments![i]!;
    expect(await readFile(mediaPath(house.mediaDir, id!))).toEqual(bytes);
    const file = await media.ofBusiness(house.db, shop.id, id!);
    expect(file).toMatchObject({ sizeBytes: bytes.length, storedAt: expect.anything() });
    expect(file).not.toHaveProperty('dueAt');
  }
});

it('leaves no file of a message that was known, or that could not be stored', async () => {
  const providerId = newId();
  await shop.hear(box, 'bob', '', withFiles({ providerId }));
  const before = (await filesOnDisk()).sort();
  const again = await shop.hear(box, 'bob', '', withFiles({ providerId }));
  expect(again.content.attachments?.map(({ filename }) => filename)).toEqual(['broken.png', 'bill.pdf']);
  expect((await filesOnDisk()).sort()).toEqual(before);
  await expect(shop.hear('dummy:nowhere', 'bob', '', withFiles())).rejects.toThrow();
  // A key that no index of the database takes.
  const csid = Array.from({ length: 4000 }, () => newId()).join('');
  await expect(shop.hear(box, csid, '', withFiles())).rejects.toThrow();
  expect((await filesOnDisk()).sort()).toEqual(before);
});

it('takes a file that cannot be kept for a fault of the message alone', async () => {
  const { content } = await shop.hear(box, 'eve', '', withFiles({ files: new Map([['1', picture]]) }));
  const [kept, missing] = content.attachments!;
  expect((await media.ofBusiness(house.db, shop.id, kept!.id!))?.storedAt).toBeDefined();
  // Nothing came of it: it is asked for, as every other.
  expect((await media.ofBusiness(house.db, shop.id, missing!.id!))?.storedAt).toBeUndefined();
});
