import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imap } from '../../src/channels/email/imap.ts';
import { account, lane } from '../channels/email/sample.ts';
import { failureOf, fakeLine } from '../channels/tools.ts';
import { eventually, House, type Running, type Tenant, times } from '../pipeline/tools.ts';
import { whyNoMailServers } from './debian.ts';
import { MailServers, password } from './mail-servers.ts';

const missing = whyNoMailServers();
if (missing) process.stdout.write(`Tests with Postfix and Dovecot skipped: ${missing}.\n`);

describe.skipIf(missing)('with Debian’s Postfix and Dovecot', () => {
  const channelId = 'email:support';
  let servers: MailServers;
  let house: House;
  let running: Running;
  let shop: Tenant;

  beforeAll(async () => {
    servers = await MailServers.open();
    house = await House.open();
    running = await house.start();
    shop = await house.business(running);
    await putChannel();
    await watched();
  });
  afterAll(async () => {
    await house?.close();
    await servers?.close();
  });

  const putChannel = (more: object = {}) =>
    shop.core.change.putChannel(
      { businessId: shop.id },
      {
        type: 'email',
        lane: 'support',
        settings: {
          address: 'support@shop.example',
          password,
          ca: servers.ca,
          smtpHost: 'localhost',
          smtpPort: servers.ports.smtp,
          inbound: 'imap',
          imapHost: 'localhost',
          imapPort: servers.ports.imaps,
          ...more,
        },
      },
    );

  /** What is open of the mailbox, by the health of the channel. */
  const imapState = async () =>
    (await running.core.change.channelStates(shop.id))
      .get(channelId)
      ?.connections?.find(({ name }) => name === 'imap');
  const watched = () => eventually(async () => (await imapState())?.open === 1);
  const broken = () => eventually(async () => (await imapState())?.open !== 1);

  let mails = 0;
  const write = (text: string, more: string[] = []) => {
    mails += 1;
    return servers.mail('amina@people.example', 'support@shop.example', [
      'From: Amina <amina@people.example>',
      'To: support@shop.example',
      `Message-ID: <peer-${mails}@people.example>`,
      'Subject: My order',
      ...more,
      '',
      text,
    ]);
  };
  const texts = async () =>
    (
      await house.sql<{ text: string }>(
        `select content->>'text' as text from message where business_id = $1 and direction = 'I' order by id`,
        [shop.id],
      )
    ).map(({ text }) => text);
  const hears = (text: string) => eventually(async () => (await texts()).includes(text));

  it('a mail that is sent is delivered, and Postfix’s report says so', async () => {
    const { id } = await shop.send(channelId, 'amina@people.example', 'Your order is on its way.');
    await shop.reaches(id, 'DLVRD');
  });

  it('one to nobody is refused at once; one that comes back has failed', async () => {
    const refused = await shop.send(channelId, 'nobody@people.example');
    expect((await shop.reaches(refused.id, 'SENT_ERR')).failure).toMatchObject({
      class: 'INVALID_RECIPIENT',
      code: '550',
      subcode: '5.1.1',
    });
    const bounced = await shop.send(channelId, 'moved@people.example');
    expect((await shop.reaches(bounced.id, 'SENTX_ERR')).failure).toMatchObject({
      class: 'INVALID_RECIPIENT',
    });
  });

  it('a mail that comes in is there as soon as Dovecot tells of it, in its thread', async () => {
    expect(await write('Where is it?')).toMatch(/^250/);
    await hears('Where is it?');
    const { id } = await shop.send(channelId, 'amina@people.example', 'It comes tomorrow.');
    const { providerId } = await shop.reaches(id, 'DLVRD');
    await write('Thank you', [`In-Reply-To: ${providerId}`]);
    await hears('Thank you');
    const told = await shop.events('message.received');
    const sessions = new Set(told.map(({ data }) => data.session?.id));
    expect(sessions.size).toBe(1);
    expect(told.at(-1)!.data.message).toMatchObject({ replyIdExt: providerId });
  });

  it('knows what a mail answers by the marked address alone, which Postfix and Dovecot deliver', async () => {
    await putChannel({ plusAddressing: true });
    await watched();
    const { id } = await shop.send(channelId, 'amina@people.example', 'Which colour do you want?');
    const { providerId } = await shop.reaches(id, 'DLVRD');
    const sent = (await servers.unseen('amina@people.example')).find((mail) => mail.includes('Which colour'));
    const [, marked] = /^Reply-To: [^\n]*?<?(support\+[^@\s<>]+@shop\.example)/im.exec(
      sent!.replace(/\r?\n[ \t]+/g, ' '),
    )!;
    mails += 1;
    // Her mail program forgets what it answers.
    await servers.mail('amina@people.example', marked!, [
      'From: Amina <amina@people.example>',
      `To: ${marked}`,
      `Message-ID: <peer-${mails}@people.example>`,
      'Subject: Colours',
      '',
      'The blue one',
    ]);
    await hears('The blue one');
    const told = await shop.events('message.received');
    expect(told.at(-1)!.data.message).toMatchObject({ replyIdExt: providerId });
    expect(new Set(told.map(({ data }) => data.session?.id)).size).toBe(1);
    await putChannel();
    await watched();
  });

  it('goes on where it was after Dovecot was killed, and takes nothing twice', async () => {
    await servers.killDovecot();
    await broken();
    for (const i of times(3, (n) => n)) await write(`while it was away ${i}`);
    await servers.startDovecot();
    for (const i of times(3, (n) => n)) await hears(`while it was away ${i}`);
    const before = await texts();
    expect(new Set(before).size).toBe(before.length);
  });

  it('goes on when Dovecot numbers its mails anew', async () => {
    const before = await texts();
    await servers.killDovecot();
    await broken();
    await servers.forgetNumbers('support@shop.example');
    await write('under another number');
    await servers.startDovecot();
    await hears('under another number');
    expect(await texts()).toEqual([...before, 'under another number']);
  });

  it('sends what waited when Postfix was killed and came back', async () => {
    await servers.killPostfix();
    const { id } = await shop.send(channelId, 'amina@people.example', 'Are you there?');
    await eventually(async () => (await shop.message(id)).failure !== undefined);
    await servers.startPostfix();
    await shop.hurry();
    await shop.reaches(id, 'DLVRD');
  });

  it('moves what it took with STARTTLS, where that is wanted', async () => {
    await putChannel({ imapPort: servers.ports.imap, imapTls: 'starttls', imapAfter: 'move' });
    // The first ones may still be read over the connection before.
    await eventually(async () => {
      await write(`moved ${mails}`);
      await sleep(200);
      return (await servers.names('support@shop.example', '.Parley')).length > 0;
    });
    await hears(`moved ${mails - 1}`);
  });

  it('knows a wrong password for one', async () => {
    const settings = {
      ...account,
      smtpHost: 'localhost',
      inbound: 'imap',
      imapHost: 'localhost',
      imapPort: servers.ports.imaps,
      imapTls: 'implicit',
      imapFolder: 'INBOX',
      ca: servers.ca,
    };
    const failureWith = async (more: object) =>
      (await failureOf(imap.open({ ...settings, ...more }, fakeLine(lane).line))).failure;
    const refused = await failureWith({ password: 'planted-wrong-password' });
    expect(refused).toMatchObject({ class: 'AUTH', code: 'AUTHENTICATIONFAILED' });
    expect(JSON.stringify(refused)).not.toContain('planted');
    expect(await failureWith({ imapFolder: 'Nowhere' })).toMatchObject({ class: 'CONFIG' });
    expect(await failureWith({ ca: undefined })).toMatchObject({ class: 'CONFIG' });
    expect(await failureWith({ imapPort: 1 })).toMatchObject({ class: 'UNAVAILABLE' });
  });
});
