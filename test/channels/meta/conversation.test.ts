import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FakeMessenger, type Posted } from '../../../sim/meta.ts';
import type { Button, Content, Message } from '../../../src/model/message.ts';
import { eventually, House, type Running, type Tenant } from '../../pipeline/tools.ts';

const page = '101010101010';
const otherPage = '202020202020';
const account = '17841400000000000';

let house: House;
let running: Running;
let meta: FakeMessenger;
let shop: Tenant;
let people = 24680;

beforeAll(async () => {
  house = await House.open();
  running = await house.start();
  meta = await FakeMessenger.open();
  shop = await house.business(running);
  const common = {
    appSecret: meta.appSecret,
    accessToken: 'token-of-the-tests',
    verifyToken: 'verify-token-of-the-tests',
    apiBase: meta.url,
  };
  const put = (type: string, lane: string, settings: object) =>
    shop.core.change.putChannel(
      { businessId: shop.id },
      { type, lane, settings: { ...common, ...settings } },
    );
  await put('fb', 'page', { pageId: page, humanAgent: true });
  await put('fb', 'other', { pageId: otherPage });
  await put('ig', 'shop', { accountId: account });
});
afterAll(async () => {
  await house.close();
  await meta.close();
});
afterEach(() => {
  meta.meanwhile = undefined;
});

/** Calls the one address that Meta knows, whatever the event is about. */
async function happens(object: 'page' | 'instagram', id: string, event: object): Promise<void> {
  const { accountId } = (await shop.setup()).channels.get('fb:page')!;
  const messaging = [{ sender: { id: 'nobody' }, recipient: { id }, timestamp: Date.now(), ...event }];
  const body = { object, entry: [{ id, time: Date.now(), messaging }] };
  expect(await meta.call(`${running.address}/webhook/fb/${accountId}`, body)).toBe(200);
}

/** Somebody new, who has just written to the page. */
async function somebody(): Promise<string> {
  people += 1;
  const id = String(people);
  await happens('page', page, { sender: { id }, message: { mid: `in_${id}`, text: 'Hello' } });
  return id;
}

const delivered = (id: string) =>
  happens('page', page, { sender: { id }, delivery: { watermark: Date.now() } });
const read = (id: string) => happens('page', page, { sender: { id }, read: { watermark: Date.now() } });
const later = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('one webhook', () => {
  it('serves all pages and accounts of the app, each what is its own', async () => {
    await happens('page', otherPage, { sender: { id: '1' }, message: { mid: 'to-other', text: 'Hi' } });
    await happens('instagram', account, { sender: { id: '2' }, message: { mid: 'to-ig', text: 'Hi' } });
    await happens('page', page, { sender: { id: '3' }, message: { mid: 'to-page', text: 'Hi' } });
    const heard = await shop.events('message.received');
    expect(heard.slice(-3).map(({ data }) => data.contact.id)).toEqual(['fb1_other', 'ig2_shop', 'fb3_page']);
  });

  it('takes nothing to a channel that is off, or whose app is another', async () => {
    const settings = {
      pageId: '303030303030',
      appSecret: 'another',
      accessToken: 't',
      verifyToken: 'verify-token',
    };
    await shop.core.change.putChannel({ businessId: shop.id }, { type: 'fb', lane: 'foreign', settings });
    const before = (await shop.events('message.received')).length;
    await happens('page', '303030303030', {
      sender: { id: '4' },
      message: { mid: 'to-foreign', text: 'Hi' },
    });
    expect(await shop.events('message.received')).toHaveLength(before);
  });
});

