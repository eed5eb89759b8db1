import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type House, type Json, openHouse, until } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

let next = 966513000000;
/** A person who wrote a moment ago. */
async function someone(): Promise<string> {
  const number = String(++next);
  await house.says(number, 'Hello', 'Huda');
  return number;
}

const send = (body: unknown, query = '') => house.all.post(`message/send${query}`, body);

/** What WhatsApp was asked to send to a number. */
const carried = (number: string): Promise<Json> =>
  until(() => house.cloud.sent.find(({ to }) => to === number)?.body as Json);

async function sentTo(number: string, message: object): Promise<Json> {
  const { status, body } = await send({ to: number, ...message });
  expect([status, body]).toEqual([
    200,
    {
      success: true,
      message: 'message sent successfully',
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      message_id: expect.any(Number),
    },
  ]);
  expect(Object.keys(body)).toEqual(['success', 'message', 'id', 'message_id']);
  return carried(number);
}

async function expectRefusal(body: unknown, named: string, query = ''): Promise<void> {
  await house.rest();
  const before = await house.counts();
  const answer = await send(body, query);
  expect([answer.status, answer.body]).toEqual([
    400,
    { success: false, message: expect.stringContaining(named), error: 'BadRequest' },
  ]);
  expect(await house.counts()).toEqual(before);
}

const file = 'https://files.example/a.pdf';

