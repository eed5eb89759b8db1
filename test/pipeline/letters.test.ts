import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MailServer, openMailServer } from '../../sim/smtp.ts';
import { readMail } from '../../src/channels/email/mime.ts';
import type { Content } from '../../src/model/message.ts';
import { type Listening, listen } from '../fakes/http.ts';
import { apiKey, eventually, type MediaHouse, openHouse, picture } from './media-house.ts';

let house: MediaHouse;
let server: Awaited<ReturnType<MediaHouse['start']>>;
let mails: MailServer;
let elsewhere: Listening;
const amina = 'amina@people.example';

beforeAll(async () => {
  house = await openHouse();
  server = await house.start();
  mails = await openMailServer();
  elsewhere = await listen(async (_, response) => {
    response.end('%PDF-1.7 twelve euros');
  });
  const put = (type: string, lane: string, settings: Record<string, unknown>) =>
    server.core.change.putChannel({ businessId: server.caller.businessId }, { type, lane, settings });
  await put('email', 'support', {
    address: 'support@shop.example',
    password: 'planted-mailbox-password',
    smtpHost: 'localhost',
    smtpPort: mails.port,
    ca: mails.ca,
    maxBytes: 100_000,
  });
  await put('dummy', 'box', { speed: 100 });
});
afterAll(async () => {
  await house.close();
  await mails[Symbol.asyncDispose]();
  await elsewhere.close();
});

/** Sends a mail, and reads it as it was handed in. */
async function mailed(content: Partial<Content>) {
  const { id } = await server.send('email:support', amina, { type: 'text', ...content });
  const message = await server.reaches(id, 'SENTX');
  return { message, mail: await readMail(mails.mails.at(-1)!.raw) };
}