describe('receipts by watermark', () => {
  type Tell = (id: string) => Promise<void>;
  const orders: [name: string, tells: Tell[]][] = [
    ['delivered, then read', [delivered, read]],
    ['read, then delivered', [read, delivered]],
    ['read alone', [read]],
    ['each twice', [read, delivered, read, delivered]],
  ];
  const tellAll = async (tells: Tell[], id: string) => {
    for (const tell of tells) await tell(id);
  };

  it.each(orders)('%s: read', async (_, tells) => {
    const id = await somebody();
    const sent = [await shop.send('fb:page', id), await shop.send('fb:page', id, 'And this')];
    for (const one of sent) await shop.reaches(one.id, 'SENTX');
    await later();
    await tellAll(tells, id);
    for (const one of sent) await shop.reaches(one.id, 'READ');
  });

  it.each(orders)('%s, before the send is answered: read', async (_, tells) => {
    const id = await somebody();
    meta.meanwhile = async () => {
      await later();
      await tellAll(tells, id);
    };
    await shop.reaches((await shop.send('fb:page', id)).id, 'READ');
  });

  it('say nothing of what was sent afterwards, or has failed', async () => {
    const id = await somebody();
    await read(id);
    await later();
    const sent = await shop.send('fb:page', id);
    await shop.reaches(sent.id, 'SENTX');
    const failed = await shop.send('fb:page', id, 'x'.repeat(2001));
    await shop.reaches(failed.id, 'SENT_ERR');
    await later();
    await delivered(id);
    await shop.reaches(sent.id, 'DLVRD');
    expect((await shop.message(failed.id)).status).toBe('SENT_ERR');
  });

  it('of a file with words: delivered when both parts are', async () => {
    const id = await somebody();
    const media = { link: 'https://files.example/1.png', caption: 'Ours' };
    const { id: sent } = await shop.send('fb:page', id, '', { content: { type: 'image', media } });
    await shop.reaches(sent, 'SENTX');
    const [first, second] = meta.posted.slice(-2).map(({ mid }) => mid);
    const told = (mid: string) =>
      happens('page', page, { sender: { id }, delivery: { mids: [mid], watermark: Date.now() - 60_000 } });
    await told(second!);
    expect((await shop.message(sent)).status).toBe('SENTX');
    await told(first!);
    await shop.reaches(sent, 'DLVRD');
  });
});

describe('a picture with buttons', () => {
  const link = 'https://files.example/1.jpg';
  const choice: Button = { type: 'QUICK_REPLY', code: 'keep', label: 'Keep me some' };
  const content: Content = { type: 'image', media: { link, caption: 'Mangoes?' }, buttons: [choice] };

  it('is one message to Messenger and has its receipts, and a press of it is what was offered', async () => {
    const id = await somebody();
    const before = meta.posted.length;
    const { id: sent } = await shop.send('fb:page', id, '', { content });
    await shop.reaches(sent, 'SENTX');
    expect(meta.posted.slice(before)).toHaveLength(1);
    const { body, mid } = meta.posted.at(-1)!;
    const [card] = (body.message.attachment as { payload: { elements: object[] } }).payload.elements;
    expect(card).toMatchObject({ title: 'Mangoes?', image_url: link });
    await happens('page', page, {
      sender: { id },
      delivery: { mids: [mid], watermark: Date.now() - 60_000 },
    });
    await shop.reaches(sent, 'DLVRD');
    const postback = { mid: `press_${id}`, title: 'Keep me some', payload: 'keep' };
    await happens('page', page, { sender: { id }, postback });
    const heard = (await shop.events('message.received')).at(-1)!;
    expect(heard.data.message.content.press).toEqual({ code: 'keep', label: 'Keep me some' });
  });

  it('is refused where the code of a button is too long', async () => {
    const id = await somebody();
    const buttons = [{ ...choice, code: 'x'.repeat(1001) }];
    const { id: sent } = await shop.send('fb:page', id, '', { content: { ...content, buttons } });
    await shop.reaches(sent, 'SENT_ERR');
    expect((await shop.message(sent)).failure).toMatchObject({ class: 'CONTENT_TOO_LONG' });
  });
});