describe('what a person in an open window is sent', () => {
  it.each<[string, object, object]>([
    [
      'a text',
      { type: 'text', text: { body: 'Hello Huda.\n\nYour order is ready.', preview_url: false } },
      { type: 'text', text: { body: 'Hello Huda.\n\nYour order is ready.', preview_url: false } },
    ],
    [
      'a text in the old words, with what nobody documents',
      {
        recipient_type: 'individual',
        preview_url: true,
        type: 'text',
        text: { body: 'See https://shop.example' },
        messaging_product: 'whatsapp',
      },
      { type: 'text', text: { body: 'See https://shop.example', preview_url: true } },
    ],
    [
      'a text whose own word on the preview goes first',
      { preview_url: true, type: 'text', text: { body: 'https://shop.example', preview_url: false } },
      { type: 'text', text: { preview_url: false } },
    ],
    [
      'a document',
      { type: 'document', document: { link: file, caption: 'The menu', filename: 'menu.pdf' } },
      { type: 'document', document: { link: file, caption: 'The menu', filename: 'menu.pdf' } },
    ],
    [
      'an image',
      { type: 'image', image: { link: 'https://files.example/a.png', caption: 'New' } },
      { type: 'image', image: { link: 'https://files.example/a.png', caption: 'New' } },
    ],
    [
      'an image as the vendor’s own sample has it',
      { type: 'image', document: { link: 'https://files.example/a.png', caption: 'New' } },
      { type: 'image', image: { link: 'https://files.example/a.png', caption: 'New' } },
    ],
    [
      'a sound',
      { type: 'audio', audio: { link: 'https://files.example/a.ogg' } },
      { type: 'audio', audio: { link: 'https://files.example/a.ogg' } },
    ],
    [
      'a video',
      { type: 'video', video: { link: 'https://files.example/a.mp4', caption: 'How to' } },
      { type: 'video', video: { link: 'https://files.example/a.mp4', caption: 'How to' } },
    ],
    [
      'contacts',
      {
        type: 'contacts',
        contacts: [
          {
            name: { formatted_name: 'Lina Saleh', first_name: 'Lina' },
            phones: [{ phone: '+966 5', type: 'WORK', wa_id: '9665' }],
            org: { company: 'Corner Shop' },
          },
        ],
      },
      {
        type: 'contacts',
        contacts: [
          {
            name: { formatted_name: 'Lina Saleh', first_name: 'Lina' },
            phones: [{ phone: '+966 5', type: 'WORK', wa_id: '9665' }],
            org: { company: 'Corner Shop' },
          },
        ],
      },
    ],
    [
      'a location, in numbers',
      {
        type: 'location',
        location: { latitude: 24.7136, longitude: -46.5, name: 'Shop', address: '1 Road' },
      },
      {
        type: 'location',
        location: { latitude: '24.7136', longitude: '-46.5', name: 'Shop', address: '1 Road' },
      },
    ],
    [
      'buttons with a heading and a footer',
      {
        type: 'interactive',
        interactive: {
          type: 'button',
          header: { type: 'text', text: 'Order 7' },
          body: { text: 'Deliver today?' },
          footer: { text: 'Corner Shop' },
          action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
        },
      },
      {
        type: 'interactive',
        interactive: {
          type: 'button',
          header: { type: 'text', text: 'Order 7' },
          body: { text: 'Deliver today?' },
          footer: { text: 'Corner Shop' },
          action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
        },
      },
    ],
    [
      'buttons below a picture',
      {
        type: 'interactive',
        interactive: {
          type: 'button',
          header: { type: 'image', image: { link: 'https://files.example/a.png' } },
          body: { text: 'This one?' },
          action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
        },
      },
      {
        type: 'interactive',
        interactive: {
          type: 'button',
          header: { type: 'image', image: { link: 'https://files.example/a.png' } },
          body: { text: 'This one?' },
          action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
        },
      },
    ],
    [
      'a list',
      {
        type: 'interactive',
        interactive: {
          type: 'list',
          body: { text: 'When?' },
          action: {
            button: 'Choose',
            sections: [
              { title: 'Today', rows: [{ id: 'm', title: 'Morning', description: '8 to 12' }] },
              { title: 'Tomorrow', rows: [{ id: 'n', title: 'Noon' }] },
            ],
          },
        },
      },
      {
        type: 'interactive',
        interactive: {
          type: 'list',
          body: { text: 'When?' },
          action: {
            button: 'Choose',
            sections: [
              { title: 'Today', rows: [{ id: 'm', title: 'Morning', description: '8 to 12' }] },
              { title: 'Tomorrow', rows: [{ id: 'n', title: 'Noon' }] },
            ],
          },
        },
      },
    ],
    [
      'a link',
      {
        type: 'interactive',
        interactive: {
          type: 'cta_url',
          body: { text: 'Follow it' },
          action: { name: 'cta_url', parameters: { display_text: 'Track', url: 'https://shop.example/7' } },
        },
      },
      {
        type: 'interactive',
        interactive: {
          type: 'cta_url',
          action: { name: 'cta_url', parameters: { display_text: 'Track', url: 'https://shop.example/7' } },
        },
      },
    ],
    [
      'a question for the place',
      {
        type: 'interactive',
        interactive: {
          type: 'location_request_message',
          body: { text: 'Where to?' },
          action: { name: 'send_location' },
        },
      },
      {
        type: 'interactive',
        interactive: { type: 'location_request_message', action: { name: 'send_location' } },
      },
    ],
  ])('%s', async (_, message, told) => {
    expect(await sentTo(await someone(), message)).toMatchObject(told);
  });

  it('goes to a number with a plus, and to one that is a number', async () => {
    const [one, two] = [await someone(), await someone()];
    for (const to of [`+${one}`, Number(two)]) {
      expect((await send({ to, type: 'text', text: { body: 'Hi' } })).status).toBe(200);
    }
    await carried(one);
    await carried(two);
  });
});

