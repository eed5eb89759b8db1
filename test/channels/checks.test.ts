import { Value } from 'typebox/value';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ImapServer } from '../../sim/imap.ts';
import { Smsc } from '../../sim/smpp.ts';
import { type MailServer, openMailServer } from '../../sim/smtp.ts';
import type { CheckTools, Finding } from '../../src/channels/check.ts';
import { channelOf } from '../../src/channels/index.ts';
import { account as mailbox } from './email/sample.ts';
import { samples } from './samples.ts';
import { type Answer, fakeLine, fakeTools } from './tools.ts';

/** Answers by what is asked: the end of the path, and with a sign of the query where that decides. */
type Answers = Record<string, Answer | object>;

/** Tests a channel whose provider answers so; what is not among the answers is not found. */
async function check(
  type: string,
  answers: Answers,
  how: { account?: Record<string, unknown>; tools?: Partial<CheckTools> } = {},
): Promise<Finding[]> {
  const sample = samples.find((one) => one.type === type)!;
  const { tools } = fakeTools({ status: 404 });
  const call: CheckTools['call'] = async ({ url }) => {
    const { pathname, search } = new URL(url);
    const path = Object.keys(answers).find((one) => {
      const [end = '', sign] = one.split('?');
      return pathname.endsWith(end) && (sign === undefined || search.includes(sign));
    });
    const found = path === undefined ? { status: 404, body: {} } : answers[path]!;
    const answer =
      'status' in found && typeof found.status === 'number' ? found : { status: 200, body: found };
    return fakeTools(answer as Answer).tools.call({ method: 'GET', url });
  };
  const { lane } = sample.lane;
  const door = channelOf(type)!;
  const account = Value.Default(door.account, { ...sample.account, ...how.account }) as Record<
    string,
    unknown
  >;
  return door.check!(account, { ...tools, lane, call, ...how.tools });
}

const own = 'https://parley.example/webhook/of/the-tests';
/** What is not well, as the setting at fault and what is said of it. */
const amiss = (findings: Finding[]) =>
  findings.filter(({ kind }) => kind !== 'well').map(({ kind, field, text }) => [kind, field, text]);
const like = (text: string) => expect.stringContaining(text);
/** The same without the class that a status would have. */
const refusal = (status: number, body: object): Answer => ({ status, body });

describe('a test of WhatsApp', () => {
  const number = {
    display_phone_number: '+91 88282-18374',
    verified_name: 'Our shop',
    quality_rating: 'GREEN',
  };
  const id = '/106540352242922';
  const well: Answers = {
    [`${id}?verified_name`]: number,
    [`${id}?webhook`]: { webhook_configuration: { application: own } },
    [`${id}?proof`]: { id: '106540352242922' },
  };

  it('tells whose number it is, and that Meta calls us', async () => {
    const findings = await check('wacfb', well);
    expect(findings.map(({ text }) => text)).toEqual([
      'Meta knows the number +91 88282-18374 of “Our shop”.',
      'The app secret is the one of the app.',
      'The provider calls this channel.',
    ]);
  });

  it('finds the app secret of another app', async () => {
    const error = { code: 100, message: 'Invalid appsecret_proof provided in the API argument' };
    const findings = await check('wacfb', { ...well, [`${id}?proof`]: refusal(400, { error }) });
    expect(amiss(findings)).toEqual([['wrong', 'appSecret', like('not the one of the app')]]);
  });

  it('tells that Meta calls somebody else, and no more of the address than its host', async () => {
    const elsewhere = { webhook_configuration: { application: 'https://old.example/hook?secret=1' } };
    const findings = await check('wacfb', { ...well, [`${id}?webhook`]: elsewhere });
    expect(amiss(findings)).toEqual([['notice', 'webhookUrl', like('at old.example: nothing comes in')]]);
    expect(JSON.stringify(findings)).not.toContain('secret=1');
  });

  it('warns of a low rating, and of a lane that is another number', async () => {
    const low = { ...number, quality_rating: 'RED', display_phone_number: '+1 555 0001' };
    const findings = await check('wacfb', { ...well, [`${id}?verified_name`]: low });
    expect(amiss(findings)).toEqual([
      ['notice', undefined, like('quality of this number as low')],
      ['notice', 'phoneNumberId', like('+1 555 0001')],
    ]);
  });

  it('asks 360dialog for the webhook: there is none, or without the secret', async () => {
    const none = await check('wa360', { '/v1/configs/webhook': refusal(404, {}) });
    expect(amiss(none)).toEqual([['notice', 'webhookUrl', like('knows no webhook address')]]);
    const without = await check('wa360', { '/v1/configs/webhook': { url: own, headers: { other: '1' } } });
    expect(amiss(without)).toEqual([['notice', 'webhookSecret', like('X-Webhook-Secret')]]);
  });
});

