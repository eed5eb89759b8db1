import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse, type Thing, until } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const posted = (id: string) =>
  until(() => house.outside.at('/connector/kiosk').find(({ body }) => body.id === id)?.body);
/** What a person at the kiosk reads. */
async function read(csid: string, message: Thing): Promise<string> {
  const body = await posted(await house.front.send({ to: { contactId: `web${csid}_kiosk` }, ...message }));
  return (body.text as { body: string }).body;
}
async function refused(message: Thing) {
  const before = await house.counts();
  const { status, body } = await house.front.post('message/send', message);
  expect(status).toBe(400);
  expect(await house.counts()).toEqual(before);
  return body.errors[0]!;
}

describe('choosing a template', () => {
  beforeAll(async () => {
    await house.kioskSays('g1', 'Hi');
    await house.rest();
  });

  it('D43: by id or by code, and the id wins', async () => {
    const all = (await house.front.get('config/tmpl/hsm')).body.results;
    const german = all.find(({ lang }) => lang === 'de_DE')!.id;
    expect(await read('g1', { template: { id: german, code: 'draft', lang: 'en' } })).toMatch(/^Hallo/);
    expect(await read('g1', { template: { code: 'parcel', lang: 'en' } })).toMatch(/^Dear/);
  });

  it('D43: an unknown one is refused, naming what named it', async () => {
    const to = { contactId: 'webg1_kiosk' };
    await house.rest();
    for (const [template, field, code] of [
      [{ id: '61ec7d9c2ce85742b201c5ab' }, 'template.id', 'UNKNOWN_TEMPLATE'],
      [{ code: 'nothing' }, 'template.code', 'UNKNOWN_TEMPLATE'],
      [{ code: 'theirs' }, 'template.code', 'UNKNOWN_TEMPLATE'],
      [{}, 'template', 'REQUIRED'],
    ] as const) {
      expect(await refused({ to, template })).toMatchObject({ field, code });
    }
  });

  it('D44: the language wanted, else the same one elsewhere, else that of the contact, of the business, or the only one', async () => {
    await house.kioskSays('g2', 'Hi');
    const parcel = (lang?: string) => read('g2', { template: { code: 'parcel', lang } });
    expect(await parcel('en_GB')).toContain('cheers');
    expect(await parcel('en-gb')).toContain('cheers');
    expect(await parcel('de_AT')).toMatch(/^Hallo/);
    expect(await parcel('de')).toMatch(/^Hallo/);
    // Of the business: en.
    expect(await parcel()).toMatch(/^Dear .*way\./);
    expect(await parcel('it')).toMatch(/^Dear/);
    await house.front.post('contact/prefs/lang', { contactId: 'webg2_kiosk', lang: 'de' });
    expect(await parcel()).toMatch(/^Hallo/);
    expect(await parcel('it')).toMatch(/^Hallo/);
    expect(await parcel('en')).toMatch(/^Dear/);
    expect(await read('g2', { template: { code: 'draft', lang: 'it' } })).toMatch(/^Bonjour/);
  });

  it('D44: where several are left to choose from, the languages are told', async () => {
    await house.apply({
      templates: [
        {
          code: 'choice',
          variants: [
            { lang: 'fr', body: 'Oui' },
            { lang: 'es', body: 'Si' },
          ],
        },
      ],
    });
    await house.rest();
    const error = await refused({
      to: { contactId: 'webg1_kiosk' },
      template: { code: 'choice', lang: 'it' },
    });
    expect(error).toMatchObject({ field: 'template.lang', code: 'UNKNOWN_LANGUAGE' });
    expect([...error.possibleValues!].sort()).toEqual(['es', 'fr']);
  });

  it('D44: the preference counts also when the person is named by the number', async () => {
    const phone = '4915117171';
    await house.whatsappSays(phone, 'Hallo');
    await house.front.post('contact/prefs/lang', { contactId: `wa${phone}_4930900`, lang: 'de' });
    const message = {
      channelId: 'wa360:4930900',
      to: { phone },
      template: { code: 'parcel', data: { number: 7 } },
    };
    await house.front.send(message);
    const { body } = await until(() =>
      house.outside.at('/whatsapp/messages').find((one) => one.body.to === phone),
    );
    expect(body.template).toMatchObject({ name: 'parcel', language: { code: 'de_DE' } });
    const values = (body.template as { components: { type: string; parameters: { text: string }[] }[] })
      .components;
    expect(values.find(({ type }) => type === 'body')?.parameters.map((one) => one.text)).toEqual([
      `Person ${phone}`,
      '7',
    ]);
  });
});