describe('a template', () => {
  const template = (block: object) => ({ type: 'template', template: block });
  const ready = {
    name: 'order_ready',
    language: { policy: 'deterministic', code: 'en' },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Huda' },
          { type: 'text', text: 'A-1007' },
        ],
      },
    ],
  };
  /** A contact who never wrote. */
  async function stranger(): Promise<string> {
    const number = String(++next);
    await house.contact(number);
    return number;
  }

  it.each<[string, object]>([
    [
      'its name and arguments',
      { template_id: 'order_ready', language: 'en', argument: { BODY: ['Huda', 'A-1007'] } },
    ],
    [
      'empty lists beside its arguments',
      {
        template_id: 'order_ready',
        language: 'en',
        argument: { HEADER: [], BODY: ['Huda', 'A-1007'], FOOTER: [], BUTTONS: [] },
      },
    ],
    [
      'WhatsApp’s names',
      {
        name: 'order_ready',
        language: { code: 'en' },
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'Huda' },
              { type: 'text', text: 'A-1007' },
            ],
          },
        ],
      },
    ],
    [
      'both mixed',
      {
        template_id: 'order_ready',
        language: 'en',
        components: [
          {
            type: 'BODY',
            parameters: [
              { type: 'text', text: 'Huda' },
              { type: 'text', text: 'A-1007' },
            ],
          },
        ],
      },
    ],
  ])('goes to who never wrote, with %s', async (_, block) => {
    expect((await sentTo(await stranger(), template(block))).template).toEqual(ready);
  });

  it('goes by its id, too, and in another language', async () => {
    const { data } = (await house.all.get('partner/templates')).body;
    const arabic = data.find((one: Json) => one.template_id === 'order_ready' && one.language === 'ar');
    const block = { template_id: arabic.id, language: 'ar', argument: { BODY: ['هدى', 7] } };
    expect((await sentTo(await stranger(), template(block))).template).toMatchObject({
      name: 'order_ready',
      language: { code: 'ar' },
      components: [{ parameters: [{ text: 'هدى' }, { text: '7' }] }],
    });
  });

  it('without variables needs no arguments', async () => {
    const body = await sentTo(await stranger(), template({ template_id: 'plain', language: 'en' }));
    expect(body.template).toEqual({ name: 'plain', language: { policy: 'deterministic', code: 'en' } });
  });

  it('keeps the variable of its header apart from the one of its body', async () => {
    const block = { template_id: 'titled', language: 'en', argument: { HEADER: ['A-7'], BODY: ['Huda'] } };
    expect((await sentTo(await stranger(), template(block))).template.components).toEqual([
      { type: 'header', parameters: [{ type: 'text', text: 'A-7' }] },
      { type: 'body', parameters: [{ type: 'text', text: 'Huda' }] },
    ]);
  });

  it.each<[string, object]>([
    [
      'arguments',
      { argument: { HEADER: ['https://files.example/r.pdf'], BODY: ['Huda'], BUTTONS: ['A-7'] } },
    ],
    [
      'components',
      {
        components: [
          {
            type: 'header',
            parameters: [{ type: 'document', document: { link: 'https://files.example/r.pdf' } }],
          },
          { type: 'body', parameters: [{ type: 'text', text: 'Huda' }] },
          { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'A-7' }] },
        ],
      },
    ],
  ])('has a file above it and a link below, by %s', async (_, values) => {
    const block = { template_id: 'receipt', language: 'en', ...values };
    expect((await sentTo(await stranger(), template(block))).template.components).toEqual([
      {
        type: 'header',
        parameters: [
          { type: 'document', document: expect.objectContaining({ link: 'https://files.example/r.pdf' }) },
        ],
      },
      { type: 'body', parameters: [{ type: 'text', text: 'Huda' }] },
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'A-7' }] },
      {
        type: 'button',
        sub_type: 'quick_reply',
        index: '1',
        parameters: [{ type: 'payload', payload: 'stop' }],
      },
    ]);
  });

  it.each<[string, object, string]>([
    ['no name', { language: 'en' }, 'template.template_id'],
    ['a name that nobody knows', { template_id: 'order_redy', language: 'en' }, 'template.template_id'],
    ['no approval', { template_id: 'draft', language: 'en' }, 'not approved'],
    [
      'another language',
      { template_id: 'order_ready', language: 'en_US', argument: { BODY: ['a', 'b'] } },
      'template.language',
    ],
    [
      'no language where there are two',
      { template_id: 'order_ready', argument: { BODY: ['a', 'b'] } },
      'template.language',
    ],
    [
      'too few values',
      { template_id: 'order_ready', language: 'en', argument: { BODY: ['a'] } },
      'template.argument.BODY',
    ],
    [
      'too many values',
      { template_id: 'order_ready', language: 'en', argument: { BODY: ['a', 'b', 'c'] } },
      'template.argument.BODY',
    ],
    ['none of its values', { template_id: 'order_ready', language: 'en' }, 'template.argument.BODY'],
    [
      'a header that it does not have',
      { template_id: 'plain', language: 'en', argument: { HEADER: ['x'] } },
      'template.argument.HEADER',
    ],
    [
      'a footer that takes nothing',
      { template_id: 'plain', language: 'en', argument: { FOOTER: ['x'] } },
      'template.argument.FOOTER',
    ],
    [
      'a file that is none',
      {
        template_id: 'receipt',
        language: 'en',
        argument: { HEADER: ['r.pdf'], BODY: ['a'], BUTTONS: ['b'] },
      },
      'template.argument.HEADER',
    ],
    [
      'no file',
      { template_id: 'receipt', language: 'en', argument: { BODY: ['a'], BUTTONS: ['b'] } },
      'template.argument.HEADER',
    ],
    [
      'no value for its link',
      { template_id: 'receipt', language: 'en', argument: { HEADER: [file], BODY: ['a'] } },
      'template.argument.BUTTONS',
    ],
    [
      'a component that there is not',
      { name: 'plain', language: { code: 'en' }, components: [{ type: 'carousel' }] },
      'template.components[0].type',
    ],
    [
      'a variable of no known kind',
      {
        name: 'order_ready',
        language: { code: 'en' },
        components: [{ type: 'body', parameters: [{ type: 'order' }] }],
      },
      'template.components[0].parameters[0]',
    ],
    ['a language that is no word', { name: 'plain', language: { code: 7 } }, 'template.language.code'],
  ])('is refused with %s', async (_, block, named) => {
    const to = await stranger();
    await expectRefusal({ to, ...template(block) }, named);
  });

  it('is refused without its block', async () => {
    await expectRefusal({ to: await stranger(), type: 'template' }, 'template');
  });
});