describe('a test of Messenger and Instagram', () => {
  it('finds a token of another page', async () => {
    const findings = await check('fb', { '/me': { id: '999', name: 'Elsewhere' } });
    expect(amiss(findings)).toEqual([['wrong', 'pageId', like('“Elsewhere”, whose id is 999')]]);
  });

  it('finds that the page tells no app what people write', async () => {
    const { pageId } = samples.find(({ type }) => type === 'fb')!.account;
    const findings = await check('fb', {
      '/me': { id: pageId, name: 'Our shop' },
      '/me/subscribed_apps': { data: [{ id: '1', subscribed_fields: ['feed'] }] },
    });
    expect(amiss(findings)).toEqual([['notice', 'webhookUrl', like('tells no app')]]);
  });

  it('finds a page without an account at Instagram, and a token of another account', async () => {
    const page = { id: '1', name: 'Our shop' };
    expect(amiss(await check('ig', { '/me': page }))).toEqual([
      ['wrong', 'accountId', like('No account at Instagram is linked to the page “Our shop”')],
    ]);
    const other = { '/me': { user_id: '999', username: 'elsewhere' } };
    const findings = await check('ig', other, { account: { login: 'instagram' } });
    expect(amiss(findings)).toEqual([['wrong', 'accountId', like('“elsewhere”, whose id is 999')]]);
  });
});

describe('a test of LINE', () => {
  const well: Answers = {
    '/v2/bot/info': { displayName: 'Our shop', basicId: '@shop', chatMode: 'bot' },
    '/v2/bot/channel/webhook/endpoint': { endpoint: own, active: true },
    '/v2/oauth/verify': { client_id: '1' },
    '/v2/bot/message/quota': { type: 'none' },
    '/v2/bot/message/quota/consumption': { totalUsage: 9 },
  };

  it('has nothing to say against what is well', async () => {
    expect(amiss(await check('line', well))).toEqual([]);
  });

  it('tells chat mode, a webhook that is off, a token that ends, and a month that is used up', async () => {
    const findings = await check('line', {
      ...well,
      '/v2/bot/info': { displayName: 'Our shop', chatMode: 'chat' },
      '/v2/bot/channel/webhook/endpoint': { endpoint: own, active: false },
      '/v2/oauth/verify': { expires_in: 3.5 * 86_400 },
      '/v2/bot/message/quota': { type: 'limited', value: 200 },
      '/v2/bot/message/quota/consumption': { totalUsage: 200 },
    });
    expect(amiss(findings)).toEqual([
      ['notice', undefined, like('chat mode')],
      ['notice', 'webhookUrl', like('does not use it')],
      ['notice', 'accessToken', 'The access token ends in 3 days.'],
      ['notice', undefined, like('All 200 messages')],
    ]);
  });

  it('says that no webhook was entered yet', async () => {
    const none = {
      ...well,
      '/v2/bot/channel/webhook/endpoint': refusal(404, { message: 'Webhook not found' }),
    };
    expect(amiss(await check('line', none))).toEqual([
      ['notice', 'webhookUrl', like('knows no webhook address')],
    ]);
  });
});

describe('a test of Telegram', () => {
  const result = (told: object) => ({ ok: true, result: told });
  const bot = { id: 1, username: 'shopbot', can_read_all_group_messages: false };
  const tools = { lane: 'shopbot' };

  it('tells that another program has the bot called', async () => {
    const answers = { '/getMe': result(bot), '/getWebhookInfo': result({ url: 'https://old.example' }) };
    const findings = await check('tg', answers, { tools, account: { mode: 'polling' } });
    expect(amiss(findings)).toEqual([['notice', 'mode', like('an address that somebody set')]]);
  });

  it('tells why Telegram could not call us, and that the bot is deaf in groups', async () => {
    const info = {
      url: own,
      last_error_date: Math.floor(Date.now() / 1000) - 60,
      last_error_message: 'SSL error {certificate verify failed}',
    };
    const answers = { '/getMe': result(bot), '/getWebhookInfo': result(info) };
    const findings = await check('tg', answers, { tools, account: { mode: 'webhook', groups: true } });
    expect(amiss(findings)).toEqual([
      ['notice', 'groups', like('commands and answers to itself alone')],
      ['wrong', 'mode', like('could not call this channel')],
    ]);
    expect(findings.at(-1)?.said).toBe('SSL error {certificate verify failed}');
  });

  it('tells the bot of another lane', async () => {
    const answers = {
      '/getMe': result({ ...bot, username: 'otherbot' }),
      '/getWebhookInfo': result({ url: '' }),
    };
    const findings = await check('tg', answers, { tools, account: { mode: 'polling' } });
    expect(amiss(findings)).toEqual([['notice', 'botToken', like('@otherbot')]]);
  });
});

