import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Received, WebhookRequest } from '../../../src/channels/channel.ts';
import { email } from '../../../src/channels/email/index.ts';
import { markedAddress, markOf, messageIdOf, unsubscribeToken } from '../../../src/channels/email/marks.ts';
import { testInbound } from '../cases.ts';
import { now } from '../tools.ts';
import { account, emailSample, gmailSample, lane, mail, rawRequest } from './sample.ts';

testInbound('email', emailSample);
testInbound('email', gmailSample);

const id = '65f0c0ffee0123456789abcd';
const mark = markOf(id, account.markSecret);
const ours = messageIdOf(id, account.address, account.markSecret);

async function receive(bytes: Buffer | string, more: object = {}): Promise<Received> {
  return email.receive(rawRequest(bytes), { ...account, inbound: 'raw', ...more }, lane);
}
async function message(bytes: Buffer | string, more: object = {}) {
  const { messages, ignored } = await receive(bytes, more);
  expect(ignored).toEqual([]);
  expect(messages).toHaveLength(1);
  return messages[0]!;
}

describe('a mail of a person', () => {
  it('is read whatever its encoding', async () => {
    expect(await message(mail('a-plain-first-mail'))).toEqual({
      providerId: '<8f2c1d@mail.example>',
      csid: 'amina@mail.example',
      timestamp: Date.UTC(2026, 2, 1, 11, 58),
      profile: { name: 'Amina Müller', email: 'amina@mail.example' },
      content: {
        type: 'text',
        subject: 'Wo ist mein Paket?',
        text: 'Guten Tag,\n\nmein Paket ist noch nicht da. Können Sie nachsehen?\n\nViele Grüße\nAmina',
      },
    });
    const { content, profile } = await message(mail('an-arabic-mail-in-windows-1256'));
    expect(profile?.name).toBe('أميرة');
    expect(content.text).toBe('أين طردي؟ شكرا');
  });

  it('shows what is new in it, and keeps what it repeats', async () => {
    const answer = await message(mail('an-answer-from-a-phone-with-what-it-answers', { mark }));
    expect(answer.content.text).toBe('That works, thanks.');
    expect(answer.content.quoted).toMatch(/^On Sun, Mar 1.*shall we deliver tomorrow\?/s);
    expect(answer.content.html).toContain('shall we deliver tomorrow?');
    const below = await message(mail('an-answer-below-what-it-repeats'));
    expect(below.content.text).toBe('The larger one.');
    expect(below.content.quoted).toContain('Which size would you like?');
    expect(below.content.quoted).toContain('Omar Haddad');
    const between = await message(mail('an-answer-in-between-of-what-it-repeats'));
    expect(between.content.text).toContain('> Which colour?\nBlue.');
    expect(between.content).not.toHaveProperty('quoted');
    const outlook = await message(mail('a-mail-of-outlook-with-the-earlier-one-below'));
    expect(outlook.content.text).toBe('Vielen Dank, die Rechnung ist angekommen.');
    expect(outlook.content.quoted).toMatch(/^Von: The Shop/);
  });

  it('names the message that it answers, by its headers or by the address that it came to', async () => {
    expect((await message(mail('an-answer-from-a-phone-with-what-it-answers', { mark }))).replyIdExt).toBe(
      ours,
    );
    const forgotten = (to: string) => `From: a@mail.example\r\nTo: ${to}\r\nMessage-ID: <f@x>\r\n\r\nYes`;
    expect((await message(forgotten(markedAddress(account.address, mark)))).replyIdExt).toBe(ours);
    const forged = markedAddress(
      account.address,
      mark.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
    );
    expect(await message(forgotten(forged))).not.toHaveProperty('replyIdExt');
    const between = `From: a@mail.example\r\nIn-Reply-To: <b@y>\r\nReferences: <a@y> <b@y>\r\n\r\nYes`;
    expect((await message(between)).replyIdExt).toBe('<b@y>');
  });

  it('is known again without a Message-ID, and by a very long one', async () => {
    const bare = `From: a@mail.example\r\nDate: Sun, 1 Mar 2026 11:59:00 +0000\r\n\r\nYes`;
    const [one, two] = [await message(bare), await message(bare)];
    expect(one.providerId).toMatch(/^sha256:/);
    expect(two.providerId).toBe(one.providerId);
    expect((await message(`${bare} indeed`)).providerId).not.toBe(one.providerId);
    const long = await message(`Message-ID: <${'x'.repeat(600)}@y>\r\n${bare}`);
    expect(long.providerId).toMatch(/^sha256:.{64}$/);
  });

  it('is of whom Reply-To says only where the operator trusts it', async () => {
    const form = `From: forms@site.example\r\nReply-To: Ann <ann@mail.example>\r\nMessage-ID: <r@x>\r\n\r\nHi`;
    expect((await message(form)).csid).toBe('forms@site.example');
    expect(await message(form, { trustReplyTo: true })).toMatchObject({
      csid: 'ann@mail.example',
      profile: { name: 'Ann', email: 'ann@mail.example' },
    });
  });

  it('brings its files along: pictures that its HTML shows, and what is attached', async () => {
    const { content, files } = await message(mail('pictures-inside-and-files-attached'));
    expect(content).toMatchObject({ type: 'text', text: 'It came broken:', subject: 'Broken' });
    expect(content.html).toBe('<p>It came broken: <img alt="the vase" src="cid:photo1@mail.example" /></p>');
    expect(content.attachments).toEqual([
      { type: 'image', providerId: '1', filename: 'vase.png', mime: 'image/png', cid: 'photo1@mail.example' },
      { type: 'document', providerId: '2', filename: 'Réçu.pdf', mime: 'application/pdf' },
      { type: 'document', providerId: '3', filename: 'passwd', mime: 'application/octet-stream' },
    ]);
    expect([...files!.values()].map((bytes) => bytes.toString('latin1'))).toEqual([
      '\x89PNG\r\n\x1a\nimage',
      '%PDF-1.7 twelve euros',
      '\x00\x01\x02',
    ]);
  });

  it('that is nothing but a picture, a card or a place is one', async () => {
    const picture = await message(mail('a-picture-alone'));
    expect(picture.content).toEqual({
      type: 'image',
      media: { providerId: '1', filename: 'vase.png', mime: 'image/png' },
    });
    expect((await message(mail('a-card-alone'))).content).toEqual({
      type: 'contacts',
      subject: 'My details',
      cards: [
        {
          name: { formatted_name: 'Omar Haddad', first_name: 'Omar', last_name: 'Haddad' },
          phones: [{ phone: '+49 30 1234567', type: 'CELL' }],
          emails: [{ email: 'omar@haddad.example', type: 'WORK' }],
          addresses: [
            { street: 'Lange Str. 1', city: 'Berlin', zip: '10115', country: 'Germany', type: 'HOME' },
          ],
          org: { company: 'Haddad, Sons', department: 'Sales' },
        },
      ],
    });
    expect((await message(mail('a-place-as-a-link-to-a-map'))).content).toEqual({
      type: 'location',
      subject: 'Where',
      location: { name: 'Haddad & Sons', latitude: '52.5323', longitude: '13.3846' },
    });
  });

  it('is read as far as it goes when it is broken', async () => {
    const { content, csid } = await message(mail('broken-in-many-ways'));
    expect(csid).toBe('amina@mail.example');
    expect(content.text).toContain('Hello there');
  });

  it('keeps what is too long to be shown as a file', async () => {
    const text = 'lines of text\r\n'.repeat(10_000);
    const { content, files } = await message(`From: a@mail.example\r\nMessage-ID: <l@x>\r\n\r\n${text}`);
    expect(content.text!.length).toBeLessThan(100_010);
    expect(content.attachments).toEqual([
      { type: 'document', providerId: '1', filename: 'message.txt', mime: 'text/plain' },
    ]);
    expect(files!.get('1')!.length).toBeGreaterThan(130_000);
  });
});

