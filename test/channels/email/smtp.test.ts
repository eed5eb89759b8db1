import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { type MailServer, openMailServer, refusal } from '../../../sim/smtp.ts';
import type { Outgoing } from '../../../src/channels/channel.ts';
import type { Connection } from '../../../src/channels/connection.ts';
import { email } from '../../../src/channels/email/index.ts';
import { markOf, messageIdOf } from '../../../src/channels/email/marks.ts';
import { readMail } from '../../../src/channels/email/mime.ts';
import { classOfReport, failureOfReply, type Stage } from '../../../src/channels/email/reply-codes.ts';
import { renderFor } from '../../../src/channels/fallback.ts';
import type { Content } from '../../../src/model/message.ts';
import { failureOf, fakeCall, fakeLine, outgoing } from '../tools.ts';
import { account, lane } from './sample.ts';

const id = '65f0c0ffee0123456789abcd';
const mark = markOf(id, account.markSecret);
const [smtp] = email.connections!;

const open: { connection?: Connection; server?: MailServer } = {};
afterEach(async () => {
  await open.connection?.close();
  await open.server?.[Symbol.asyncDispose]();
  delete open.connection;
  delete open.server;
});

/** A server, and a channel that is connected to it. */
async function connected(more: object = {}, options: SMTPServerOptions = {}, line = {}) {
  const server = await openMailServer(options);
  const settings = { ...account, smtpHost: 'localhost', smtpPort: server.port, ca: server.ca, ...more };
  const connection = await smtp!.open(settings, fakeLine(lane, line).line);
  Object.assign(open, { connection, server });
  const notes: unknown[] = [];
  const send = (content: Content, message: Partial<Outgoing> = {}) =>
    connection.send!(
      outgoing(renderFor(content, email.carries), { csid: 'amina@mail.example', ...message }),
      (said) => notes.push(said),
    );
  return { server, send, notes, read: async (i = 0) => readMail(server.mails[i]!.raw) };
}

const hello: Content = { type: 'text', text: 'Dear Amina,\nsee https://shop.example/p?a=1&b=2.' };
const bytes = Buffer.from('\x89PNG\r\n\x1a\nof the goods', 'latin1');
const file = (mime: string, filename?: string) => async () => ({
  blob: new Blob([bytes], { type: mime }),
  mime,
  ...(filename && { filename }),
});