describe('a test of providers of SMS', () => {
  const sid = String(samples.find(({ type }) => type === 'twilio')!.account.accountSid);
  const account = { from: '15550001', publicBase: undefined, apiKeySid: undefined, apiKeySecret: undefined };
  const active = { status: 'active', type: 'Full', friendly_name: 'Our shop' };

  it('finds an account at Twilio that is suspended, or for trial only', async () => {
    const suspended = await check(
      'twilio',
      { [`${sid}.json`]: { ...active, status: 'suspended' } },
      { account },
    );
    expect(amiss(suspended)).toEqual([['wrong', 'accountSid', like('suspended')]]);
    const trial = await check('twilio', { [`${sid}.json`]: { ...active, type: 'Trial' } }, { account });
    expect(amiss(trial)).toEqual([['notice', undefined, like('trial account')]]);
  });

  it('looks at the number: whose it is, what it can, whom it calls', async () => {
    const numbers = (told: object[]) => ({
      [`${sid}.json`]: active,
      '/IncomingPhoneNumbers.json': { incoming_phone_numbers: told },
    });
    expect(amiss(await check('twilio', numbers([]), { account }))).toEqual([
      ['notice', 'from', 'The account has no number +15550001.'],
    ]);
    const deaf = { phone_number: '+15550001', capabilities: { sms: false, mms: false }, sms_url: '' };
    const findings = await check('twilio', numbers([deaf]), { account: { ...account, mms: true } });
    expect(amiss(findings)).toEqual([
      ['wrong', 'from', like('cannot send SMS')],
      ['notice', 'mms', like('cannot send MMS')],
      ['notice', 'webhookUrl', like('knows no webhook address')],
    ]);
  });

  it('misses the other half of an API key', async () => {
    const half = { ...account, apiKeySid: `SK${'0'.repeat(32)}` };
    const findings = await check('twilio', { [`${sid}.json`]: active }, { account: half });
    expect(amiss(findings)).toEqual([['notice', 'apiKeySecret', like('one half is missing')]]);
  });

  it('tells a balance that is used up', async () => {
    const key = { apiKey: '12345678', apiSecret: 'planted-api-secret', privateKey: undefined };
    const vonage = await check(
      'vonage',
      { '/v1/messages': refusal(422, { title: 'Invalid' }), '/get-balance': { value: 0, autoReload: false } },
      { account: key },
    );
    expect(amiss(vonage)).toEqual([['notice', undefined, like('used up')]]);
    const data = { Balance: '0.00', CurrencyCode: 'USD' };
    const unifonic = await check('unifonic', { '/GetBalance': { success: 'true', data } });
    expect(amiss(unifonic)).toEqual([['notice', undefined, like('used up')]]);
  });

  it('knows that Unifonic refuses with 200', async () => {
    const findings = await check('unifonic', {
      '/GetBalance': { success: 'false', message: 'Wrong AppSid' },
    });
    expect(findings).toMatchObject([{ kind: 'wrong', field: 'apiKey', class: 'AUTH', said: 'Wrong AppSid' }]);
  });
});

describe('a test of an SMSC', () => {
  let smsc: Smsc;
  beforeEach(async () => {
    smsc = await Smsc.open();
  });
  afterEach(() => smsc.close());
  const test = (more: object = {}) => {
    const { dial } = fakeLine({ channelId: 'smpp:1', lane: '1' }).line;
    const account = {
      host: 'localhost',
      port: smsc.port,
      systemId: 'parley',
      password: 'right',
      bind: 'auto',
    };
    return check('smpp', {}, { account: { ...account, ...more }, tools: { dial } });
  };

  it('binds as one who hears nothing, and leaves', async () => {
    expect(amiss(await test())).toEqual([]);
    expect(smsc.binds.at(-1)?.command).toBe('bind_transmitter');
  });

  it('does so as transceiver where the SMSC knows nothing else', async () => {
    smsc.bindStatus = ({ command }) => (command === 'bind_transmitter' ? 0x0d : 0);
    expect(amiss(await test())).toEqual([]);
    expect(smsc.binds.at(-1)?.command).toBe('bind_transceiver');
  });

  it('tells a wrong password, and that all binds are taken', async () => {
    smsc.bindStatus = () => 0x0e;
    expect(amiss(await test())).toEqual([['wrong', 'password', 'The provider refuses the credentials.']]);
    smsc.bindStatus = () => 0x05;
    expect(amiss(await test())).toEqual([['notice', 'systemId', like('all the binds of parley')]]);
  });
});