describe('the 24-hour window', () => {
  const text = { type: 'text', text: { body: 'Hi' } };

  it.each<[string, object]>([
    ['a text', text],
    ['a picture', { type: 'image', image: { link: 'https://files.example/a.png' } }],
    [
      'buttons',
      {
        type: 'interactive',
        interactive: {
          type: 'button',
          body: { text: 'Now?' },
          action: { buttons: [{ reply: { id: 'y', title: 'Yes' } }] },
        },
      },
    ],
  ])('that was never open refuses %s at once', async (_, message) => {
    const to = String(++next);
    await house.contact(to);
    await expectRefusal({ to, ...message }, '24-hour window');
  });

  it('that closed refuses, and one that opens again does not', async () => {
    const to = await someone();
    await house.db.run(
      {
        name: 'test.azeer.yesterday',
        text: `update contact set last_inbound_at = now() - interval '24 hours 1 minute' where csid = '${to}'`,
      },
      [],
    );
    await expectRefusal({ to, ...text }, '24-hour window');
    await house.says(to, 'Are you there?');
    expect((await send({ to, ...text })).status).toBe(200);
  });

  it('does not leave the contact behind that was to be made for a text', async () => {
    const to = String(++next);
    await expectRefusal({ to, ...text }, '24-hour window', '?create=true');
    expect((await house.all.get(`contact/${to}`)).status).toBe(404);
  });

  it('is WhatsApp’s: a connector of one’s own has none', async () => {
    const sent = await house.rival.post('message/send?create=true', { to: '966514000001', ...text });
    expect(sent.status).toBe(200);
    await until(() => house.outside.at('/connector/rival').length > 0);
  });
});

describe('who is not known', () => {
  const message = { type: 'template', template: { template_id: 'plain', language: 'en' } };

  it('is refused, naming the contact', async () => {
    await expectRefusal({ to: String(++next), ...message }, 'to: there is no contact');
    await expectRefusal({ to: String(++next), ...message }, 'to: there is no contact', '?create=false');
  });

  it('is made with create=true, called by the number', async () => {
    const to = String(++next);
    const { path } = await house.webhook('new_contact');
    const { status } = await send({ to, ...message }, '?create=true');
    expect(status).toBe(200);
    await carried(to);
    expect((await house.all.get(`contact/${to}`)).body).toMatchObject({
      platform_id: to,
      profile_name: to,
      is_agent: false,
    });
    expect(await house.told(path, (body) => body.platform_id === to)).toMatchObject({
      contact_name: to,
      webhook_event_type: 'new_contact',
    });
  });
});

