import { describe, expect, it } from 'vitest';
import type { Button } from '../../src/model/message.ts';
import type { Template } from '../../src/model/setup.ts';
import {
  callerPlaces,
  chooseVariant,
  contactValues,
  fillButtons,
  fillKnown,
  fillTemplate,
  fillText,
  placeholderValue,
  type TemplateValues,
} from '../../src/model/template.ts';

const values: TemplateValues = {
  data: {
    name: 'Asha',
    order: { id: 7, items: ['tea', 'rice'], none: null },
    paid: false,
    zero: 0,
    blank: '',
    sly: '{{global.secret}}',
    price: '$& $1 $$',
    prénom_1: 'Léa',
    // A caller's own word that is also the name of a source.
    contact: 'ours',
  },
  contact: { name: 'Asha Rao', labels: { tier: 'gold' } },
  global: { shop: 'Acme', secret: 'hidden' },
};

describe('a placeholder', () => {
  it.each([
    ['name', 'Asha'],
    ['data.name', 'Asha'],
    ['contact.name', 'Asha Rao'],
    ['contact.labels.tier', 'gold'],
    ['global.shop', 'Acme'],
    ['order.id', '7'],
    ['data.order.items.1', 'rice'],
    ['paid', 'false'],
    ['zero', '0'],
    ['prénom_1', 'Léa'],
    // Alone, the name of a source is a bare name like any other.
    ['contact', 'ours'],
    // Missing, at any depth.
    ['nothing', ''],
    ['data.nothing.at.all', ''],
    ['name.first', ''],
    ['order.none', ''],
    ['order.none.deeper', ''],
    ['global.name', ''],
    ['data', ''],
    ['', ''],
    ['.', ''],
    ['name.', ''],
    // Objects and lists are blank.
    ['order', ''],
    ['order.items', ''],
    ['contact.labels', ''],
    // Only what was given, never what JavaScript adds to it.
    ['constructor', ''],
    ['order.toString', ''],
    ['data.__proto__.polluted', ''],
    ['name.length', ''],
  ])('{{%s}} is %j', (path, value) => {
    expect(placeholderValue(path, values)).toBe(value);
  });
});

describe('fillText', () => {
  it.each([
    ['Hello {{name}}!', 'Hello Asha!'],
    ['{{ data.name }} of {{\tglobal.shop }}', 'Asha of Acme'],
    ['{{name}}{{name}}', 'AshaAsha'],
    ['Hello {{missing}}.', 'Hello .'],
    ['no placeholder', 'no placeholder'],
    ['', ''],
    // Values are not expanded again, nor read as patterns.
    ['{{sly}}', '{{global.secret}}'],
    ['{{price}}', '$& $1 $$'],
    ['{{{{sly}}}}', '{{{{global.secret}}}}'],
    // What is no placeholder stays as it stands.
    ['{name} {{}} {{ }} {{two words}} {{name', '{name} {{}} {{ }} {{two words}} {{name'],
    ['{{a-b}}', ''],
  ])('makes %j into %j', (text, filled) => {
    expect(fillText(text, values)).toBe(filled);
  });
});

function template(more: Partial<Template> = {}): Template {
  return {
    id: 'a'.repeat(24),
    code: 'order',
    lang: 'en',
    name: 'Order',
    body: 'Dear {{name}}, order {{order.id}} of {{name}} is ready. {{missing}}',
    buttons: [],
    meta: {},
    approvals: [],
    createdAt: 1,
    ...more,
  };
}