describe('a mail that goes out', () => {
  it('says the same as text and as HTML, under an id that is ours', async () => {
    const { send, server, read, notes } = await connected();
    const sent = await send(hello, { name: 'Amina' });
    const own = messageIdOf(id, account.address, account.markSecret);
    expect(sent).toEqual({ providerId: own });
    const mail = await read();
    expect(mail).toMatchObject({
      messageId: own,
      from: { name: 'The Shop', address: 'support@shop.example' },
      to: [{ name: 'Amina', address: 'amina@mail.example' }],
      subject: 'A message from the shop',
      text: `${hello.text}\n`,
      inReplyTo: [],
    });
    expect(mail.html).toContain('Dear Amina,<br>\nsee <a href="https://shop.example/p?a=1&#38;b=2">');
    const { envelope } = server.mails[0]!.session;
    expect(envelope).toMatchObject({
      mailFrom: { address: 'support@shop.example' },
      rcptTo: [{ address: 'amina@mail.example' }],
      dsn: { ret: 'HDRS', envid: mark },
    });
    expect(JSON.stringify(envelope)).toMatch(/SUCCESS.*FAILURE.*DELAY/);
    expect(JSON.stringify(envelope)).toContain('rfc822;amina@mail.example');
    expect(notes).toEqual([
      expect.objectContaining({ method: 'SMTP', answer: expect.stringContaining('taken as 42') }),
    ]);
  });

  it('asks for no reports where the server has none (RFC 3461), and goes', async () => {
    const { send, server, notes } = await connected({}, { hideDSN: true });
    expect(await send(hello)).toEqual({
      providerId: messageIdOf(id, account.address, account.markSecret),
    });
    const { envelope } = server.mails[0]!.session;
    expect(envelope.mailFrom).toMatchObject({ address: 'support@shop.example' });
    expect(JSON.stringify(envelope)).not.toMatch(/SUCCESS|FAILURE|rfc822|ENVID|HDRS|NOTIFY/);
    expect(notes).toHaveLength(1);
  });

  it('carries our mark where the operator wants it', async () => {
    const { send, server, read } = await connected({
      bounceAddress: 'bounces@shop.example',
      plusAddressing: true,
      readReceipts: true,
      dsn: false,
      unsubscribe: 'templates',
      unsubscribeUrl: 'https://shop.example/webhook/email/77',
    });
    await send(hello);
    expect(server.mails[0]!.session.envelope.mailFrom).toMatchObject({
      address: `bounces+${mark}@shop.example`,
    });
    const mail = await read();
    expect(mail.replyTo?.address).toBe(`support+${mark}@shop.example`);
    expect(mail.header('disposition-notification-to')).toBe('support@shop.example');
    expect(mail.header('list-unsubscribe')).toBeUndefined();
    await send({
      type: 'template',
      template: { id: '1', code: 'sale', lang: 'en', body: 'Buy now', title: 'Our sale' },
      subject: 'Our sale',
      buttons: [{ type: 'URL', code: 'b', label: 'To the shop', url: 'https://shop.example/' }],
    });
    const bulk = await read(1);
    expect(bulk).toMatchObject({
      subject: 'Our sale',
      text: 'Buy now\n\nTo the shop: https://shop.example/\n',
    });
    expect(bulk.header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    const [, token] = /unsubscribe=([^>]+)>/.exec(bulk.header('list-unsubscribe')!.replace(/\s/g, ''))!;
    const click = {
      method: 'POST',
      headers: {},
      query: { unsubscribe: token! },
      body: Buffer.from('List-Unsubscribe=One-Click'),
    };
    expect(await email.receive(click, account, lane)).toMatchObject({
      events: [{ kind: 'optout', csid: 'amina@mail.example' }],
    });
  });

  it('goes on with its conversation, and begins another with a subject of its own', async () => {
    const { send, read } = await connected();
    const thread = {
      providerIds: ['<a@x>', 'sha256:none', '<b@x>'],
      answers: '<a@x>',
      subject: 'Re: Parcel',
    };
    await send(hello, { thread });
    expect(await read(0)).toMatchObject({
      subject: 'Re: Parcel',
      inReplyTo: ['<a@x>'],
      references: ['<b@x>', '<a@x>'],
    });
    await send(hello, { thread, replyIdExt: '<c@x>' });
    expect(await read(1)).toMatchObject({ inReplyTo: ['<c@x>'], references: ['<a@x>', '<b@x>', '<c@x>'] });
    await send({ ...hello, subject: 'Something else' }, { thread });
    expect(await read(2)).toMatchObject({ subject: 'Something else', inReplyTo: [], references: [] });
    await send({ ...hello, subject: 'parcel' }, { thread });
    expect(await read(3)).toMatchObject({ subject: 'parcel', inReplyTo: ['<a@x>'] });
  });

  it('carries a picture in its text, other files and cards beside it, and a place as a link', async () => {
    const { send, read } = await connected();
    await send(
      { type: 'image', media: { link: 'https://x.example/a.png', caption: 'The vase' } },
      { file: file('image/png') },
    );
    const picture = await read(0);
    expect(picture.text).toBe('The vase\n');
    expect(picture.html).toContain('<img src="cid:file@parley"');
    expect(picture.files).toEqual([
      expect.objectContaining({ mime: 'image/png', filename: 'file.png', cid: 'file@parley', bytes }),
    ]);
    await send(
      { type: 'document', media: { id: 'x', filename: 'Réçu\r\nX: y.pdf' } },
      { file: file('application/pdf') },
    );
    const [bill] = (await read(1)).files;
    expect(bill).toMatchObject({ mime: 'application/pdf', filename: 'Réçu X: y.pdf' });
    await send({
      type: 'contacts',
      cards: [{ name: { formatted_name: 'Omar; Haddad' }, phones: [{ phone: '+49 30 1' }] }],
    });
    const [card] = (await read(2)).files;
    expect(card!.mime).toBe('text/vcard');
    expect(card!.bytes.toString()).toContain('FN:Omar\\; Haddad\r\nTEL:+49 30 1');
    await send({ type: 'location', location: { latitude: '52.5', longitude: '13.4', name: 'Shop' } });
    expect((await read(3)).text).toContain('https://maps.google.com/?q=52.5,13.4');
  });

  it('lets nobody write headers or commands', async () => {
    const { send, read, server } = await connected();
    const evil = 'x\r\nBcc: eve@mail.example\r\n\r\nhello';
    await send(
      { ...hello, subject: evil, recipient: evil },
      { replyIdExt: `<a@x>\r\nBcc: eve@mail.example` },
    );
    const mail = await read();
    expect(mail.header('bcc')).toBeUndefined();
    expect(mail.subject).toBe('x Bcc: eve@mail.example hello');
    expect(server.mails[0]!.session.envelope.rcptTo).toHaveLength(1);
    for (const csid of [
      'a@mail.example>\r\nRCPT TO:<eve@mail.example',
      'a@mail.example, eve@mail.example',
      'nobody',
      '',
    ])
      expect((await failureOf(send(hello, { csid }))).failure.class).toBe('INVALID_RECIPIENT');
    expect(server.mails).toHaveLength(1);
  });

  it('is signed by DKIM where there is a key', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const dkimPrivateKey = privateKey.export({ format: 'pem', type: 'pkcs8' });
    const { send, read } = await connected({
      dkimDomain: 'shop.example',
      dkimSelector: 'parley',
      dkimPrivateKey,
    });
    await send(hello);
    expect((await read()).header('dkim-signature')).toMatch(/d=shop\.example;.*s=parley;/s);
  });

  it('shares five connections with others', async () => {
    const { send, server } = await connected();
    await Promise.all(Array.from({ length: 30 }, () => send(hello)));
    expect(server.mails).toHaveLength(30);
    expect(server.connections()).toBeLessThanOrEqual(5);
  });
});

