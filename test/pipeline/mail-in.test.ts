import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mediaPath } from '../../src/pipeline/file-store-disk.ts';
import { mail, rawRequest } from '../channels/email/sample.ts';
import { House, type Running, type Tenant } from './tools.ts';

let house: House;
let running: Running;
let shop: Tenant;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
  shop = await house.business(running);
  await shop.core.change.putChannel(
    { businessId: shop.id },
    {
      type: 'email',
      lane: 'support',
      settings: {
        address: 'support@shop.example',
        smtpHost: '127.0.0.1',
        inbound: 'raw',
        webhookSecret: 'secret-of-the-webhook',
      },
    },
  );
});
afterAll(() => house.close());

/** Posts a mail to the webhook address of the channel, as a program of the operator’s own would. */
async function post(bytes: Buffer | string, accountId?: string): Promise<number> {
  const channel = (await shop.setup()).channels.get('email:support')!;
  const { headers, body } = rawRequest(bytes, Date.now(), 'secret-of-the-webhook');
  const response = await fetch(`${running.address}/webhook/email/${accountId ?? channel.accountId}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body,
  });
  return response.status;
}

it('stores a mail once, with its files, and answers only then', async () => {
  const bytes = mail('pictures-inside-and-files-attached');
  expect(await Promise.all([post(bytes), post(bytes)])).toEqual([200, 200]);
  expect(await post(bytes)).toBe(200);
  const told = await shop.events('message.received');
  expect(told).toHaveLength(1);
  const { message, contact, session } = told[0]!.data;
  expect(contact).toMatchObject({ id: 'emailamina@mail.example_support', profile: { name: 'Amina' } });
  expect(message.content).toMatchObject({ type: 'text', subject: 'Broken', text: 'It came broken:' });
  const [picture, bill] = message.content.attachments!;
  expect(picture).toMatchObject({ cid: 'photo1@mail.example', mime: 'image/png', sizeBytes: 13 });
  expect(await readFile(mediaPath(house.mediaDir, bill!.id!), 'latin1')).toBe('%PDF-1.7 twelve euros');
  expect(await post(mail('a-picture-alone'))).toBe(200);
  const [, second] = await shop.events('message.received');
  expect(second!.data.session?.id).toBe(session?.id);
});

it('opens no conversation for what no person wrote', async () => {
  const before = (await shop.messages()).length;
  expect(await post(mail('a-newsletter'))).toBe(200);
  expect(await post(mail('a-note-that-somebody-is-away', { mark: 'of-nobody' }))).toBe(200);
  expect(await shop.messages()).toHaveLength(before);
});

it('takes large mails, and only where there is somebody to take them', async () => {
  const file = Buffer.alloc(6_000_000, 'a line of a large file, which goes as it is\r\n').toString('base64');
  const large = [
    'From: omar@mail.example',
    'Message-ID: <large@mail.example>',
    'Content-Type: multipart/mixed; boundary=b',
    '\r\n--b\r\n\r\nSee the file.',
    '--b',
    'Content-Disposition: attachment; filename="large.txt"',
    'Content-Transfer-Encoding: base64\r\n',
    file.replace(/(.{76})/g, '$1\r\n'),
    '--b--',
  ].join('\r\n');
  expect(await post(large)).toBe(200);
  const told = await shop.events('message.received');
  const [attached] = told.at(-1)!.data.message.content.attachments!;
  expect(attached).toMatchObject({ filename: 'large.txt', sizeBytes: 6_000_000 });
  expect(await post(large, 'f'.repeat(40)).catch(() => 404)).toBe(404);
});

it('ends what is sent to somebody who complains about spam, and to nobody else', async () => {
  const { id } = await shop.send('email:support', 'amina@mail.example', 'Buy now');
  const { markOf } = await import('../../src/channels/email/marks.ts');
  const { markSecret } = await running.account(shop.id, 'email:support');
  const complain = (mark: string) =>
    post(mail('a-complaint-about-spam', { mark, type: 'abuse', recipient: 'redacted' }));
  expect(await complain(markOf(id, 'another secret'))).toBe(200);
  expect(await shop.events('contact.updated')).toEqual([]);
  expect(await complain(markOf(id, markSecret as string))).toBe(200);
  const [changed] = await shop.events('contact.updated');
  expect(changed!.data).toMatchObject({
    changed: ['consent'],
    contact: { id: 'emailamina@mail.example_support' },
  });
});