describe('fillTemplate', () => {
  it('fills every part, and lists each value once for providers that want them apart', () => {
    const link = {
      type: 'URL',
      code: 'track',
      label: 'Track',
      url: 'https://x.example/{{order.id}}',
    } as const;
    const plain = { type: 'QUICK_REPLY', code: 'ok', label: 'OK {{name}}' } as const;
    const filled = fillTemplate(
      template({
        providerName: 'order_v2',
        header: '{{global.shop}}',
        footer: 'Bye {{name}}',
        title: 'For {{contact.name}}',
        buttons: [link, plain],
      }),
      values,
    );
    expect(filled).toEqual({
      id: 'a'.repeat(24),
      code: 'order',
      lang: 'en',
      providerName: 'order_v2',
      header: 'Acme',
      body: 'Dear Asha, order 7 of Asha is ready. ',
      footer: 'Bye Asha',
      title: 'For Asha Rao',
      headerValues: ['Acme'],
      bodyNames: ['name', 'order.id', 'missing'],
      bodyValues: ['Asha', '7', ''],
      buttonValues: ['7', null],
    });
  });

  it('leaves out what the template has not', () => {
    expect(Object.keys(fillTemplate(template(), values)).sort()).toEqual(
      ['id', 'code', 'lang', 'body', 'headerValues', 'bodyValues', 'bodyNames', 'buttonValues'].sort(),
    );
  });

  it('takes the media of the request before its own, and fills its address', () => {
    const own = template({ media: { type: 'image', link: 'https://x.example/{{order.id}}.png' } });
    expect(fillTemplate(own, values).media).toEqual({ type: 'image', link: 'https://x.example/7.png' });
    const given = { type: 'document', link: 'https://y.example/a.pdf', filename: 'a.pdf' } as const;
    expect(fillTemplate(own, values, given).media).toEqual(given);
  });
});

it('fills the label, the address and the number of buttons, and leaves their codes alone', () => {
  const buttons: Button[] = [
    { type: 'QUICK_REPLY', code: '{{name}}', label: 'Yes, {{name}}' },
    { type: 'URL', code: 'u', label: 'Open', url: 'https://x.example/{{order.id}}' },
    { type: 'PHONE_NUMBER', code: 'p', label: 'Call', phone: '+{{zero}}1' },
  ];
  expect(fillButtons(buttons, values)).toEqual([
    { type: 'QUICK_REPLY', code: '{{name}}', label: 'Yes, Asha' },
    { type: 'URL', code: 'u', label: 'Open', url: 'https://x.example/7' },
    { type: 'PHONE_NUMBER', code: 'p', label: 'Call', phone: '+01' },
  ]);
});

describe('contactValues', () => {
  const contact = {
    id: 'wa919988776655_918828218374',
    csid: '919988776655',
    lang: 'en_US',
    profile: { name: 'asha', phone: '919988776655' },
    businessProfile: { name: 'Asha Rao', profileId: 'C-1' },
    labels: [
      { key: 'tier', value: 'gold' },
      { key: 'since', value: 2019 },
    ],
  };

  it('lets the business’s word go before the channel’s', () => {
    expect(contactValues(contact)).toEqual({
      name: 'Asha Rao',
      phone: '919988776655',
      profileId: 'C-1',
      lang: 'en_US',
      csid: '919988776655',
      contactId: 'wa919988776655_918828218374',
      labels: { tier: 'gold', since: 2019 },
    });
  });

  it('lets the name of the request go before both', () => {
    expect(contactValues(contact, 'Mrs Rao').name).toBe('Mrs Rao');
  });

  it('knows nothing of a stranger but the request’s word', () => {
    expect(contactValues({}, 'Mrs Rao')).toEqual({ name: 'Mrs Rao', labels: {} });
  });
});

