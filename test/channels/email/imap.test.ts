import { afterEach, beforeEach, expect, it } from 'vitest';
import { ImapServer } from '../../../sim/imap.ts';
import type { Connection } from '../../../src/channels/connection.ts';
import { imap } from '../../../src/channels/email/imap.ts';
import { eventually } from '../../pipeline/tools.ts';
import { failureOf, fakeCall, fakeLine } from '../tools.ts';
import { account, lane, mail } from './sample.ts';

let server: ImapServer;
const open = new Set<Connection>();
beforeEach(async () => {
  server = await ImapServer.open();
});
afterEach(async () => {
  for (const connection of open) await connection.close();
  open.clear();
  await server.close();
});

const settings = (more: object = {}) => ({
  ...account,
  inbound: 'imap',
  imapHost: '127.0.0.1',
  imapPort: server.port,
  imapTls: 'none',
  imapFolder: 'INBOX',
  imapAfter: 'seen',
  imapDoneFolder: 'Parley',
  ...more,
});

/** The mailbox is watched, from `cursor` on. */
async function watched(more: object = {}, cursor: unknown = undefined) {
  const faked = fakeLine(lane, { cursor });
  const connection = await imap.open(settings(more), faked.line);
  connection.ended.catch(() => {});
  open.add(connection);
  return {
    ...faked,
    connection,
    cursor: () => faked.delivered.at(-1)?.cursor,
    texts: () =>
      faked.delivered.flatMap(({ received }) => (received.messages ?? []).map(({ content }) => content.text)),
  };
}

let written = 0;
function from(text: string): Buffer {
  written += 1;
  const head = ['From: amina@mail.example', `Message-ID: <imap-${written}@mail.example>`, 'Subject: Hi'];
  return Buffer.from([...head, '', text, ''].join('\r\n'));
}
const reads = (what: { texts(): unknown[] }, ...texts: string[]) =>
  eventually(() => expect(what.texts()).toEqual(texts), 10_000);

it('begins with what comes from now on, and hears of it at once', async () => {
  server.arrive(from('of last year'));
  const box = await watched();
  server.arrive(from('Hello'));
  await reads(box, 'Hello');
  server.arrive(from('Are you there?'));
  await reads(box, 'Hello', 'Are you there?');
  // Only once they are stored.
  await eventually(() =>
    expect(server.mails.map(({ flags }) => [...flags])).toEqual([[], ['\\Seen'], ['\\Seen']]),
  );
});

it('goes on behind the last mail that was stored', async () => {
  const first = await watched();
  server.arrive(from('one'));
  await reads(first, 'one');
  await first.connection.close();
  server.arrive(from('two'));
  server.arrive(from('three'));
  const second = await watched({}, first.cursor());
  await reads(second, 'two', 'three');
});

it('reads again what was not stored, and nothing is marked before it was', async () => {
  const first = await watched();
  first.state.refuse = true;
  server.arrive(from('kept'));
  await expect(first.connection.ended).rejects.toThrow('the database is away');
  expect(server.mails[0]!.flags.size).toBe(0);
  const second = await watched({}, first.cursor());
  await reads(second, 'kept');
});

it('loses nothing when the connection breaks in the middle of a mail', async () => {
  const first = await watched();
  server.breakAfter = 1;
  await first.connection.close();
  server.arrive(from('one'));
  server.arrive(from('two'));
  const broken = await watched({}, first.cursor());
  await broken.connection.ended.catch(() => {});
  expect(broken.texts()).toEqual([]);
  server.breakAfter = Number.POSITIVE_INFINITY;
  const second = await watched({}, first.cursor());
  await reads(second, 'one', 'two');
});

