import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../src/model/ids.ts';
import { type House, openHouse, statusesOf, type Thing, until } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const text = { type: 'text', text: { body: 'Hello' } };
/** What a connector was posted of a message of ours. */
const posted = (id: string, lane = 'kiosk') =>
  until(() => house.outside.at(`/connector/${lane}`).find(({ body }) => body.id === id)?.body);
const refusal = async (message: unknown) => {
  const before = await house.counts();
  const { status, body } = await house.front.post('message/send', message);
  expect(status, JSON.stringify(message)).toBe(400);
  const after = await house.counts();
  expect([after.contact, after.session, after.message]).toEqual([
    before.contact,
    before.session,
    before.message,
  ]);
  const { field, code, possibleValues } = body.errors[0]!;
  return { key: body.statusKey, field, code, possibleValues };
};

describe('whom a message is for', () => {
  it('D33: the contact id wins over what else is echoed, and the name is the one of this message', async () => {
    const { contactId } = await house.kioskSays('g1', 'Hi');
    const to = { contactId, phone: '+1 555 0100', email: 'someone@example.com', name: 'Annie' };
    const first = await posted(await house.front.send({ channelId: 'custom:kiosk', to, ...text }));
    expect(first.to).toEqual({ contactId, csid: 'g1', name: 'Annie' });
    const second = await posted(await house.front.send({ to: { contactId }, ...text }));
    expect(second.to).toEqual({ contactId, csid: 'g1' });
  });

  it('D33: else it is the phone or the email, by what the channel carries; strangers become contacts', async () => {
    const to = { phone: '+91 99887 76655', email: ' Ann@Example.com', name: 'Ann' };
    const mail = await posted(await house.front.send({ channelId: 'custom:mail', to, ...text }), 'mail');
    expect(mail.to).toMatchObject({
      contactId: 'emailann@example.com_mail',
      email: 'ann@example.com',
      name: 'Ann',
    });
    for (const phone of ['+91 99887 76655', '919988776655', 919988776655, '0091-99887-76655']) {
      await house.front.send({ channelId: 'wa360:4930900', to: { phone }, ...text });
    }
    const rows = await house.db.run(
      { name: 'test.wa', text: "select id from contact where type = 'WHATSAPP' and lane = '4930900'" },
      [],
    );
    expect(rows).toEqual([{ id: 'wa919988776655_4930900' }]);
  });

  it('D33: an address that the channel cannot carry is refused', async () => {
    const wrong = { key: 'PARAM_INVALID', code: 'WRONG_ADDRESS' };
    expect(await refusal({ channelId: 'custom:mail', to: { phone: '4915112' }, ...text })).toMatchObject({
      ...wrong,
      field: 'to.email',
    });
    expect(
      await refusal({ channelId: 'wa360:4930900', to: { email: 'a@b.example' }, ...text }),
    ).toMatchObject({
      ...wrong,
      field: 'to.phone',
    });
    expect(await refusal({ channelId: 'custom:kiosk', to: { phone: '4915112' }, ...text })).toMatchObject({
      ...wrong,
      field: 'to.contactId',
    });
    expect(await refusal({ channelId: 'custom:mail', to: { email: 'nobody' }, ...text })).toMatchObject({
      field: 'to.email',
      code: 'BAD_EMAIL',
    });
    expect(await refusal({ channelId: 'wa360:4930900', to: { name: 'Ann' }, ...text })).toMatchObject({
      key: 'PARAM_MISSING',
      field: 'to',
    });
  });

  it('D34: channelId may be left out when there is a contact, and only then', async () => {
    const { contactId } = await house.kioskSays('g2', 'Hi');
    expect(await house.front.send({ to: { contactId }, ...text })).toMatch(/^[0-9a-f]{24}$/);
    expect(await refusal({ to: { phone: '919988776655' }, ...text })).toMatchObject({
      key: 'PARAM_MISSING',
      field: 'channelId',
    });
    expect(await refusal({ to: { contactId: 'webg999_kiosk' }, ...text })).toMatchObject({
      key: 'PARAM_INVALID',
      field: 'to.contactId',
      code: 'UNKNOWN_CONTACT',
    });
    expect(await refusal({ channelId: 'custom:none', to: { contactId }, ...text })).toMatchObject({
      key: 'PARAM_INVALID',
      field: 'channelId',
    });
    expect(await refusal({ channelId: 'custom:mail', to: { contactId }, ...text })).toMatchObject({
      key: 'PARAM_INVALID',
      field: 'to.contactId',
    });
  });
});