describe('chooseVariant (decision D44)', () => {
  const all = ['en_GB', 'en_US', 'hi', 'pt_BR'].map((lang) => template({ lang }));
  const one = [template({ lang: 'ar' })];

  it.each([
    ['exactly the wanted language', all, { lang: 'en_US' }, 'en_US'],
    ['however it is written', all, { lang: 'EN-us' }, 'en_US'],
    ['the same language in another region', all, { lang: 'pt_PT' }, 'pt_BR'],
    ['a region of a language without one', all, { lang: 'pt' }, 'pt_BR'],
    ['a language without region for one with', all, { lang: 'hi_IN' }, 'hi'],
    ['exactly, although another region stands before', all, { lang: 'en_US', contactLang: 'hi' }, 'en_US'],
    ['the contact’s when the wanted one is not there', all, { lang: 'fr', contactLang: 'hi' }, 'hi'],
    ['the contact’s when none is wanted', all, { contactLang: 'pt_PT', businessLang: 'hi' }, 'pt_BR'],
    [
      'the business’s after the contact’s',
      all,
      { lang: 'fr', contactLang: 'de', businessLang: 'hi_IN' },
      'hi',
    ],
    ['the only one there is, at last', one, { lang: 'fr', contactLang: 'de', businessLang: 'es' }, 'ar'],
    ['none of several when nothing fits', all, { lang: 'fr' }, undefined],
    ['none of several when nothing is said', all, {}, undefined],
    ['none of none', [], { lang: 'en' }, undefined],
  ] as [string, Template[], Parameters<typeof chooseVariant>[1], string | undefined][])(
    'takes %s',
    (_, variants, wanted, lang) => {
      expect(chooseVariant(variants, wanted)?.lang).toBe(lang);
    },
  );
});

describe('values by place', () => {
  it('counts the placeholders that a caller fills, each once', () => {
    expect(
      callerPlaces('Hi {{name}}, {{data.order.id}} of {{global.shop}} for {{contact.name}}: {{name}}'),
    ).toEqual(['name', 'order.id']);
    expect(callerPlaces('{{2}} before {{1}}, {{10}} at last')).toEqual(['1', '2', '10']);
    expect(callerPlaces(undefined)).toEqual([]);
  });

  it('fills each part for itself', () => {
    const one = template({
      header: 'Order {{1}}',
      body: '{{2}}: {{1}} from {{global.shop}}',
      buttons: [
        { type: 'URL', code: 'u', label: 'Follow', url: 'https://acme.example/{{1}}' },
        { type: 'QUICK_REPLY', code: 'stop', label: 'Stop' },
      ],
    });
    const placed = { header: ['A-7'], body: ['Huda', 'Hello'], buttons: ['track-7', 'no-more'] };
    expect(fillTemplate(one, values, undefined, placed)).toMatchObject({
      header: 'Order A-7',
      headerValues: ['A-7'],
      body: 'Hello: Huda from Acme',
      buttonValues: ['track-7', null],
    });
    expect(fillButtons(one.buttons, values, placed.buttons)).toMatchObject([
      { url: 'https://acme.example/track-7' },
      { code: 'no-more' },
    ]);
  });

  it('reaches names with steps, and leaves the values of the caller alone', () => {
    const given = { ...values, data: { order: { id: 7 } } };
    const use = fillTemplate(template({ body: '{{order.name}} {{order.id}}' }), given, undefined, {
      body: ['Tea', '8'],
    });
    expect(use.body).toBe('Tea 8');
    expect(given.data).toEqual({ order: { id: 7 } });
  });

  it('does not expand a value again', () => {
    const use = fillTemplate(template({ body: '{{1}}' }), values, undefined, { body: ['{{global.secret}}'] });
    expect(use.body).toBe('{{global.secret}}');
  });
});

describe('a quick reply', () => {
  it('says what stands after the bar, where nothing is known', () => {
    expect(
      fillKnown(
        'Dear {{contact.name|customer}}, from {{ contact.city | your city }}{{data.blank|}}.',
        values,
      ),
    ).toEqual({
      text: 'Dear Asha Rao, from your city.',
      missing: [],
    });
  });

  it('keeps what has neither a value nor a fallback, and names it', () => {
    expect(fillKnown('{{contact.city}} {{data.nothing}}', values)).toEqual({
      text: '{{contact.city}} {{data.nothing}}',
      missing: ['contact.city', 'nothing'],
    });
  });
});
