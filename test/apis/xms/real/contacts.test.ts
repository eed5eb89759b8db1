import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse, until } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe('contact/prefs/lang', () => {
  it('D32: stores the language, and answers with the event that the app is told', async () => {
    const { contactId, session } = await house.kioskSays('g1', 'Hi');
    const { status, body } = await house.front.post('contact/prefs/lang', { contactId, lang: 'de_DE' });
    expect(status).toBe(200);
    expect(body.results).toEqual([
      expect.objectContaining({
        eventId: expect.stringMatching(/^[0-9a-f]{24}$/),
        eventCode: 'CONTACT_UPDATE',
        contactId,
        contact: expect.objectContaining({ contactId, csid: 'g1', lane: 'kiosk', contactType: 'WEBSITE' }),
        sessionId: session!.sessionId,
      }),
    ]);
    const told = await until(() =>
      house.outside.told('front').find(({ events }) => events?.[0]?.eventCode === 'CONTACT_UPDATE'),
    );
    expect(told).toMatchObject({ type: 'events', contacts: [{ contactId }], events: body.results });
  });

  it('D32: takes a language in any of its spellings', async () => {
    const { contactId } = await house.kioskSays('g2', 'Hi');
    const kept = async (lang: string) => {
      expect((await house.front.post('contact/prefs/lang', { contactId, lang })).status).toBe(200);
      const rows = await house.db.run<{ lang: string }>(
        { name: 'test.lang', text: 'select lang from contact where business_id = $1 and id = $2' },
        [house.businessId, contactId],
      );
      return rows[0]!.lang;
    };
    expect(await kept('en_US')).toBe('en_US');
    expect(await kept('en-US')).toBe('en_US');
    expect(await kept('EN')).toBe('en');
    expect(await kept(' pt-br ')).toBe('pt_BR');
  });

  it('refuses what is no language, and a contact that is not there', async () => {
    const { contactId } = await house.kioskSays('g3', 'Hi');
    for (const lang of ['english', 'e', 'en_USA', '12', '']) {
      const { status, body } = await house.front.post('contact/prefs/lang', { contactId, lang });
      expect(status, lang).toBe(400);
      expect(body.errors[0], lang).toMatchObject({ field: 'lang', obzect: 'ContactPrefsUpdate' });
    }
    const unknown = await house.front.post('contact/prefs/lang', { contactId: 'webg99_kiosk', lang: 'en' });
    expect(unknown.status).toBe(404);
    expect(unknown.body).toMatchObject({ statusKey: 'NOT_FOUND', errors: [{ field: 'contactId' }] });
  });

  it('decides which variant of a template the person reads', async () => {
    const { contactId } = await house.kioskSays('g4', 'Hi', {});
    await house.front.post('contact/prefs/lang', { contactId, lang: 'de' });
    const id = await house.front.send({
      to: { contactId, name: 'Ute' },
      template: { code: 'parcel', data: { number: 7 } },
    });
    const { body } = await until(() =>
      house.outside.at('/connector/kiosk').find((one) => one.body.id === id),
    );
    expect(body.text).toEqual({ body: 'Hallo Ute, Paket 7 kommt.' });
  });
});