describe('HTML of a mail', () => {
  it('is shown without scripts, forms, or anything that loads by itself', async () => {
    const { content } = await message(mail('html-alone-with-scripts-and-tracking'));
    expect(content.html).not.toMatch(
      /script|onload|onclick|onerror|javascript|data:|iframe|form|input|svg|object|meta|base|link |evil|position|style>|@import|Hidden title/i,
    );
    expect(content.html).toContain('<img alt="A cat" data-src="https://pictures.example/cat.jpg" />');
    expect(content.html).toContain(
      '<a href="https://shop.example/" rel="noopener noreferrer nofollow" target="_blank">good</a>',
    );
    expect(content.html).toContain('<p style="color:#333">Hello <b>there</b></p>');
    expect(content.text).toMatch(/^Hello there/);
    expect(content.text).not.toMatch(/alert|evil|password/);
  });

  it('cannot keep us busy', async () => {
    const hostile = [
      '<div>'.repeat(60_000),
      '<'.repeat(200_000),
      `<a href="${'x'.repeat(400_000)}">y</a>`,
      '<!--'.repeat(50_000),
      `<p style="${'a:b;'.repeat(50_000)}">z</p>`,
      '&'.repeat(300_000),
    ];
    for (const html of hostile) {
      const { messages } = await receive(`From: a@mail.example\r\nContent-Type: text/html\r\n\r\n${html}`);
      expect(messages).toHaveLength(1);
    }
    for (const text of [
      'On '.repeat(30_000),
      'On Tue wrote\r\n'.repeat(8000),
      '>'.repeat(90_000),
      'From: a\r\n'.repeat(9000),
    ])
      expect((await receive(`From: a@mail.example\r\n\r\n${text}`)).messages).toHaveLength(1);
  });
});