describe('filling a template', () => {
  it('D45: placeholders come from the request, the contact and the variables; what is missing is blank', async () => {
    await house.connector('contact/info', { csid: 'g3', profile: { name: 'Ann' } });
    const parcel = (data: Thing, more: Thing = {}) =>
      read('g3', { ...more, template: { code: 'parcel', lang: 'en', data } });
    expect(await parcel({ number: 'P7' })).toBe('Dear Ann, parcel P7 is on its way. 030 901');
    expect(await parcel({ number: 12.5 })).toContain('parcel 12.5 is');
    expect(await parcel({})).toContain('parcel  is');
    expect(await parcel({ number: { a: 1 } })).toContain('parcel  is');
    // A value is not looked at again.
    expect(await parcel({ number: '{{contact.name}}$&' })).toContain('parcel {{contact.name}}$& is');
  });

  it('D45: a bare name is one of the data, and dotted paths lead deeper, never into lists of other things', async () => {
    await house.kioskSays('g4', 'Hi');
    const data = { a: 'A', deep: { er: 'D', __other: 1 }, list: [1, 2] };
    expect(await read('g4', { template: { code: 'draft', data } })).toBe('Bonjour A|D||');
    expect(await read('g4', { template: { code: 'draft', data: { a: null, deep: 'text' } } })).toBe(
      'Bonjour |||',
    );
  });

  it('D28: a disabled variable is never used, and that of the channel goes before the one of all', async () => {
    await house.kioskSays('g5', 'Hi');
    const said = await read('g5', { template: { code: 'parcel', lang: 'en' } });
    expect(said).toContain('030 901');
    expect(said).not.toContain('not used any more');
  });

  it('D47: its own buttons apply unless the request brings options', async () => {
    await house.kioskSays('g6', 'Hi');
    const sent = async (message: Thing) =>
      posted(await house.front.send({ to: { contactId: 'webg6_kiosk' }, ...message }));
    const template = { code: 'parcel', lang: 'en', data: { number: 'P7' }, linked: 'anything' };
    expect((await sent({ template })).options).toMatchObject({
      buttons: [
        { type: 'QUICK_REPLY', label: 'Talk to us', code: 'TALK' },
        { type: 'URL', label: 'Track', url: 'https://acme.example/track/P7' },
      ],
    });
    expect((await sent({ template, options: { buttons: ['Thanks'] } })).options).toMatchObject({
      buttons: [{ label: 'Thanks' }],
    });
    expect(await sent({ template, options: { buttons: [] } })).not.toHaveProperty('options');
  });

  it('has the picture, video or document that comes with it above its text', async () => {
    await house.kioskSays('g7', 'Hi');
    const image = { link: 'https://files.example/parcel.png' };
    const body = await posted(
      await house.front.send({
        to: { contactId: 'webg7_kiosk' },
        type: 'template',
        template: { code: 'parcel', lang: 'en_GB', data: { number: 1 } },
        image,
      }),
    );
    expect(body).toMatchObject({
      type: 'image',
      image: { ...image, caption: expect.stringContaining('parcel 1') },
    });
  });

  it('is in the history by its code and id, with what it said', async () => {
    const { session } = await house.kioskSays('g8', 'Hi');
    const id = await house.front.send({
      to: { contactId: 'webg8_kiosk', name: 'Ann' },
      template: { code: 'parcel', lang: 'en_GB', data: { number: 1 } },
    });
    const line = (await house.history(session!.sessionId!)).find(({ messageId }) => messageId === id);
    expect(line).toMatchObject({
      type: 'O',
      template: 'parcel',
      templateId: expect.stringMatching(/^[0-9a-f]{24}$/),
      text: 'Dear Ann, parcel 1 is on its way, cheers.',
    });
  });
});

describe('approval', () => {
  const channelId = 'wa360:4930900';

  it('D46: on WhatsApp an unapproved template is refused outside the window, and goes inside of it', async () => {
    const phone = '4915118181';
    const message = { channelId, to: { phone }, template: { code: 'refused', data: { a: 'Ute' } } };
    await house.rest();
    expect(await refused(message)).toMatchObject({ field: 'template', code: 'TEMPLATE_NOT_APPROVED' });
    await house.whatsappSays(phone, 'Hello');
    await house.front.send(message);
    await until(() => house.outside.at('/whatsapp/messages').find(({ body }) => body.to === phone));
    await house.front.send({ ...message, to: { contactId: `wa${phone}_4930900` } });
  });

  it('D46: an approved one starts a conversation, and other channels ask for no approval', async () => {
    const phone = '4915119191';
    const template = { code: 'parcel', lang: 'en_GB', data: { number: 7 } };
    await house.front.send({ channelId, to: { phone, name: 'Ute' }, template });
    await until(() => house.outside.at('/whatsapp/messages').find(({ body }) => body.to === phone));
    const answer = await house.front.post('message/send', {
      channelId: 'dummy:lab',
      to: { phone: '966500000001' },
      template: { code: 'draft' },
    });
    expect(answer.status).toBe(200);
  });

  it('D46: on WhatsApp a blank value, which the provider would refuse, is refused with its name', async () => {
    const to = { phone: '4915119393' };
    const parcel = (data: Thing, more: Thing = {}) => ({
      channelId,
      to: { ...to, ...more },
      template: { code: 'parcel', lang: 'en_GB', data },
    });
    await house.rest();
    for (const [message, field, code] of [
      [parcel({ number: 7 }), 'template.contact.name', 'TEMPLATE_VALUE_MISSING'],
      [parcel({}, { name: 'Ute' }), 'template.data.number', 'TEMPLATE_VALUE_MISSING'],
      [parcel({ number: '7\n8' }, { name: 'Ute' }), 'template.data.number', 'TEMPLATE_VALUE_SPACES'],
      [parcel({ number: '7'.repeat(1024) }, { name: 'Ute' }), 'template.data', 'TEMPLATE_TOO_LONG'],
    ] as const) {
      expect(await refused(message)).toMatchObject({ field, code });
    }
  });

  it('D41: a template goes outside the window, where free-form messages do not', async () => {
    const phone = '4915119292';
    const id = await house.front.send({
      channelId,
      to: { phone, name: 'Ute' },
      template: { code: 'parcel', lang: 'en_GB', data: { number: 7 } },
    });
    const free = await house.front.send({ channelId, to: { phone }, text: { body: 'Hi' } });
    await house.rest();
    const rows = await house.db.run(
      { name: 'test.both', text: 'select status from message where id = any($1::text[]) order by id' },
      [[id, free]],
    );
    expect(rows).toEqual([{ status: 'SENTX' }, { status: 'CCWIN' }]);
  });
});
