import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContactType } from '../../../../src/model/contact.ts';
import { type House, openHouse } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe('contacts and their ids', () => {
  it('D18: a contact id begins with the prefix of its contact type, and ends with the lane', async () => {
    const prefixes: Partial<Record<ContactType, string>> = {
      WHATSAPP: 'wa',
      WEBSITE: 'web',
      FACEBOOK: 'fb',
      INSTAGRAM: 'ig',
      TWITTER: 'tw',
      TELEGRAM: 'tg',
      SMS: 'sms',
      EMAIL: 'email',
      PUSH: 'push',
      OA: 'oa',
    };
    const token = (type: string) => `token-of-the-${type}-connector`;
    await house.apply({
      channels: Object.keys(prefixes).map((contactType) => ({
        type: 'custom',
        lane: `lane-${contactType}`,
        settings: { url: `${house.outside.url}/connector/x`, verifyToken: token(contactType), contactType },
      })),
    });
    for (const [type, prefix] of Object.entries(prefixes)) {
      const csid = type === 'EMAIL' ? 'ann@example.com' : '919988776655';
      const told = { messages: [{ from: csid, text: { body: 'Hi' } }] };
      const { body } = await house.connector('message/receive', told, token(type));
      expect(body, type).toMatchObject({
        contacts: [
          { contactType: type, contactId: `${prefix}${csid}_lane-${type}`, lane: `lane-${type}`, csid },
        ],
        messages: [{ contactId: `${prefix}${csid}_lane-${type}` }],
      });
    }
    await house.front.send({ channelId: 'dummy:lab', to: { phone: '966500000001' }, text: { body: 'Hi' } });
    const answer = await house.front.post('contact/prefs/lang', {
      contactId: 'dummy966500000001_lab',
      lang: 'en',
    });
    expect(answer.status).toBe(200);
  });

  it('tells the same person on two lanes as two contacts', async () => {
    const ids = await Promise.all(
      ['WHATSAPP', 'SMS'].map(async (type) => {
        const told = { messages: [{ from: '4930555', text: { body: 'Hi' } }] };
        const { body } = await house.connector('message/receive', told, `token-of-the-${type}-connector`);
        return (body.messages as { contactId: string }[])[0]!.contactId;
      }),
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('D19: an exact id goes first', async () => {
    // An address that looks like the id of another contact, and that contact.
    await house.kioskSays('g7', 'Hi');
    await house.kioskSays('g7_kiosk', 'Hi');
    const { body } = await house.front.post('contact/prefs/lang', { contactId: 'webg7_kiosk', lang: 'en' });
    expect(body.results[0]?.contactId).toBe('webg7_kiosk');
  });

  it('D19: `<type>:<csid>` and `<prefix><csid>` are read where they hit exactly one contact', async () => {
    const told = { messages: [{ from: '12121212121', text: { body: 'Hi' } }] };
    await house.connector('message/receive', told, 'token-of-the-FACEBOOK-connector');
    await house.whatsappSays('919876543210', 'Hi');
    const named = async (contactId: unknown) => {
      const { body } = await house.front.post('contact/prefs/lang', { contactId, lang: 'en' });
      return body.results[0]?.contactId ?? body.statusKey;
    };
    expect(await named('fb:12121212121')).toBe('fb12121212121_lane-FACEBOOK');
    expect(await named('fb12121212121')).toBe('fb12121212121_lane-FACEBOOK');
    expect(await named('wa919876543210')).toBe('wa919876543210_4930900');
    expect(await named('wa360:919876543210')).toBe('wa919876543210_4930900');
    expect(await named('wa:919876543210')).toBe('wa919876543210_4930900');
    // The address of somebody else begins like this, and the lane is no part of an address.
    await house.kioskSays('g8_x', 'Hi');
    expect(await named('webg8')).toBe('NOT_FOUND');
    await house.kioskSays('g8', 'Hi');
    expect(await named('webg8')).toBe('webg8_kiosk');
  });

  it('D19: what hits two contacts, or none, is not found', async () => {
    const told = { messages: [{ from: '919876543210', text: { body: 'Hi' } }] };
    await house.connector('message/receive', told, 'token-of-the-WHATSAPP-connector');
    for (const contactId of [
      'wa919876543210',
      'wa:919876543210',
      'wa',
      'wa:',
      '1234567',
      'fb:1',
      '%',
      'web_',
      '',
    ]) {
      const { status, body } = await house.front.post('contact/prefs/lang', { contactId, lang: 'en' });
      expect(status, contactId).toBe(404);
      expect(body.errors[0], contactId).toMatchObject({ field: 'contactId', code: 'CONTACT_NOT_FOUND' });
    }
  });

  it('never puts a slash or white space into a contact id', async () => {
    const { contactId } = await house.kioskSays('a/b c=d\u2028e', 'Hi');
    expect(contactId).not.toMatch(/[/\s]/);
    // And it leads back to the same person.
    const { contactId: again } = await house.kioskSays('', 'Hi again', {
      from: undefined as never,
      contactId: contactId!,
    });
    expect(again).toBe(contactId);
    const answer = await house.front.post('contact/prefs/lang', { contactId, lang: 'en' });
    expect(answer.body.results[0]).toMatchObject({ contactId, contact: { csid: 'a/b c=d\u2028e' } });
  });

  it('D20: a bare lane names the one channel that has it', async () => {
    const message = { to: { phone: '919876543210' }, type: 'text', text: { body: 'Hi' } };
    expect((await house.front.post('message/send', { ...message, channelId: '4930900' })).status).toBe(200);
    expect((await house.front.post('message/send', { ...message, channelId: 4930900 })).status).toBe(200);
  });

  it('D20: a bare lane that two channels have, or none, is refused', async () => {
    await house.apply({ channels: [{ type: 'dummy', lane: 'kiosk' }] });
    const message = { to: { phone: '919876543210' }, type: 'text', text: { body: 'Hi' } };
    for (const [channelId, code] of [
      ['kiosk', 'AMBIGUOUS_CHANNEL'],
      ['91SERVICENUMBER', 'UNKNOWN_CHANNEL'],
      ['dummy:rival', 'UNKNOWN_CHANNEL'],
      ['rival', 'UNKNOWN_CHANNEL'],
    ]) {
      const { status, body } = await house.front.post('message/send', { ...message, channelId });
      expect(status).toBe(400);
      expect(body.errors[0]).toMatchObject({ field: 'channelId', code, body: channelId });
    }
  });

  it('the ids of another business are unknown, like ids that nobody has', async () => {
    const theirs = await house.rival.send({
      channelId: 'dummy:rival',
      to: { phone: '966500000001' },
      text: { body: 'Hi' },
    });
    const [row] = await house.db.run<{ session: string; contact: string }>(
      {
        name: 'test.theirs',
        text: 'select session_id as session, contact_id as contact from message where id = $1',
      },
      [theirs],
    );
    const { session: sessionId, contact: contactId } = row!;
    const template = (await house.rival.get('config/tmpl/hsm')).body.results[0]!;
    await house.rest();
    const before = await house.counts();
    const { front } = house;
    const statuses = {
      close: (await front.post('session/close', { sessionId })).status,
      resolve: (await front.post('session/resolve', { sessionId })).status,
      routing: (await front.post('session/routing', { sessionId, queue: 'front' })).status,
      messages: (await front.post('session/messages', { sessionId })).status,
      lang: (await front.post('contact/prefs/lang', { contactId, lang: 'en' })).status,
      contact: (await front.post('message/send', { to: { contactId }, text: { body: 'Hi' } })).status,
      template: (
        await front.post('message/send', {
          channelId: 'dummy:lab',
          to: { phone: '966500000001' },
          template: { id: template.id },
        })
      ).status,
    };
    expect(statuses).toEqual({
      close: 404,
      resolve: 404,
      routing: 404,
      messages: 404,
      lang: 404,
      contact: 400,
      template: 400,
    });
    expect(await house.counts()).toEqual(before);
    expect((await house.rival.post('session/messages', { sessionId })).body.results).toHaveLength(1);
  });
});