describe('what is written elsewhere', () => {
  const echoOf = (id: string, message: object) =>
    happens('page', page, {
      sender: { id: page },
      recipient: { id },
      message: { is_echo: true, ...message },
    });
  const outOf = async (contactId: string): Promise<Message[]> => {
    const ids = await house.sql<{ id: string }>(
      `select id from message where business_id = $1 and contact_id = $2 and direction = 'O' order by id`,
      [shop.id, contactId],
    );
    return Promise.all(ids.map((row) => shop.message(row.id)));
  };

  it('is in the conversation as an agent’s message, once, and has receipts', async () => {
    const id = await somebody();
    for (let i = 0; i < 2; i++) await echoOf(id, { mid: `elsewhere_${id}`, text: 'By the page' });
    const [message, ...more] = await outOf(`fb${id}_page`);
    expect(more).toEqual([]);
    expect(message).toMatchObject({ status: 'SENTX', senderType: 'AGENT', content: { text: 'By the page' } });
    const told = (await shop.events('message.accepted')).at(-1)!;
    expect(told.data.message.id).toBe(message!.id);
    await later();
    await read(id);
    await shop.reaches(message!.id, 'READ');
  });

  it('has its files, which are fetched as those of the person', async () => {
    const id = await somebody();
    const attachments = [{ type: 'image', payload: { url: 'https://cdn.example/by-the-page.jpg' } }];
    await echoOf(id, { mid: `picture_${id}`, attachments });
    const [message] = await outOf(`fb${id}_page`);
    const noted = await house.sql('select id from media where message_id = $1', [message!.id]);
    expect(noted).toEqual([{ id: message!.content.media!.id }]);
  });

  it('is not what we sent ourselves: Messenger repeats our mark', async () => {
    const id = await somebody();
    const echo = async ({ mid, body }: Posted) => echoOf(id, { mid, ...body.message });
    meta.meanwhile = echo;
    const { id: sent } = await shop.send('fb:page', id);
    await shop.reaches(sent, 'SENTX');
    await echo(meta.posted.at(-1)!);
    await eventually(async () => expect((await shop.message(sent)).providerId).toBe(meta.posted.at(-1)!.mid));
    expect(await outOf(`fb${id}_page`)).toHaveLength(1);
  });

  it('is not what we sent ourselves: Instagram’s echo waits for the answer to the send', async () => {
    const id = '5005';
    await happens('instagram', account, { sender: { id }, message: { mid: 'in_5005', text: 'Hi' } });
    meta.meanwhile = ({ mid, body }) =>
      happens('instagram', account, {
        sender: { id: account },
        recipient: { id },
        message: { mid, is_echo: true, text: body.message.text },
      });
    await shop.reaches((await shop.send('ig:shop', id)).id, 'SENTX');
    expect(await house.sql('select 1 from early_echo where business_id = $1', [shop.id])).toHaveLength(1);
    await eventually(async () =>
      expect(await house.sql('select 1 from early_echo where business_id = $1', [shop.id])).toEqual([]),
    );
    expect(await outOf(`ig${id}_shop`)).toHaveLength(1);
  });
});

describe('after 24 hours', () => {
  const grownOld = async (contactId: string) =>
    house.sql(
      `update contact set last_inbound_at = now() - interval '2 days'
       where business_id = $1 and id = $2`,
      [shop.id, contactId],
    );

  it('an agent may still write where Meta agreed, a program may not', async () => {
    const id = await somebody();
    await grownOld(`fb${id}_page`);
    const { id: program } = await shop.send('fb:page', id);
    await shop.reaches(program, 'CCWIN');
    const { id: agent } = await shop.send('fb:page', id, 'Found it', { sender: { type: 'AGENT' } });
    await shop.reaches(agent, 'SENTX');
    expect(meta.posted.at(-1)!.body).toMatchObject({ messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' });
  });

  it('an agent may not where Meta did not', async () => {
    await happens('page', otherPage, { sender: { id: '77' }, message: { mid: 'in_77', text: 'Hi' } });
    await grownOld('fb77_other');
    const { id } = await shop.send('fb:other', '77', 'Found it', { sender: { type: 'AGENT' } });
    await shop.reaches(id, 'CCWIN');
  });
});