describe('what a message says', () => {
  let contactId: string;
  beforeAll(async () => {
    contactId = (await house.kioskSays('g10', 'Hi')).contactId!;
  });
  const said = async (message: Thing) => posted(await house.front.send({ to: { contactId }, ...message }));
  const file = { link: 'https://files.example/a.png', caption: 'A', filename: 'a.png' };
  const card = { name: { formatted_name: 'Ann' }, phones: [{ phone: 4915112, type: 'WORK' }] };

  it('D22: types that are not documented for sending are refused with the ones that are', async () => {
    for (const type of ['push', 'activity', 'sticker', 'reaction', 'nonsense', '']) {
      const found = await refusal({ to: { contactId }, text: { body: 'Hi' }, type });
      expect(found, type).toMatchObject({ key: 'PARAM_INVALID', field: 'type', code: 'UNKNOWN_TYPE' });
      expect(found.possibleValues, type).toEqual(
        expect.arrayContaining(['text', 'template', 'voice', 'optin', 'optout', 'system']),
      );
    }
  });

  it('D35: a missing type is the first block there is, in the documented order', async () => {
    const blocks = {
      template: { code: 'parcel' },
      audio: file,
      document: file,
      image: file,
      location: { latitude: 1, longitude: 2 },
      text: { body: 'Hi' },
      video: file,
      voice: file,
      contacts: [card],
    };
    const names = Object.keys(blocks);
    for (const [i, name] of names.entries()) {
      const left = Object.fromEntries(Object.entries(blocks).slice(i));
      const { type } = await said(left);
      // A template goes to the kiosk as what it says: text, below the picture that came with it.
      expect(type, name).toBe(name === 'template' ? 'image' : name);
    }
  });

  it('D35: a type without its block is refused, naming the block', async () => {
    const types = [
      'template',
      'audio',
      'document',
      'image',
      'location',
      'text',
      'video',
      'voice',
      'contacts',
      'system',
    ];
    for (const type of types) {
      const given = type === 'text' || type === 'system' ? {} : { text: { body: 'Hi' } };
      const found = await refusal({ to: { contactId }, type, ...given });
      expect(found, type).toMatchObject({ key: 'PARAM_MISSING', field: type === 'system' ? 'text' : type });
    }
    expect(await refusal({ to: { contactId } })).toMatchObject({ key: 'PARAM_MISSING', field: 'type' });
    expect(await refusal({ to: { contactId }, type: 'image', image: {} })).toMatchObject({
      field: 'image.link',
    });
    expect(await refusal({ to: { contactId }, type: 'location', location: { latitude: 1 } })).toMatchObject({
      field: 'location.longitude',
    });
  });

  it('sends a file of each kind by its public address, voice too', async () => {
    for (const type of ['audio', 'document', 'image', 'video', 'voice']) {
      expect(await said({ type, [type]: file }), type).toMatchObject({ type, [type]: file });
      expect(
        await refusal({ to: { contactId }, type, [type]: { link: 'file:///etc/passwd' } }),
      ).toMatchObject({
        field: `${type}.link`,
      });
    }
  });

  it('takes contact cards for type contacts, and leaves them aside otherwise', async () => {
    expect(await said({ contacts: [card] })).toMatchObject({
      type: 'contacts',
      contacts: [{ name: { formatted_name: 'Ann' }, phones: [{ phone: '4915112', type: 'WORK' }] }],
    });
    const echoed = await said({ type: 'text', text: { body: 'Hi' }, contacts: [{ contactId, csid: 'g10' }] });
    expect(echoed).toMatchObject({ type: 'text' });
    expect(echoed).not.toHaveProperty('contacts');
  });

  it('D36: the subject of a mail is text.subject, then the one at the top, then the title of the template', async () => {
    const mail = async (message: Thing) =>
      (await posted(
        await house.front.send({ channelId: 'custom:mail', to: { email: 'ann@example.com' }, ...message }),
        'mail',
      )) as { text: Thing };
    expect((await mail({ text: { body: 'B', subject: 'Inner' }, subject: 'Outer' })).text.subject).toBe(
      'Inner',
    );
    expect((await mail({ text: { body: 'B' }, subject: 'Outer' })).text.subject).toBe('Outer');
    expect((await mail({ text: { body: 'B' } })).text).toEqual({ body: 'B' });
    const template = { code: 'parcel', lang: 'en', data: { number: 'P7' } };
    expect((await mail({ template })).text.subject).toBe('Parcel P7');
    expect((await mail({ template, subject: 'Outer' })).text.subject).toBe('Outer');
  });

  it('D37: a masked message is delivered as it is, and hidden from then on', async () => {
    const { session } = await house.kioskSays('g11', 'My code, please');
    const secret = 'Your code is 4711';
    const id = await house.front.send({
      to: { contactId: 'webg11_kiosk' },
      text: { body: secret },
      mask: true,
    });
    expect(await posted(id)).toMatchObject({ text: { body: secret } });
    const line = await until(async () =>
      (await house.history(session!.sessionId!)).find(
        (one) => one.messageId === id && one.status === 'SENTX',
      ),
    );
    expect(line.text).toMatch(/^\*+$/);
    const rows = await house.db.run(
      {
        name: 'test.masked',
        text: `select id from message where content::text like $1
               union all select id from event where data::text like $1`,
      },
      [`%${secret}%`],
    );
    expect(rows).toEqual([]);
  });

  it('D38: after an opt-out nothing reaches the person until an opt-in', async () => {
    await house.kioskSays('g12', 'Stop it');
    const to = { contactId: 'webg12_kiosk' };
    const fate = async (message: Thing) => {
      const id = await house.front.send({ to, ...message });
      return until(() => statusesOf(house.outside, 'front', id)[0]);
    };
    expect(await fate(text)).toBe('SENT');
    await house.front.send({ to, type: 'optout' });
    const blocked = await house.front.send({ to, ...text });
    const told = await until(() =>
      house.outside.told('front').find(({ statuses }) => statuses?.[0]?.id === blocked),
    );
    expect(told.statuses?.[0]).toMatchObject({ status: 'FAILD', errors: [{ code: 'OPTED_OUT' }] });
    await house.front.send({ to, type: 'optin' });
    expect(await fate(text)).toBe('SENT');
    expect(house.outside.at('/connector/kiosk').filter(({ body }) => body.id === blocked)).toEqual([]);
  });

  it('D38: a message from the person ends an opt-out, too', async () => {
    await house.kioskSays('g13', 'Stop it');
    const to = { contactId: 'webg13_kiosk' };
    await house.front.send({ to, type: 'optout' });
    await house.kioskSays('g13', 'I am back');
    await posted(await house.front.send({ to, ...text }));
  });

  it('D39: a system message is a line in the log of the session, and goes to nobody', async () => {
    const { session } = await house.kioskSays('g14', 'Hi');
    const to = { contactId: 'webg14_kiosk' };
    const id = await house.front.send({ to, type: 'system', text: { body: 'Order looked up' } });
    await posted(await house.front.send({ to, ...text }));
    expect(house.outside.at('/connector/kiosk').filter(({ body }) => body.id === id)).toEqual([]);
    expect(await house.history(session!.sessionId!)).toContainEqual(
      expect.objectContaining({ messageId: id, type: 'L', text: 'Order looked up' }),
    );
  });

  it('D40: buttons are read in all forms that callers use', async () => {
    const buttons = [
      'Yes',
      { label: 'No', code: 'NO' },
      { text: 'Maybe', desc: 'Not sure yet' },
      7,
      { type: 'URL', label: 'Site', url: 'https://acme.example' },
      { type: 'PHONE_NUMBER', label: 'Call', phone: 49301234 },
      { type: 'LOCATION_REQUEST' },
    ];
    const { options } = await said({ text: { body: 'Well?' }, options: { buttons } });
    expect(options).toEqual({
      buttons: [
        { type: 'QUICK_REPLY', code: 'Yes', label: 'Yes' },
        { type: 'QUICK_REPLY', code: 'NO', label: 'No' },
        { type: 'QUICK_REPLY', code: 'Maybe', label: 'Maybe', desc: 'Not sure yet' },
        { type: 'QUICK_REPLY', code: '7', label: '7' },
        { type: 'URL', code: 'Site', label: 'Site', url: 'https://acme.example' },
        { type: 'PHONE_NUMBER', code: 'Call', label: 'Call', phone: '49301234' },
        { type: 'LOCATION_REQUEST', code: '', label: '' },
      ],
    });
    for (const [button, field] of [
      [{ type: 'URL', label: 'Site' }, 'options.buttons[0].url'],
      [{ type: 'PHONE_NUMBER', label: 'Call' }, 'options.buttons[0].phone'],
      [{ code: 'X' }, 'options.buttons[0].label'],
      [{ type: 'FLOW', label: 'X' }, 'options.buttons[0].type'],
      [['Yes'], 'options.buttons[0]'],
    ] as const) {
      expect(await refusal({ to: { contactId }, ...text, options: { buttons: [button] } })).toMatchObject({
        field,
      });
    }
  });

  it('D40: where there are no buttons they are numbered lines, and the number or the label is the button', async () => {
    const labels = Array.from({ length: 11 }, (_, i) => ({ label: `Table ${i + 1}`, code: `T${i + 1}` }));
    const { options, text: shown } = await said({
      text: { body: 'Which one?' },
      options: { buttons: labels },
    });
    expect(options).toBeUndefined();
    expect((shown as { body: string }).body.split('\n')).toEqual(
      expect.arrayContaining(['Which one?', '1. Table 1', '11. Table 11']),
    );
    for (const [said, code] of [
      ['2', 'T2'],
      ['table 11', 'T11'],
    ] as const) {
      const { id } = await house.kioskSays('g10', said);
      const told = await until(
        () => house.outside.told('front').find(({ messages }) => messages?.[0]?.id === id)?.messages,
      );
      expect(told[0]).toMatchObject({ type: 'text', text: { body: said }, input: { reply_id: code } });
    }
  });
});