describe('a test of a mailbox', () => {
  let smtp: MailServer;
  let imap: ImapServer;
  beforeAll(async () => {
    [smtp, imap] = [await openMailServer(), await ImapServer.open()];
  });
  afterAll(async () => {
    await smtp[Symbol.asyncDispose]();
    await imap.close();
  });
  const test = (more: object = {}) => {
    const { dial, resolve } = fakeLine({ channelId: 'email:1', lane: '1' }).line;
    const account = {
      ...mailbox,
      ...{ smtpHost: 'localhost', smtpPort: smtp.port, ca: smtp.ca },
      ...{
        inbound: 'imap',
        imapHost: '127.0.0.1',
        imapPort: imap.port,
        imapTls: 'none',
        imapFolder: 'INBOX',
      },
      imapAfter: 'seen',
      ...more,
    };
    return check('email', {}, { account, tools: { dial, resolve } });
  };

  it('logs in on both sides, hands nothing over, and changes nothing', async () => {
    expect(amiss(await test({ imapAfter: 'move', imapDoneFolder: 'Done' }))).toEqual([
      ['notice', 'imapDoneFolder', like('is made when the channel connects')],
    ]);
    expect(smtp.mails).toEqual([]);
    expect(imap.folders.has('Done')).toBe(false);
  });

  it('tells which of the passwords is wrong, and a folder that there is not', async () => {
    const wrong = await test({
      password: 'planted-wrong-password',
      imapPassword: 'planted-mailbox-password',
    });
    expect(amiss(wrong)).toEqual([['wrong', 'password', 'The provider refuses the credentials.']]);
    expect(JSON.stringify(wrong)).not.toContain('planted-wrong-password');
    expect(amiss(await test({ imapFolder: 'Nowhere' }))).toEqual([
      ['wrong', 'imapFolder', like('“Nowhere”')],
    ]);
  });

  it('misses the secret without which every posted mail is refused', async () => {
    const findings = await test({ inbound: 'mailgun', webhookSecret: undefined });
    expect(amiss(findings)).toEqual([['wrong', 'webhookSecret', like('Without a webhook secret')]]);
  });
});

describe('a test of what has no provider, or no question', () => {
  it('finds tokens of another user at X', async () => {
    const { accessToken = 'planted-access-token' } = samples.find(({ type }) => type === 'tw')!.account;
    const answers = { '/2/users/me': { data: { id: '999', username: 'elsewhere' } } };
    const findings = await check('tw', answers, { account: { accessToken } });
    expect(amiss(findings)).toEqual([['wrong', 'userId', like('@elsewhere, whose user ID is 999')]]);
  });

  it('finds tokens of another official account at Zalo', async () => {
    const answers = { '/v2.0/oa/getoa': { error: 0, data: { oa_id: '999', name: 'Elsewhere' } } };
    const findings = await check('zalo', answers, { account: { accessToken: 'planted-access-token' } });
    expect(amiss(findings)).toEqual([['wrong', 'oaId', like('Elsewhere, whose OA ID is 999')]]);
  });

  it('misses pages that may show the web chat, and a secret without which nobody can be signed in', async () => {
    const account = { origins: [], enforce: true, identitySecret: undefined };
    expect(amiss(await check('web', {}, { account }))).toEqual([
      ['notice', 'origins', like('Only pages of this server')],
      ['notice', 'identitySecret', like('nobody can be signed in')],
    ]);
  });

  it('says of a connector that somebody listens, and what it cannot know', async () => {
    const smtp = await openMailServer();
    const { dial } = fakeLine({ channelId: 'custom:1', lane: '1' }).line;
    const account = { url: `http://localhost:${smtp.port}/in` };
    const findings = await check('custom', {}, { account, tools: { dial } });
    expect(findings[0]).toMatchObject({ kind: 'well', text: like(`port ${smtp.port}`) });
    expect(amiss(findings)).toEqual([['notice', undefined, like('only a message can tell')]]);
    await smtp[Symbol.asyncDispose]();
  });
});