describe('a mail that no person wrote', () => {
  it('opens no conversation', async () => {
    for (const [name, reason] of [
      ['a-newsletter', /precedence is bulk/],
      ['one-of-ours-that-came-back', /one of ours/],
    ] as const) {
      const { messages, ignored } = await receive(mail(name, { mark }));
      expect(messages).toEqual([]);
      expect(ignored[0]!.reason).toMatch(reason);
    }
    for (const [header, reason] of [
      ['Auto-Submitted: auto-generated', /by itself/],
      ['Precedence: junk', /precedence/],
      ['List-Post: <mailto:l@x>', /to many/],
      ['X-Autoreply: yes', /by itself/],
      ['Return-Path: <>', /return path is empty/],
    ] as const) {
      const { messages, ignored } = await receive(`From: a@mail.example\r\n${header}\r\n\r\nHi`);
      expect(messages, header).toEqual([]);
      expect(ignored[0]!.reason).toMatch(reason);
    }
    expect((await receive('From: a@mail.example\r\nAuto-Submitted: no\r\n\r\nHi')).messages).toHaveLength(1);
  });

  it('is told as an event when somebody is away whom we wrote to', async () => {
    const received = await receive(mail('a-note-that-somebody-is-away', { mark }));
    expect(received.messages).toEqual([]);
    expect(received.receipts).toEqual([]);
    expect(received.events).toEqual([
      {
        kind: 'other',
        code: 'AUTO_REPLY',
        csid: 'amina@mail.example',
        data: {
          messageId: id,
          subject: 'Out of office: A message from the shop',
          text: 'I am back on Monday.',
        },
        timestamp: now,
      },
    ]);
  });
});

describe('a bounce', () => {
  const nowhere = { bounces: 'support@shop.example', envelope: 'none', original: '<none@x>' };
  const places = [
    { ...nowhere, envelope: mark },
    { ...nowhere, bounces: markedAddress('bounce@shop.example', mark) },
    { ...nowhere, original: ours },
  ];

  it.each(places)('is about our message by envelope id, address or Message-ID', async (place) => {
    const { receipts } = await receive(
      mail('a-bounce-of-postfix', { ...place, action: 'failed', status: '5.1.1' }),
    );
    expect(receipts).toEqual([
      expect.objectContaining({
        messageId: id,
        status: 'SENTX_ERR',
        timestamp: now,
        failure: {
          class: 'INVALID_RECIPIENT',
          code: '5.1.1',
          text: '550 5.1.1 <nobody@mail.example>: Recipient address rejected: User unknown',
        },
      }),
    ]);
  });

  it.each([
    ['delivered', '2.0.0', ['DLVRD']],
    ['failed', '5.2.2', ['SENTX_ERR']],
    ['failed', '4.4.7', ['SENTX_ERR']],
    ['failed', '5.7.1', ['SENTX_ERR']],
    ['relayed', '2.0.0', []],
    ['expanded', '2.0.0', []],
    ['delayed', '4.4.1', []],
  ] as const)('%s %s is told as %j', async (action, status, told) => {
    const bounce = mail('a-bounce-of-postfix', { ...nowhere, envelope: mark, action, status });
    const { receipts, ignored, messages } = await receive(bounce);
    expect(receipts.map((one) => one.status)).toEqual(told);
    expect(messages).toEqual([]);
    if (told.length === 0) expect(ignored).toEqual([{ kind: 'report', reason: `${action} ${status}` }]);
  });

  it('of a server that writes for people is known by the address that it came to', async () => {
    const { receipts } = await receive(
      mail('a-bounce-for-people-alone', { bounces: markedAddress('bounce@shop.example', mark) }),
    );
    expect(receipts).toEqual([
      {
        messageId: id,
        status: 'SENTX_ERR',
        timestamp: now,
        failure: { class: 'INVALID_RECIPIENT', code: '5.1.1', text: 'The mail came back.' },
      },
    ]);
    const { ignored } = await receive(mail('a-bounce-for-people-alone', { bounces: 'support@shop.example' }));
    expect(ignored).toHaveLength(1);
  });
});