describe('what becomes of a message', () => {
  const ended = async (id: string, app = 'front') => {
    await until(async () => {
      const rows = await house.db.run(
        { name: 'test.ended', text: 'select 1 from message where id = $1 and due_at is null' },
        [id],
      );
      return rows.length > 0;
    });
    await house.rest();
    return statusesOf(house.outside, app, id);
  };
  const line = async (id: string) => {
    const [row] = await house.db.run<{ sessionId: string }>(
      { name: 'test.session', text: 'select session_id as "sessionId" from message where id = $1' },
      [id],
    );
    return (await house.history(row!.sessionId)).find((one) => one.messageId === id)!;
  };

  it('D25: each end has its long code in the history and its short one in the webhook', async () => {
    const ends = {
      '966500000000': ['READ', ['SENT', 'DLVRD', 'READ']],
      '966500000001': ['DLVRD', ['SENT', 'DLVRD']],
      '966500000002': ['SENTX', ['SENT']],
      '966500000100': ['SENT_ERR', ['FAILD']],
      '966500000102': ['BLCKD', ['FAILD']],
      '966500000103': ['CCWIN', ['FAILD']],
      '966500000107': ['NSENT', ['FAILD']],
      '966500000110': ['SENTX_ERR', ['SENT', 'FAILD']],
    } as const;
    const ids = await Promise.all(
      Object.keys(ends).map((phone) => house.front.send({ channelId: 'dummy:lab', to: { phone }, ...text })),
    );
    for (const [i, [phone, [status, codes]]] of Object.entries(ends).entries()) {
      const id = ids[i]!;
      expect(await ended(id), phone).toEqual(codes);
      const { status: reached, stamps } = await line(id);
      expect(reached, phone).toBe(status);
      expect(Object.keys(stamps as Thing), phone).toEqual(expect.arrayContaining(['CRTD', status]));
    }
  });

  it('D26: a status never goes back, and each short code is told once', async () => {
    const id = await house.front.send({ channelId: 'dummy:lab', to: { phone: '966500000004' }, ...text });
    // The DLVRD that comes after the READ is told only when both are read at once, and then before it.
    const told = await ended(id);
    expect(told.filter((short) => short !== 'DLVRD')).toEqual(['SENT', 'READ']);
    expect(told.at(-1)).toBe('READ');
    const { status, stamps } = await line(id);
    expect(status).toBe('READ');
    expect(stamps).toHaveProperty('DLVRD');
  });

  it('D26: a channel without receipts says SENT when the message is handed over', async () => {
    await house.kioskSays('g20', 'Hi');
    const id = await house.front.send({ to: { contactId: 'webg20_kiosk' }, ...text });
    expect(await ended(id)).toEqual(['SENT']);
    expect(await line(id)).toMatchObject({ status: 'SENTX', messageIdExt: expect.stringMatching(/^ext-/) });
  });

  it('D41: on WhatsApp a free-form message outside the window is accepted, and fails with code 470', async () => {
    const to = { phone: '4915112345' };
    const late = await house.front.send({ channelId: 'wa360:4930900', to, ...text });
    expect(await ended(late)).toEqual(['FAILD']);
    expect((await line(late)).status).toBe('CCWIN');
    const told = house.outside.told('front').find(({ statuses }) => statuses?.[0]?.id === late);
    expect(told?.statuses?.[0]).toMatchObject({ errors: [{ code: '470', title: expect.any(String) }] });
    expect(house.outside.at('/whatsapp/messages').filter(({ body }) => body.to === to.phone)).toEqual([]);
    await house.whatsappSays(to.phone, 'Hello?');
    const inTime = await house.front.send({ channelId: 'wa360:4930900', to, ...text });
    expect(await ended(inTime)).toEqual(['SENT']);
    const { messageIdExt } = await line(inTime);
    const timestamp = String(Math.floor(Date.now() / 1000));
    await house.whatsappTells({ id: messageIdExt, status: 'read', timestamp, recipient_id: to.phone });
    await until(() => statusesOf(house.outside, 'front', inTime).includes('READ'));
  });

  it('D42: a message of ours opens a session without a start; the first answer starts it', async () => {
    const csid = `g${newId()}`;
    await house.connector('contact/info', { csid, profile: { name: 'New' } });
    const contactId = `web${csid}_kiosk`;
    const id = await house.front.send({ to: { contactId }, ...text });
    await posted(id);
    await house.rest();
    const about = () =>
      house.outside.told('front').filter(({ contacts }) => contacts?.[0]?.contactId === contactId);
    const codes = () => about().flatMap(({ events = [] }) => events.map(({ eventCode }) => eventCode));
    expect(codes()).not.toContain('SESSION_ROUTED');
    const { session } = await house.kioskSays(csid, 'Who is this?');
    await house.rest();
    const start = about().find(({ events }) => events?.[0]?.eventCode === 'SESSION_ROUTED')?.events?.[0];
    expect(start).toMatchObject({
      sessionId: session!.sessionId,
      sessionRouted: { sessionStart: true, targetQueue: 'front' },
      session: { initMessage: false, firstMessage: true },
    });
    const lines = await house.history(session!.sessionId!);
    expect(lines.map(({ type, messageId }) => [type, messageId === id])).toEqual([
      ['O', true],
      ['I', false],
    ]);
  });

  it('D42: a message of ours joins the open session, and does not change who hears the person', async () => {
    const { session } = await house.kioskSays('g21', 'Hi');
    const second = house.client(house.keys['second/main']!);
    const id = await second.send({ to: { contactId: 'webg21_kiosk' }, ...text });
    const after = await house.kioskSays('g21', 'And?');
    expect(after.session?.sessionId).toBe(session?.sessionId);
    expect((await house.history(session!.sessionId!)).map(({ messageId }) => messageId)).toContain(id);
    await house.rest();
    expect(house.outside.told('front').some(({ messages }) => messages?.[0]?.id === after.id)).toBe(true);
    // What became of it is told to the app that sent it.
    expect(statusesOf(house.outside, 'second', id)).toEqual(['SENT']);
    expect(statusesOf(house.outside, 'front', id)).toEqual([]);
  });

  it('an app may send while our webhook call to it is still open', async () => {
    let answered: string | undefined;
    house.outside.answers('/apps/front', async ({ body }) => {
      const [message] = (body.messages ?? []) as { text?: { body: string }; contactId: string }[];
      if (message?.text?.body !== 'Ping') return undefined;
      answered = await house.front.send({ to: { contactId: message.contactId }, text: { body: 'Pong' } });
      await posted(answered);
      return undefined;
    });
    await house.kioskSays('g22', 'Ping');
    await until(() => answered);
    await house.rest();
    house.outside.answers('/apps/front', undefined);
    expect(house.outside.at('/connector/kiosk').filter(({ body }) => body.id === answered)).toHaveLength(1);
  });
});
