import { createHmac } from 'node:crypto';
import { fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWebhookSigned } from '../../../../src/model/webhook.ts';
import { type House, openHouse, type Thing, until } from './house.ts';
import { frontSecret, frontToken } from './setup.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.close();
});

const about = (app: string, contactId: string) =>
  house.outside.told(app).filter(({ contacts }) => contacts?.[0]?.contactId === contactId);
/** The call in which a message was told. */
const toldOf = (id: string | undefined, app = 'front') =>
  until(() => house.outside.told(app).find(({ messages }) => messages?.[0]?.id === id));
const callsOf = (id: string | undefined, app = 'front') =>
  house.outside.at(`/apps/${app}`).filter(({ raw }) => id && raw.includes(`"id":"${id}"`));

describe('what every webhook call holds', () => {
  it('D57: says whose it is and what kind of app is called', async () => {
    const { id } = await house.kioskSays('g1', 'Hi');
    expect((await toldOf(id)).meta).toEqual({
      domain: 'acme',
      server: 'parley.test',
      appId: await house.appId('front'),
      appCode: 'front',
      appMode: 'BOT',
      appType: 'DEFAULT',
      debug: false,
    });
  });

  it('D1: domain and server together are the host that reaches this server', async () => {
    const { id } = await house.kioskSays('g1', 'Hi');
    const { domain, server } = (await toldOf(id)).meta!;
    expect(`${domain}.${server}`).toBe(house.server.pipeline.core.publicUrl.host);
    await house.rival.send({
      channelId: 'dummy:rival',
      to: { phone: '966500000400' },
      text: { body: 'Echo' },
    });
    const theirs = await until(() => house.outside.told('rival').find(({ messages }) => messages));
    expect(theirs.meta).toMatchObject({ domain: 'rival', server: 'parley.test' });
  });

  it('D23: is of one kind, named by the plural of what it holds, with one thing in it', async () => {
    const { session, contactId } = await house.kioskSays('g2', 'Hi');
    await house.front.send({ to: { contactId }, text: { body: 'Hello' } });
    await house.connector('message/receive', {
      contacts: [{ contactId }],
      actions: [{ actionCode: 'SEND_INVOICE' }],
    });
    await house.front.post('session/close', { sessionId: session!.sessionId });
    await house.rest();
    const calls = about('front', contactId!);
    const kinds = ['messages', 'statuses', 'events', 'actions'] as const;
    expect(new Set(calls.map(({ type }) => type))).toEqual(new Set(kinds));
    for (const call of calls) {
      const filled = kinds.filter((kind) => call[kind] !== undefined);
      expect(filled).toEqual([call.type]);
      expect(call[filled[0]!]).toHaveLength(1);
      expect(call.contacts).toHaveLength(1);
    }
    expect(calls.find(({ actions }) => actions)?.actions).toEqual([{ actionCode: 'SEND_INVOICE' }]);
  });

  it('names the person in each call, with a profile even when nothing is known', async () => {
    const { contactId } = await house.kioskSays('g3', 'Hi');
    await house.rest();
    const calls = about('front', contactId!);
    expect(calls.length).toBeGreaterThanOrEqual(3);
    for (const { contacts } of calls) {
      expect(contacts?.[0]).toEqual({
        contactId: 'webg3_kiosk',
        channelId: 'custom:kiosk',
        contactType: 'WEBSITE',
        lane: 'kiosk',
        csid: 'g3',
        profile: {},
        businessProfile: {},
      });
    }
  });

  it('D58: never sends the older forms of number and profile id, though it reads them', async () => {
    const { body } = await house.connector('message/receive', {
      contacts: [{ csid: 'g4', profileId: 'C34567', profile: { name: 'Ann', mobile: 4915112 } }],
      messages: [{ from: 'g4', text: { body: 'Hi' } }],
    });
    const [message] = body.messages as { id: string }[];
    const { contacts } = await toldOf(message!.id);
    expect(contacts?.[0]).toMatchObject({
      profile: { name: 'Ann', phone: '4915112' },
      businessProfile: { profileId: 'C34567' },
    });
    expect(contacts?.[0]).not.toHaveProperty('profileId');
    expect(contacts?.[0]?.profile).not.toHaveProperty('mobile');
  });

  it('D63: carries its token, its id, and signatures over the very bytes', async () => {
    const { id } = await house.kioskSays('g5', 'Hi ✓');
    await toldOf(id);
    const { raw, headers: all } = callsOf(id)[0]!;
    const headers = all as Record<string, string>;
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-verify-token': frontToken });
    expect(headers['x-xms-delivery']).toMatch(/^[0-9a-f]{24}$/);
    expect(headers['x-xms-signature']).toBe(createHmac('sha256', frontSecret).update(raw).digest('hex'));
    expect(isWebhookSigned(headers, raw, frontSecret, Date.now())).toBe(true);
    expect(isWebhookSigned(headers, `${raw} `, frontSecret, Date.now())).toBe(false);
  });
});