describe('what comes of a mail', () => {
  it('is an opt-out when somebody complains about it, and none when it is forged', async () => {
    const complain = (more: object) =>
      receive(
        mail('a-complaint-about-spam', { mark, type: 'abuse', recipient: 'Amina@mail.example', ...more }),
      );
    const optout = { kind: 'optout', messageId: id, timestamp: now };
    expect((await complain({})).events).toEqual([{ ...optout, csid: 'amina@mail.example' }]);
    expect((await complain({ recipient: 'redacted' })).events).toEqual([optout]);
    expect((await complain({ type: 'not-spam' })).events).toEqual([]);
    expect((await complain({ mark: 'f'.repeat(24) })).events).toEqual([]);
  });

  it('is READ when a read receipt says so that we asked for', async () => {
    const read = async (disposition: string, readReceipts: boolean) =>
      (await receive(mail('a-read-receipt', { mark, disposition }), { readReceipts })).receipts;
    expect(await read('displayed', true)).toEqual([{ messageId: id, status: 'READ', timestamp: now }]);
    expect(await read('displayed', false)).toEqual([]);
    expect(await read('deleted', true)).toEqual([]);
  });

  it('is an opt-out by one click, or by the mail that a program writes instead', async () => {
    const token = unsubscribeToken('amina@mail.example', account.markSecret);
    const click = async (unsubscribe: string, body = 'List-Unsubscribe=One-Click') =>
      email.receive(
        { method: 'POST', headers: {}, query: { unsubscribe }, body: Buffer.from(body) },
        account,
        lane,
      );
    const optout = { kind: 'optout', csid: 'amina@mail.example', timestamp: now };
    expect((await click(token)).events).toEqual([optout]);
    await expect(click(`x${token}`)).rejects.toMatchObject({ status: 403 });
    await expect(click(token, 'hello')).rejects.toMatchObject({ status: 400 });
    const written = `From: amina@mail.example\r\nSubject: unsubscribe ${token}\r\n\r\n`;
    expect(await receive(written)).toMatchObject({ messages: [], events: [optout] });
  });
});