describe('logging in', () => {
  it('is by password, over TLS alone', async () => {
    const { send } = await connected({ password: 'planted-wrong-password' });
    const { failure } = await failureOf(send(hello));
    expect(failure).toMatchObject({ class: 'AUTH', code: '535', subcode: '5.7.8' });
    expect(JSON.stringify(failure)).not.toContain('planted-wrong-password');
  });

  it('is not tried where a server offers no TLS, or one of somebody else', async () => {
    const open = await connected({}, { disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
    expect((await failureOf(open.send(hello))).failure.class).toBe('CONFIG');
    expect(open.server.mails).toEqual([]);
    const strange = await connected({ ca: undefined });
    const { failure } = await failureOf(strange.send(hello));
    expect(['CONFIG', 'UNAVAILABLE']).toContain(failure.class);
  });

  it('is by OAuth with a token that is kept fresh', async () => {
    const { call, requests } = fakeCall(
      { status: 200, body: { access_token: 'stale', expires_in: 3600 } },
      { status: 200, body: { access_token: 'fresh', expires_in: 3600 } },
    );
    const oauth = {
      auth: 'xoauth2',
      clientId: 'parley',
      clientSecret: 'planted-client-secret',
      refreshToken: 'planted-refresh',
    };
    const { send, server } = await connected(oauth, {}, { call });
    await send(hello);
    expect(server.mails).toHaveLength(1);
    expect(requests.map(({ url }) => url)).toEqual([account.authBase, account.authBase]);
    expect(String(requests[0]!.body)).toContain(
      'grant_type=refresh_token&client_id=parley&refresh_token=planted-refresh',
    );
    const refused = fakeCall({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'planted-refresh is no good' },
    });
    const other = await connected(oauth, {}, { call: refused.call });
    expect((await failureOf(other.send(hello))).failure).toMatchObject({
      class: 'AUTH',
      code: 'invalid_grant',
      text: '*** is no good',
    });
  });
});

describe('a server that refuses', () => {
  it.each([
    [550, '5.1.1 No such user', 'INVALID_RECIPIENT'],
    [550, 'Mailbox unavailable', 'INVALID_RECIPIENT'],
    [452, '4.2.2 Mailbox full', 'UNAVAILABLE'],
    [552, '5.2.2 Mailbox full', 'UNREACHABLE'],
    [550, '5.7.1 We do not like you', 'CONTENT_REJECTED'],
    [451, '4.7.1 Greylisted, come back later', 'UNAVAILABLE'],
  ] as const)('a recipient with %s %s is told as %s', async (code, text, kind) => {
    const { send, server } = await connected(
      {},
      { onRcptTo: (_address, _session, done) => done(refusal(code, text)) },
    );
    const { failure } = await failureOf(send(hello));
    expect(failure).toMatchObject({ class: kind, code: String(code) });
    if (code === 451) expect(failure.retryAfterMs).toBe(60_000);
    expect(server.mails).toEqual([]);
  });

  it('the mail itself is told so, and the next one goes', async () => {
    let mails = 0;
    const { send } = await connected(
      {},
      {
        onData(stream, _session, done) {
          const isFirst = mails++ === 0;
          stream.resume();
          stream.on('end', () => done(isFirst ? refusal(554, '5.6.0 Bad mail') : null));
        },
      },
    );
    expect((await failureOf(send(hello))).failure.class).toBe('CONTENT_REJECTED');
    await send(hello);
  });

  it('a mail that is too large is told so', async () => {
    const { send } = await connected({}, { size: 2000 });
    const large = await failureOf(send({ type: 'text', text: 'a line\n'.repeat(1000) }));
    expect(large.failure.class).toBe('CONTENT_TOO_LONG');
  });

  it('that goes away before a mail was handed over did not take it; afterwards nobody knows', async () => {
    const gone = await connected({}, { onRcptTo: () => gone.server.cut() });
    expect((await failureOf(gone.send(hello))).failure.class).toBe('UNAVAILABLE');
    const late = await connected(
      {},
      {
        onData(stream) {
          stream.resume();
          stream.on('end', () => late.server.cut());
        },
      },
    );
    expect((await failureOf(late.send(hello))).failure.class).toBe('OUTCOME_UNKNOWN');
  });

  it('is judged by its enhanced code first', () => {
    const kind = (code: number, text: string, stage: Stage = 'RCPT') =>
      failureOfReply({ code, text }, stage, 1).class;
    expect(kind(550, '5.1.10 null MX')).toBe('INVALID_RECIPIENT');
    expect(kind(550, '5.4.4 No route')).toBe('INVALID_RECIPIENT');
    expect(kind(550, '5.4.1 No answer')).toBe('INVALID_RECIPIENT');
    expect(kind(553, 'Not allowed')).toBe('INVALID_RECIPIENT');
    expect(kind(552, '5.3.4 Too big')).toBe('CONTENT_TOO_LONG');
    expect(kind(554, 'Spam', 'DATA')).toBe('CONTENT_REJECTED');
    expect(kind(550, 'Rejected', 'DATA')).toBe('CONTENT_REJECTED');
    expect(kind(530, '5.7.0 Authenticate first', 'MAIL')).toBe('AUTH');
    expect(kind(535, '5.7.8 No', 'AUTH')).toBe('AUTH');
    expect(kind(550, '5.1.8 Bad sender', 'MAIL')).toBe('CONFIG');
    expect(kind(421, '4.7.0 Too many', 'CONN')).toBe('RATE_LIMITED');
    expect(kind(450, '4.2.1 Too fast')).toBe('RATE_LIMITED');
    expect(kind(421, 'Closing', 'CONN')).toBe('UNAVAILABLE');
    expect(failureOfReply({ code: 450, text: '4.7.1 greylisted' }, 'RCPT', 9).retryAfterMs).toBe(300_000);
    expect(['5.1.1', '5.2.2', '5.3.4', '5.7.1', '4.4.7', '5.0.0', undefined].map(classOfReport)).toEqual([
      'INVALID_RECIPIENT',
      'UNREACHABLE',
      'CONTENT_TOO_LONG',
      'CONTENT_REJECTED',
      'UNREACHABLE',
      'UNREACHABLE',
      'UNREACHABLE',
    ]);
  });
});