describe('what a message tells', () => {
  it('has its session, its sender and the id of the channel', async () => {
    const { id, session } = await house.kioskSays('g10', 'Hi', { messageIdExt: 'k-1' });
    expect((await toldOf(id)).messages).toEqual([
      {
        id,
        messageIdExt: 'k-1',
        contactId: 'webg10_kiosk',
        from: 'g10',
        timestamp: expect.any(Number),
        type: 'text',
        text: { body: 'Hi', type: 'text' },
        session: { sessionId: session!.sessionId, routingId: session!.routingId },
      },
    ]);
  });

  it('D59: a file is in its block and among the attachments, with a plain link and one that expires', async () => {
    const bytes = Buffer.from('%PDF-1.4 a bill');
    house.outside.answers('/files/bill.pdf', () => ({
      headers: { 'content-type': 'application/pdf' },
      body: bytes,
    }));
    const link = `${house.outside.url}/files/bill.pdf`;
    const { id } = await house.kioskSays('g11', '', {
      type: 'document',
      document: { link, filename: 'bill.pdf', caption: 'My bill' },
    });
    const { messages } = await toldOf(id);
    const { document, attachments, type } = messages![0]!;
    expect(type).toBe('document');
    expect(attachments).toEqual([document]);
    expect(document).toMatchObject({ filename: 'bill.pdf', caption: 'My bill', type: 'document' });
    for (const url of [document!.link!, document!.linkSecure!]) {
      expect(url).toMatch(/^http:\/\/acme\.parley\.test\/media\//);
      const here = url.replace('http://acme.parley.test', house.server.address);
      const file = await until(async () => {
        const answer = await fetch(here);
        return answer.status === 200 && Buffer.from(await answer.arrayBuffer());
      });
      expect(file).toEqual(bytes);
    }
    expect(document!.linkSecure).toContain('until=');
  });

  it('D60: a pressed button is text, and in both forms', async () => {
    await house.whatsappSays('4915112001', '', {
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id: 'YES', title: 'Yes, please' } },
    });
    const { messages } = await until(() =>
      about('front', 'wa4915112001_4930900').find((call) => call.messages),
    );
    expect(messages![0]).toMatchObject({
      type: 'text',
      text: { body: 'Yes, please' },
      input: { reply_id: 'YES' },
      form: { reply_id: 'YES', reply_title: 'Yes, please' },
    });
  });
});

describe('what a status tells', () => {
  it('D61: names the session of the message, also when that has ended', async () => {
    const { contactId, session } = await house.kioskSays('g20', 'Hi');
    const id = await house.front.send({ to: { contactId }, text: { body: 'Bye' } });
    await house.rest();
    await house.front.post('session/close', { sessionId: session!.sessionId });
    await house.kioskSays('g20', 'Hi again');
    await house.connector('message/receive', { statuses: [{ id, status: 'READ' }] });
    await house.rest();
    const statuses = about('front', contactId!).flatMap((call) => call.statuses ?? []);
    expect(statuses.map((one) => [one.id, one.status, one.session?.sessionId])).toEqual([
      [id, 'SENT', session!.sessionId],
      [id, 'READ', session!.sessionId],
    ]);
    expect(statuses[1]).toMatchObject({ contactId, messageIdExt: expect.stringMatching(/^ext-/) });
  });
});