const post = async (content: object, channelId = 'email:support') => {
  const answered = await fetch(`${server.address}/api/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ channelId, to: { csid: amina }, content }),
  });
  const told = (await answered.json()) as { error?: { fields?: { field?: string }[] } };
  return { status: answered.status, field: told.error?.fields?.[0]?.field, told };
};

describe('a mail with HTML and files', () => {
  it('shows a picture in its text, carries the others below, and says the same as text', async () => {
    const shown = await server.keep(picture(), 'lid.png');
    const below = await server.keep(Buffer.from('of the warranty'), 'warranty.txt');
    const { mail, message } = await mailed({
      subject: 'Your order',
      html: '<p onclick="steal()">Dear <b>Amina</b></p><img src="cid:lid"><img src="https://shop.example/a.png"><script>steal()</script>',
      attachments: [
        { type: 'image', id: shown.id, cid: 'lid' },
        { type: 'document', id: below.id },
        { type: 'document', link: `${elsewhere.url}/bill.pdf` },
      ],
    });
    expect(mail.html).toContain('<p>Dear <b>Amina</b></p><img src="cid:lid" />');
    expect(mail.html).toContain('src="https://shop.example/a.png"');
    expect(mail.html).not.toMatch(/steal|data-src/);
    expect(mail.text?.trim()).toBe('Dear Amina');
    expect(mail.files.map(({ filename, mime, cid, inline }) => ({ filename, mime, cid, inline }))).toEqual([
      { filename: 'lid.png', mime: 'image/png', cid: 'lid', inline: true },
      expect.objectContaining({ filename: 'warranty.txt', inline: false }),
      expect.objectContaining({ filename: 'bill.pdf', mime: 'application/pdf', inline: false }),
    ]);
    expect(mail.files.map(({ bytes }) => bytes)).toEqual([
      picture(),
      Buffer.from('of the warranty'),
      Buffer.from('%PDF-1.7 twelve euros'),
    ]);
    // What agents see loads nothing from elsewhere.
    expect(message.content.html).toContain('data-src="https://shop.example/a.png"');
    expect(message.content).toMatchObject({
      text: 'Dear Amina',
      attachments: [{ filename: 'lid.png' }, {}, {}],
    });
  });

  it('says its buttons in both, as links and as numbers that are answered', async () => {
    const { mail, message } = await mailed({
      html: '<p>Tea or <b>coffee</b>?</p>',
      heading: 'Tom & Co',
      footer: 'Open till <six>',
      buttons: [
        { type: 'QUICK_REPLY', code: 't', label: 'Tea' },
        { type: 'QUICK_REPLY', code: 'c', label: 'قهوة & <i>' },
        { type: 'URL', code: 'm', label: 'Menu', url: 'https://shop.example/menu?a=1&b="2"' },
        { type: 'PHONE_NUMBER', code: 'p', label: 'Call us', phone: '+966 50 000' },
      ],
    });
    expect(mail.text?.trim()).toBe(
      'Tom & Co\n\nTea or coffee?\n\nOpen till <six>\n\n' +
        'Menu: https://shop.example/menu?a=1&b="2"\nCall us: +966 50 000\n1. Tea\n2. قهوة & <i>',
    );
    expect(mail.html?.replace(/\r/g, '').trim()).toBe(
      [
        '<p dir="auto">Tom &#38; Co</p>',
        '<p>Tea or <b>coffee</b>?</p>',
        '<p dir="auto">Open till &#60;six&#62;</p>',
        '',
        '<p dir="auto"><a href="https://shop.example/menu?a=1&#38;b=&#34;2&#34;">Menu</a><br>',
        'Call us: <a href="tel:+96650000">+966 50 000</a></p>',
        '<ol><li dir="auto">Tea</li><li dir="auto">قهوة &#38; &#60;i&#62;</li></ol>',
      ].join('\n'),
    );
    // Agents see what was meant, with its buttons.
    expect(message.content).toMatchObject({ html: '<p>Tea or <b>coffee</b>?</p>', text: 'Tea or coffee?' });
    expect(message.content.buttons).toHaveLength(4);
  });

  it('that is too large with its files fails as such, before any server is asked', async () => {
    const file = await server.keep(Buffer.alloc(90_000, 'x'), 'large.txt');
    const { id } = await server.send('email:support', amina, {
      type: 'text',
      text: 'See the file',
      attachments: [{ type: 'document', id: file.id }],
    });
    const { failure } = await server.reaches(id, 'SENT_ERR');
    expect(failure).toMatchObject({ class: 'CONTENT_TOO_LONG', code: 'MAIL_TOO_LARGE' });
  });

  it('is its text and the addresses of its files on a channel that has no such thing', async () => {
    const { id } = await server.send('dummy:box', '400', {
      type: 'text',
      text: 'See the bill',
      html: '<p>See the <b>bill</b></p>',
      attachments: [{ type: 'document', link: 'https://files.example/bill.pdf', filename: 'bill.pdf' }],
    });
    const { content } = await server.reaches(id, 'READ');
    expect(content.html).toBeUndefined();
    // The sandbox says back what it was sent.
    await eventually(async () => {
      const rows = await house.db.run<{ text: string }>(
        {
          name: 'test.echo',
          text: `select content->>'text' as text from message where channel_id = 'dummy:box' and direction = 'I'`,
        },
        [],
      );
      expect(rows[0]?.text).toBe('See the bill\n\nbill.pdf: https://files.example/bill.pdf');
    });
  });
});

describe('is refused, naming the field', () => {
  it.each<[string, object, string]>([
    ['a subject of two lines', { text: 'Hi', subject: 'Sale\r\nBcc: all@people.example' }, 'content.subject'],
    ['a subject without end', { text: 'Hi', subject: 'x'.repeat(256) }, 'content.subject'],
    ['HTML that says nothing', { html: '<script>steal()</script>' }, 'content.text'],
    ['HTML that never ends', { html: 'x'.repeat(500_001) }, 'content.html'],
    [
      'HTML beside a picture',
      { type: 'image', media: { link: 'https://files.example/a.png' }, html: '<p>Hi' },
      'content.html',
    ],
    ['a file without an address', { text: 'Hi', attachments: [{}] }, 'content.attachments[0].link'],
    [
      'a file at no web address',
      { text: 'Hi', attachments: [{ link: 'file:///etc/passwd' }] },
      'content.attachments[0].link',
    ],
    [
      'a file that there is not',
      { text: 'Hi', attachments: [{ id: '65f0c0ffee0123456789abcd' }] },
      'content.attachments[0].id',
    ],
    [
      'a name that would break the HTML',
      { text: 'Hi', attachments: [{ link: 'https://files.example/a.png', cid: 'a"b' }] },
      'content.attachments[0].cid',
    ],
  ])('%s', async (_, content, field) => {
    const refused = await post(content);
    expect([refused.status, refused.field], JSON.stringify(refused.told)).toEqual([400, field]);
  });

  it('HTML alone, where there is none', async () => {
    expect(await post({ html: '<p>Hi</p>' }, 'dummy:box')).toMatchObject({
      status: 400,
      field: 'content.text',
    });
  });
});