describe('what is refused', () => {
  const known = '966512349999';
  beforeAll(() => house.says(known, 'Hi'));

  it.each<[string, object, string]>([
    ['no type', { to: known, text: { body: 'Hi' } }, 'type'],
    ['an unknown type', { to: known, type: 'sticker' }, 'type'],
    ['no number', { type: 'text', text: { body: 'Hi' } }, 'to'],
    ['a number with letters', { to: '9665one', type: 'text', text: { body: 'Hi' } }, 'to must'],
    ['a number with spaces', { to: '966 512 340', type: 'text', text: { body: 'Hi' } }, 'to must'],
    ['a text without text', { to: known, type: 'text' }, 'text.body'],
    ['an empty text', { to: known, type: 'text', text: { body: '' } }, 'text.body'],
    [
      'a document without a link',
      { to: known, type: 'document', document: { caption: 'x' } },
      'document.link',
    ],
    ['a link that is none', { to: known, type: 'image', image: { link: 'a.png' } }, 'image.link'],
    [
      'a link that is none, below the other name',
      { to: known, type: 'image', document: { link: 'a' } },
      'document.link',
    ],
    [
      'a caption that is too long',
      { to: known, type: 'document', document: { link: file, caption: 'x'.repeat(1025) } },
      'document.caption',
    ],
    ['no block', { to: known, type: 'video', image: { link: file } }, 'video'],
    ['no contacts', { to: known, type: 'contacts', contacts: [] }, 'contacts'],
    [
      'a place beyond the pole',
      { to: known, type: 'location', location: { latitude: 91, longitude: 0 } },
      'location.latitude',
    ],
    [
      'buttons without any',
      { to: known, type: 'interactive', interactive: { type: 'button', body: { text: 'x' }, action: {} } },
      'interactive.action.buttons',
    ],
    [
      'a list without rows',
      {
        to: known,
        type: 'interactive',
        interactive: { type: 'list', body: { text: 'x' }, action: { button: 'b', sections: [] } },
      },
      'interactive.action.sections',
    ],
    [
      'choices of another kind',
      { to: known, type: 'interactive', interactive: { type: 'flow', body: { text: 'x' } } },
      'interactive.type',
    ],
    [
      'choices that say nothing',
      { to: known, type: 'interactive', interactive: { type: 'button', action: {} } },
      'interactive.body.text',
    ],
    [
      'a link of another kind',
      {
        to: known,
        type: 'interactive',
        interactive: {
          type: 'cta_url',
          body: { text: 'x' },
          action: { parameters: { display_text: 'x', url: 'javascript:1' } },
        },
      },
      'interactive.action.parameters.url',
    ],
  ])('%s', async (_, body, named) => {
    await expectRefusal(body, named);
  });
});

describe('the templates list', () => {
  it('tells all, with what can be sent', async () => {
    const { status, body } = await house.reader.get('partner/templates');
    expect(status).toBe(200);
    expect(body).toEqual({ success: true, message: 'templates list', data: expect.any(Array) });
    const named = (name: string, language = 'en') =>
      body.data.find((one: Json) => one.name === name && one.language === language);
    expect(body.data).toHaveLength(6);
    expect(named('order_ready')).toEqual({
      id: expect.any(String),
      template_id: 'order_ready',
      name: 'order_ready',
      category: 'UTILITY',
      language: 'en',
      status: 'approved',
      components: [
        { type: 'BODY', text: 'Hi {{1}}, order {{2}} is ready.' },
        { type: 'FOOTER', text: 'Corner Shop' },
      ],
    });
    expect(named('draft')).toMatchObject({ category: 'MARKETING', status: 'pending' });
    expect(named('receipt').components).toEqual([
      { type: 'HEADER', format: 'DOCUMENT' },
      { type: 'BODY', text: 'Here is your receipt, {{1}}.' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'URL', text: 'Follow', url: 'https://shop.example/{{1}}' },
          { type: 'QUICK_REPLY', text: 'Stop' },
        ],
      },
    ]);
  });

  it('is answered at the address that the vendor prints, too', async () => {
    const [right, printed] = [
      await house.reader.get('partner/templates'),
      await house.reader.get('/v1partner/templates'),
    ];
    expect([printed.status, printed.body]).toEqual([200, right.body]);
    expect((await house.client('nobody').get('/v1partner/templates')).body).toMatchObject({
      success: false,
      error: 'Unauthorized',
    });
  });
});