describe('a mail by webhook', () => {
  const plain = 'From: Ann <ann@mail.example>\r\nMessage-ID: <w@x>\r\nSubject: Hi\r\n\r\nHello';
  const take = async (request: WebhookRequest, more: object) =>
    email.receive(request, { ...account, ...more }, lane);

  it('as it is, is signed over its time and its bytes', async () => {
    const raw = { inbound: 'raw' };
    expect((await take(rawRequest(plain), raw)).messages).toHaveLength(1);
    const minutes = 60_000;
    const request = rawRequest(plain);
    for (const forged of [
      rawRequest(plain, now - 6 * minutes),
      rawRequest(plain, now + 6 * minutes),
      rawRequest(plain, now, 'another-secret-of-somebody'),
      { ...request, body: Buffer.from(`${plain}!`) },
      { ...request, headers: { ...request.headers, 'x-timestamp': String(now / 1000 + 1) } },
      { ...request, headers: { 'x-timestamp': request.headers['x-timestamp'] } },
    ])
      await expect(take(forged, raw)).rejects.toMatchObject({ status: 401 });
    await expect(take(request, { ...raw, webhookSecret: undefined })).rejects.toMatchObject({ status: 401 });
  });

  const formRequest = async (
    fields: Record<string, string | Blob>,
    headers = {},
  ): Promise<WebhookRequest> => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const response = new Response(form);
    const type = response.headers.get('content-type')!;
    return {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      query: {},
      body: Buffer.from(await response.arrayBuffer()),
    };
  };
  const picture = new File([Buffer.from('\x89PNG\r\n\x1a\nimage', 'latin1')], 'vase.png', {
    type: 'image/png',
  });
  const shown = {
    providerId: '<w@x>',
    csid: 'ann@mail.example',
    replyIdExt: '<before@x>',
    content: {
      type: 'text',
      text: 'Hello',
      subject: 'Hi',
      html: '<p>Hello <img src="cid:pic" /></p>',
      attachments: [{ type: 'image', providerId: '1', filename: 'vase.png', mime: 'image/png', cid: 'pic' }],
    },
  };
  const html = '<p>Hello <img src="cid:pic"></p>';

  it('of Mailgun is signed over time and token, and comes whole or in fields', async () => {
    const signed = (key: string, at = now) => {
      const timestamp = String(at / 1000);
      const signature = createHmac('sha256', key).update(`${timestamp}t0ken`).digest('hex');
      return { timestamp, token: 't0ken', signature };
    };
    const mailgun = { inbound: 'mailgun' };
    const fields = {
      from: 'Ann <ann@mail.example>',
      sender: 'ann@mail.example',
      recipient: 'support@shop.example',
      subject: 'Hi',
      'body-plain': 'Hello',
      'body-html': html,
      'message-headers': JSON.stringify([
        ['Message-Id', '<w@x>'],
        ['In-Reply-To', '<before@x>'],
      ]),
      'content-id-map': '{"pic":"attachment-1"}',
      'attachment-1': picture,
    };
    const good = await formRequest({ ...signed(account.webhookSecret), ...fields });
    expect((await take(good, mailgun)).messages).toEqual([expect.objectContaining(shown)]);
    const whole = await formRequest({ ...signed(account.webhookSecret), 'body-mime': plain });
    expect((await take(whole, mailgun)).messages[0]).toMatchObject({
      providerId: '<w@x>',
      csid: 'ann@mail.example',
    });
    for (const bad of [
      signed('another-key-of-somebody'),
      signed(account.webhookSecret, now - 10 * 3_600_000),
      {},
    ])
      await expect(take(await formRequest({ ...bad, ...fields }), mailgun)).rejects.toMatchObject({
        status: 401,
      });
    await expect(take({ ...good, headers: {} }, mailgun)).rejects.toMatchObject({ status: 400 });
  });

  it('of SendGrid is signed by its key, and comes whole or in fields', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const sendgrid = { inbound: 'sendgrid', webhookSecret: spki };
    const signed = async (fields: Record<string, string | Blob>) => {
      const request = await formRequest(fields);
      const time = String(now / 1000);
      const signature = sign('sha256', Buffer.concat([Buffer.from(time), request.body]), privateKey);
      Object.assign(request.headers, {
        'x-twilio-email-event-webhook-timestamp': time,
        'x-twilio-email-event-webhook-signature': signature.toString('base64'),
      });
      return request;
    };
    const request = await signed({
      headers: 'Message-ID: <w@x>\r\nIn-Reply-To: <before@x>\r\nDate: Sun, 1 Mar 2026 11:59:00 +0000',
      from: 'Ann <ann@mail.example>',
      to: 'support@shop.example',
      envelope: '{"to":["support@shop.example"],"from":"ann@mail.example"}',
      subject: 'Hi',
      text: 'Hello',
      html,
      attachments: '1',
      'attachment-info': '{"attachment1":{"filename":"vase.png","type":"image/png","content-id":"pic"}}',
      attachment1: picture,
    });
    expect((await take(request, sendgrid)).messages).toEqual([expect.objectContaining(shown)]);
    expect((await take(await signed({ email: plain }), sendgrid)).messages).toHaveLength(1);
    const other = { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) };
    await expect(take(other, sendgrid)).rejects.toMatchObject({ status: 401 });
    await expect(take(request, { ...sendgrid, webhookSecret: 'bm8ga2V5IGF0IGFsbA==' })).rejects.toMatchObject(
      { status: 401 },
    );
  });
});