it('finds its place by time where the mailbox numbers its mails anew', async () => {
  const hour = 3_600_000;
  server.arrive(from('of last year'), Date.now() - 9000 * hour);
  const first = await watched();
  server.arrive(from('read'));
  await reads(first, 'read');
  await first.connection.close();
  server.arrive(from('missed'), Date.now() + 2000);
  server.renumber();
  const second = await watched({}, first.cursor());
  // What was read a moment before is told again: its id keeps it from counting twice.
  await reads(second, 'read', 'missed');
  server.arrive(from('and on'));
  await reads(second, 'read', 'missed', 'and on');
  expect(second.cursor()).toMatchObject({ uidValidity: '8', uid: 4 });
  expect(second.cursor()).not.toHaveProperty('anew');
});

it('asks again where the server tells of nothing by itself, and moves what it took', async () => {
  await server.close();
  server = await ImapServer.open({ idle: false });
  const first = await watched({ imapAfter: 'move' });
  await first.connection.close();
  server.arrive(from('Hello'));
  const box = await watched({ imapAfter: 'move' }, first.cursor());
  await reads(box, 'Hello');
  await eventually(() => expect(server.folders.get('Parley')).toHaveLength(1));
  expect(server.mails).toEqual([]);
  expect(server.said).not.toContain('IDLE');
});

it('takes a mail that is too large without its files', async () => {
  const first = await watched({ imapAfter: 'nothing' });
  await first.connection.close();
  server.arrive(mail('pictures-inside-and-files-attached'));
  server.arrive(from('behind it'));
  const box = await watched({ imapAfter: 'nothing', maxBytes: 500 }, first.cursor());
  await reads(box, 'It came broken:', 'behind it');
  const { messages, ignored } = box.delivered[0]!.received;
  expect(messages![0]).not.toHaveProperty('files');
  expect(ignored).toMatchObject([{ kind: 'files' }]);
  expect(server.mails.map(({ flags }) => flags.size)).toEqual([0, 0]);
});

it('passes by a mail that cannot be read, and loses none of those around it', async () => {
  const first = await watched({ maxBytes: 65_536 });
  await first.connection.close();
  server.arrive(from('before it'));
  server.arrive(from('x'.repeat(2_000_000))).claims = 1000;
  server.arrive(from('behind it'));
  let cursor = first.cursor();
  const texts: unknown[] = [];
  // Each connection breaks at it; the pipeline opens the next one at the place that was stored.
  while (!texts.includes('behind it')) {
    const box = await watched({ maxBytes: 65_536 }, cursor);
    const broke = box.connection.ended.then(
      () => {},
      () => {},
    );
    await Promise.race([broke, reads(box, 'behind it').catch(() => {})]);
    texts.push(...box.texts());
    cursor = box.cursor() ?? cursor;
  }
  expect(texts).toEqual(['before it', 'behind it']);
});

it('says what is wrong with the settings, and keeps the password to itself', async () => {
  const refusal = async (more: object, line = {}) =>
    (await failureOf(imap.open(settings(more), fakeLine(lane, line).line))).failure;
  const wrong = await refusal({ password: 'planted-wrong-password' });
  expect(wrong).toEqual({ class: 'AUTH', code: 'AUTHENTICATIONFAILED', text: '*** is wrong' });
  expect(await refusal({ imapFolder: 'Nowhere' })).toMatchObject({ class: 'CONFIG', code: 'NONEXISTENT' });
  expect(await refusal({ imapHost: undefined })).toMatchObject({ class: 'CONFIG' });
  expect(await refusal({ password: undefined })).toMatchObject({ class: 'CONFIG' });
  expect(await refusal({ imapTls: 'starttls' })).toMatchObject({ class: 'CONFIG' });
  expect(await refusal({ auth: 'xoauth2' })).toMatchObject({ class: 'AUTH', code: 'NO_TOKEN' });
  const { call } = fakeCall({ status: 400, body: { error: 'invalid_grant' } });
  const oauth = { auth: 'xoauth2', refreshToken: 'planted-refresh-token' };
  expect(await refusal(oauth, { call })).toMatchObject({ class: 'AUTH', code: 'invalid_grant' });
  await server.close();
  expect(await refusal({})).toMatchObject({ class: 'UNAVAILABLE' });
});