describe('how calls are made', () => {
  it('D62: in order within a conversation, one at a time, also when a call must be repeated', async () => {
    let refusals = 2;
    house.outside.answers('/apps/front', ({ raw }) =>
      raw.includes('First of many') && refusals-- > 0
        ? { status: 503, headers: { 'retry-after': '1' } }
        : undefined,
    );
    const first = await house.kioskSays('g30', 'First of many');
    const rest: string[] = [];
    for (let i = 0; i < 5; i++) rest.push((await house.kioskSays('g30', `Next ${i}`)).id!);
    const other = await house.kioskSays('g31', 'Somebody else');
    await toldOf(other.id);
    // The other conversation did not wait for this one.
    expect(house.outside.told('front').some(({ messages }) => messages?.[0]?.id === rest[0])).toBe(false);
    await toldOf(rest.at(-1));
    house.outside.answers('/apps/front', undefined);
    const order = about('front', 'webg30_kiosk').flatMap(({ messages = [] }) => messages.map(({ id }) => id));
    expect(order).toEqual([first.id, first.id, first.id, ...rest]);
    const ids = callsOf(first.id).map(({ headers }) => headers['x-xms-delivery']);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  it('D62: a refusal is final, and what became of it is in the history', async () => {
    house.outside.answers('/apps/front', ({ raw }) =>
      raw.includes('Refuse me') ? { status: 400 } : undefined,
    );
    const refused = await house.kioskSays('g32', 'Refuse me');
    const taken = await house.kioskSays('g32', 'Take me');
    await toldOf(taken.id);
    await house.rest();
    house.outside.answers('/apps/front', undefined);
    expect(callsOf(refused.id)).toHaveLength(1);
    const fate = async (id: string | undefined) =>
      (await house.history(refused.session!.sessionId!)).find((line) => line.messageId === id);
    expect(await fate(refused.id)).toMatchObject({ status: 'FORWARD_ERR' });
    expect(await fate(taken.id)).toMatchObject({
      status: 'FORWARDED',
      stamps: { RECEIVD: expect.any(Number) },
    });
  });

  it('D62: a status that an app refuses is noted with its message', async () => {
    const { contactId, session } = await house.kioskSays('g33', 'Hi');
    house.outside.answers('/apps/front', ({ body }) =>
      body.type === 'statuses' ? { status: 400 } : undefined,
    );
    const id = await house.front.send({ to: { contactId }, text: { body: 'Hello' } });
    await house.rest();
    house.outside.answers('/apps/front', undefined);
    const line = (await house.history(session!.sessionId!)).find(({ messageId }) => messageId === id);
    expect(line).toMatchObject({ status: 'SENTX', stamps: { STATUS_FORWARD_ERR: expect.any(Number) } });
  });

  it('D62: a redirect is not followed', async () => {
    house.outside.answers('/apps/front', ({ raw }) =>
      raw.includes('Elsewhere')
        ? { status: 302, headers: { location: `${house.outside.url}/trap` } }
        : undefined,
    );
    const { id } = await house.kioskSays('g34', 'Elsewhere');
    await until(() => callsOf(id).length > 0);
    await until(async () => {
      const rows = await house.db.run(
        {
          name: 'test.redirected',
          text: "select 1 from delivery where state = 'pending' and answer_status = 302",
        },
        [],
      );
      return rows.length > 0;
    });
    expect(house.outside.at('/trap')).toEqual([]);
    // Mended, it is told after all; nobody waits for the schedule here.
    house.outside.answers('/apps/front', undefined);
    await house.db.run(
      { name: 'test.due', text: "update delivery set due_at = now() where state = 'pending'" },
      [],
    );
    await until(() => callsOf(id).length > 1);
  });

  it('ignores what a receiver answers, be it JSON or not', async () => {
    house.outside.answers('/apps/front', () => ({ status: 204 }));
    await house.kioskSays('g35', 'Hi');
    await house.rest();
    house.outside.answers('/apps/front', () => ({ body: { messages: [{ text: { body: 'An answer?' } }] } }));
    await house.kioskSays('g35', 'Hi');
    await house.rest();
    house.outside.answers('/apps/front', undefined);
    expect(
      house.outside.at('/connector/kiosk').filter(({ body }) => (body.to as Thing).csid === 'g35'),
    ).toEqual([]);
  });
});

describe('asking the app about a person', () => {
  beforeAll(() =>
    house.apply({
      apps: [
        { code: 'asked', mode: 'BOT', webhook: `${house.outside.url}/asked/message/receive` },
        {
          code: 'elsewhere',
          mode: 'BOT',
          contactInfoUrl: `${house.outside.url}/who`,
          webhook: `${house.outside.url}/elsewhere`,
        },
      ],
      queues: [
        { code: 'asked', type: 'BOT', app: 'asked' },
        { code: 'elsewhere', type: 'BOT', app: 'elsewhere' },
      ],
      channels: [
        {
          type: 'custom',
          lane: 'asking',
          queue: 'asked',
          settings: {
            url: `${house.outside.url}/connector/x`,
            verifyToken: 'token-of-the-asking-door',
            contactType: 'TELEGRAM',
          },
        },
        {
          type: 'custom',
          lane: 'asking-too',
          queue: 'elsewhere',
          settings: {
            url: `${house.outside.url}/connector/x`,
            verifyToken: 'token-of-the-other-asking-door',
            contactType: 'TELEGRAM',
          },
        },
      ],
    }),
  );
  const says = (csid: string, text: string, token = 'token-of-the-asking-door') =>
    house.connector('message/receive', { messages: [{ from: csid, text: { body: text } }] }, token);
  const told = (path: string, csid: string) =>
    house.outside.at(path).filter(({ body }) => (body.contacts as Thing[])[0]!.csid === csid);

  it('D64: takes labels by key and the rest into the business profile, which later calls carry', async () => {
    house.outside.answers('/asked/contact/info', () => ({
      body: {
        name: 'Ann Smith',
        mobile: 4915112,
        profileId: 'C1',
        labels: [
          { key: 'tier', value: 'gold', name: 'Tier', type: 'TEXT' },
          { key: 'since', value: '13/45/99', type: 'DATE', format: 'MM/DD/YY' },
          { key: 'born', value: '02/28/90', type: 'DATE', format: 'MM/DD/YY' },
          { key: 'gone', value: 'x' },
        ],
      },
    }));
    await says('t1', 'Hi');
    await until(() => told('/asked/message/receive', 't1').find(({ body }) => body.messages));
    for (const { body } of told('/asked/message/receive', 't1').filter(
      ({ body }) => body.type !== 'events',
    )) {
      expect((body.contacts as Thing[])[0]).toMatchObject({
        businessProfile: { name: 'Ann Smith', phone: '4915112', profileId: 'C1' },
      });
    }
    house.outside.answers('/asked/contact/info', () => ({
      body: { labels: [{ key: 'gone', value: null }] },
    }));
    const { session } = ((await says('t1', 'Again')).body.messages as { session: Thing }[])[0]!;
    await house.front.post('session/close', { sessionId: session.sessionId });
    await says('t1', 'New');
    await house.rest();
    const { body } = await house.connector('contact/info', { csid: 't1' }, 'token-of-the-asking-door');
    expect(body).toEqual({
      name: 'Ann Smith',
      mobile: '4915112',
      profileId: 'C1',
      labels: [
        { key: 'tier', value: 'gold', name: 'Tier', type: 'TEXT' },
        { key: 'since', value: '13/45/99', type: 'TEXT' },
        { key: 'born', value: '02/28/90', type: 'DATE', format: 'MM/DD/YY' },
      ],
    });
  });

  it('D65: posts the contact once at the start of a session, to the sibling of the webhook', async () => {
    house.outside.answers('/asked/contact/info', undefined);
    await says('t2', 'Hi');
    await says('t2', 'Hi again');
    await until(() => told('/asked/message/receive', 't2').filter(({ body }) => body.messages).length === 2);
    const asked = house.outside.at('/asked/contact/info').filter(({ body }) => body.csid === 't2');
    expect(asked.map(({ body }) => body)).toEqual([
      {
        contactId: 'tgt2_asking',
        contactType: 'TELEGRAM',
        channelId: 'custom:asking',
        lane: 'asking',
        csid: 't2',
        profile: {},
        businessProfile: {},
      },
    ]);
    expect(asked[0]?.headers['x-verify-token']).toBe(
      told('/asked/message/receive', 't2')[0]?.headers['x-verify-token'],
    );
  });

  it('D65: asks at the address that the app has for it, and does without an answer', async () => {
    for (const answer of [{ status: 500 }, { body: [] }, { body: 'nothing' }]) {
      house.outside.answers('/who', () => answer);
      const csid = `t-${JSON.stringify(answer).length}`;
      await says(csid, 'Hi', 'token-of-the-other-asking-door');
      await until(() => told('/elsewhere', csid).find(({ body }) => body.messages));
      expect(house.outside.at('/who').filter(({ body }) => body.csid === csid)).toHaveLength(1);
    }
  });

  it('D65: is off for every other app', async () => {
    await house.rest();
    const paths = new Set(house.outside.came.map(({ path }) => path));
    expect([...paths].filter((path) => path.endsWith('/contact/info'))).toEqual(['/asked/contact/info']);
  });
});