describe('deleting', () => {
  const gone = async (id: string) =>
    (await house.request('GET', `/api/v1/messages/${id}`, undefined, { 'x-api-key': house.all.key })).status;

  it('takes a message away, by its number, our id or the provider’s', async () => {
    const to = await someone();
    const [one, two] = [await house.text(to, 'One'), await house.text(to, 'Two')];
    const inbound = await house.says(to, 'Three');
    await house.rest();
    for (const [named, id] of [
      [String(one.message_id), one.id],
      [two.id, two.id],
      [inbound, undefined],
    ] as const) {
      const { status, body } = await house.all.del(`message/${encodeURIComponent(named)}`);
      expect([status, body]).toEqual([
        200,
        {
          success: true,
          message: 'message deleted',
          data: { id: id ?? expect.any(String), message_id: expect.any(Number) },
        },
      ]);
      expect(await gone(body.data.id)).toBe(404);
    }
  });

  it('does not know what is gone, another’s, or nothing', async () => {
    const { id, message_id } = await house.text(await someone(), 'Once');
    await house.rest();
    expect((await house.rival.del(`message/${message_id}`)).status).toBe(404);
    expect((await house.all.del(`message/${id}`)).status).toBe(200);
    for (const named of [id, String(message_id), '999999999', 'wamid.none', 'x'.repeat(400)]) {
      const { status, body } = await house.all.del(`message/${named}`);
      expect([status, body], named).toEqual([
        404,
        { success: false, message: 'There is no message with this id', error: 'NotFound' },
      ]);
    }
  });

  it('takes many away, and tells which there were', async () => {
    const to = await someone();
    const [one, two] = [await house.text(to, 'One'), await house.text(to, 'Two')];
    await house.rest();
    const message_ids = [one.message_id, two.id, String(two.message_id), 999_999_999, 'nothing'];
    const { status, body } = await house.all.del('message', { message_ids });
    expect([status, body.success, body.message]).toEqual([200, true, 'messages deleted']);
    const told = ({ id, message_id }: Json) => ({ id, message_id });
    expect(body.data).toHaveLength(2);
    expect(body.data).toEqual(expect.arrayContaining([told(one), told(two)]));
    expect(await gone(one.id)).toBe(404);
    expect((await house.all.del('message', { message_ids })).body.data).toEqual([]);
  });

  it('takes as many statements for a thousand as for one', async () => {
    const { db } = house.server.pipeline.core;
    const run = vi.spyOn(db, 'run');
    const asked = async (message_ids: (string | number)[]) => {
      run.mockClear();
      expect((await house.all.del('message', { message_ids })).status).toBe(200);
      return run.mock.calls.map(([{ name }]) => name).filter((name) => name.startsWith('messages.by'));
    };
    const kinds = (i: number) => [900_000_000 + i, `65f0c0ffee65f0c0ffee${i + 1000}`, `wamid.none.${i}`];
    expect(await asked(kinds(0))).toHaveLength(1 + 1 + 1);
    expect(await asked(Array.from({ length: 333 }, (_, i) => kinds(i)).flat())).toHaveLength(1 + 1 + 1);
    run.mockRestore();
  });

  it('leaves out the one that is being sent, be it the only one; alone it is refused', async () => {
    const to = await someone();
    house.cloud.answerAfterMs = 3000;
    const { id, message_id } = await house.text(to, 'Just now');
    await until(() => house.cloud.sent.find((one) => one.to === to));
    const alone = await house.all.del(`message/${message_id}`);
    const many = await house.all.del('message', { message_ids: [message_id] });
    house.cloud.answerAfterMs = 0;
    expect([alone.status, alone.body.error]).toEqual([409, 'Conflict']);
    expect([many.status, many.body.data]).toEqual([200, []]);
    await house.rest();
    expect((await house.all.del('message', { message_ids: [id] })).body.data).toEqual([{ id, message_id }]);
  });

  it.each([[{}], [{ message_ids: [] }], [{ message_ids: 7 }], [{ message_ids: Array(1001).fill(1) }]])(
    'needs ids of messages',
    async (body) => {
      const answer = await house.all.del('message', body);
      expect([answer.status, answer.body]).toEqual([
        400,
        { success: false, message: expect.stringContaining('message_ids'), error: 'BadRequest' },
      ]);
    },
  );
});
