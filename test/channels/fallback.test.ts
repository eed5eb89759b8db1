import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../src/channels/channel.ts';
import { pressOf, renderFor } from '../../src/channels/fallback.ts';
import { SendFailure } from '../../src/model/failure.ts';
import type { Button, Content } from '../../src/model/message.ts';

const textOnly: Capabilities = {
  out: {
    text: 'native',
    image: 'fallback',
    sticker: 'fallback',
    location: 'fallback',
    contacts: 'fallback',
    template: 'fallback',
  },
  buttons: { max: 0, listMax: 0 },
  receipts: [],
  approval: false,
  idempotent: false,
  onUnknown: 'retry',
  maxText: 200,
};
const rich: Capabilities = {
  ...textOnly,
  out: { text: 'native', image: 'native', location: 'native', template: 'fallback' },
  buttons: { max: 3, listMax: 10, maxLabel: 20, listMaxLabel: 24 },
  media: { image: { mimes: ['image/png'], maxBytes: 5 * 1024 * 1024 } },
};

function choices(...labels: string[]): Button[] {
  return labels.map((label, i) => ({ type: 'QUICK_REPLY', code: `c${i + 1}`, label }));
}

/** How rendering ends: the content, or the code of the failure. */
function rendered(content: Content, carries: Capabilities): unknown {
  try {
    return renderFor(content, carries);
  } catch (error) {
    if (error instanceof SendFailure) return error.failure.code;
    throw error;
  }
}

const link = 'https://files.example/a';
const template = {
  id: 't',
  code: 'T',
  lang: 'en',
  header: 'Order',
  body: 'Your order is here',
  footer: 'Shop',
};

describe('a channel with text alone', () => {
  it.each([
    ['text as it is', { type: 'text', text: 'Hello' }, 'Hello'],
    [
      'a picture as caption and link',
      { type: 'image', media: { link, caption: 'Broken' } },
      `Broken\n${link}`,
    ],
    [
      'a picture without caption by its name',
      { type: 'image', media: { link, filename: 'a.png' } },
      `a.png\n${link}`,
    ],
    [
      'a place as name, address and map',
      {
        type: 'location',
        location: { latitude: '24.7', longitude: '46.6', name: 'Shop', address: '1 Road' },
      },
      'Shop, 1 Road\nhttps://maps.google.com/?q=24.7,46.6',
    ],
    [
      'a place without a name as a map',
      { type: 'location', location: { latitude: '24.7', longitude: '46.6' } },
      'https://maps.google.com/?q=24.7,46.6',
    ],
    [
      'cards as lines',
      {
        type: 'contacts',
        cards: [
          {
            name: { formatted_name: 'Amina' },
            phones: [{ phone: '+966 5' }],
            emails: [{ email: 'a@b.example' }],
          },
          { name: { first_name: 'Omar', last_name: 'Said' } },
          { birthday: '2000-01-01' },
        ],
      },
      'Amina, +966 5, a@b.example\nOmar Said',
    ],
    ['a template as its text', { type: 'template', template }, 'Order\nYour order is here\nShop'],
    [
      'a template with a picture as text and link',
      { type: 'template', template: { ...template, media: { type: 'image', link } } },
      `Order\nYour order is here\nShop\n${link}`,
    ],
    [
      'buttons as numbered lines below links and numbers',
      {
        type: 'text',
        text: 'Which?',
        buttons: [
          ...choices('Tea', 'Coffee'),
          { type: 'URL', code: 'u', label: 'Menu', url: link },
          { type: 'PHONE_NUMBER', code: 'p', label: 'Call', phone: '+966 5' },
          { type: 'LOCATION_REQUEST', code: 'l', label: '' },
        ],
      },
      `Which?\n\nMenu: ${link}\nCall: +966 5\n1. Tea\n2. Coffee`,
    ],
    [
      'buttons below a place',
      { type: 'location', location: { latitude: '1', longitude: '2' }, buttons: choices('Go') },
      'https://maps.google.com/?q=1,2\n\n1. Go',
    ],
  ] as [string, Content, string][])('tells %s', (_, content, text) => {
    expect(renderFor(content, textOnly)).toEqual({ type: 'text', text });
  });

  it.each([
    [
      'what it has no fallback for',
      { type: 'reaction', reaction: { emoji: '👍', messageIdExt: 'm' } },
      'NOT_SUPPORTED',
    ],
    ['a file of which nothing would be left', { type: 'sticker', media: { id: 'm' } }, 'NOT_SUPPORTED'],
    ['a text that is too long', { type: 'text', text: 'x'.repeat(201) }, 'TEXT_TOO_LONG'],
    [
      'a text that is too long with its lines',
      { type: 'text', text: 'x'.repeat(195), buttons: choices('Tea') },
      'TEXT_TOO_LONG',
    ],
  ] as [string, Content, string][])('refuses %s', (_, content, code) => {
    expect(rendered(content, textOnly)).toBe(code);
  });

  it('counts characters, not halves of them', () => {
    expect(rendered({ type: 'text', text: '😀'.repeat(200) }, textOnly)).toMatchObject({ type: 'text' });
  });
});

describe('a channel with buttons', () => {
  const ask = (buttons: Button[], more: Partial<Content> = {}): Content => ({
    type: 'text',
    text: '?',
    buttons,
    ...more,
  });

  it('keeps what fits as buttons or as a list', () => {
    const url: Button = { type: 'URL', code: 'u', label: 'A label as long as you like it to be', url: link };
    for (const buttons of [
      choices('a', 'b', 'c'),
      choices(...'abcdefghij'),
      choices('24 characters, no more ..'.slice(0, 24)),
      [url],
    ]) {
      expect(renderFor(ask(buttons), rich)).toEqual(ask(buttons));
    }
  });

  it('keeps a heading and a footer apart only where they are shown so', () => {
    const content: Content = {
      type: 'text',
      text: 'Today?',
      heading: 'Order',
      footer: 'Shop',
      buttons: choices('Yes'),
    };
    expect(rendered(content, { ...rich, frame: true })).toEqual(content);
    expect(rendered(content, rich)).toEqual({
      type: 'text',
      text: 'Order\n\nToday?\n\nShop',
      buttons: choices('Yes'),
    });
  });

  it('numbers what does not', () => {
    for (const buttons of [choices(...'abcdefghijk'), choices('A label of 25 characters.')]) {
      const shown = renderFor(ask(buttons), rich);
      expect(shown.buttons).toBeUndefined();
      expect(shown.text).toContain('\n1. ');
    }
  });

  it('numbers below the caption of a picture', () => {
    const content: Content = {
      type: 'image',
      media: { link, caption: 'Which?' },
      buttons: choices(...'abcdefghijk'),
    };
    expect(renderFor(content, rich).media?.caption).toMatch(/^Which\?\n\n1\. a\n/);
  });

  it('tells a template with a picture as that picture', () => {
    const content: Content = {
      type: 'template',
      template: { ...template, media: { type: 'image', link } },
      buttons: choices('Go'),
    };
    expect(renderFor(content, rich)).toEqual({
      type: 'image',
      media: { type: 'image', link, caption: 'Order\nYour order is here\nShop' },
      buttons: choices('Go'),
    });
  });

  it('leaves the buttons of an approved template alone', () => {
    const content: Content = { type: 'template', template, buttons: choices(...'abcdefghijkl') };
    expect(renderFor(content, { ...rich, out: { template: 'native' } })).toEqual(content);
  });

  it.each([
    [{ mime: 'image/png', sizeBytes: 5 * 1024 * 1024 }, undefined],
    [{ mime: 'IMAGE/PNG; q=1' }, undefined],
    [{}, undefined],
    [{ mime: 'image/gif' }, 'MEDIA_TYPE'],
    [{ mime: 'image/png', sizeBytes: 5 * 1024 * 1024 + 1 }, 'MEDIA_TOO_LARGE'],
  ])('checks a picture of %j: %s', (about, code) => {
    const content: Content = { type: 'image', media: { link, ...about } };
    expect(rendered(content, rich)).toEqual(code ?? content);
  });

  it('names the limit of a file', () => {
    const content: Content = { type: 'image', media: { link, sizeBytes: 6e6 } };
    expect(() => renderFor(content, rich)).toThrow('at most 5 MB');
  });
});

describe('pressOf', () => {
  const offered: Button[] = [
    { type: 'URL', code: 'u', label: 'Menu', url: link },
    ...choices('Tea', 'Coffee with milk', 'شاي', '12'),
    { type: 'QUICK_REPLY', code: 'c5', label: 'Water', desc: 'Still' },
  ];
  it.each([
    ['1', 'c1'],
    [' 2. ', 'c2'],
    ['2)', 'c2'],
    ['٢', 'c2'],
    ['۲', 'c2'],
    ['२', 'c2'],
    ['tea', 'c1'],
    ['COFFEE with milk ', 'c2'],
    ['شاي', 'c3'],
    ['12', 'c4'],
    ['0', undefined],
    ['6', undefined],
    ['Menu', undefined],
    ['tea please', undefined],
    ['', undefined],
    ['1 2', undefined],
  ])('takes "%s" for %s', (text, code) => {
    expect(pressOf(text, offered)?.code).toBe(code);
  });

  it('tells label and description along', () => {
    expect(pressOf('5', offered)).toEqual({ code: 'c5', label: 'Water', desc: 'Still' });
    expect(pressOf('1', [])).toBeUndefined();
  });
});
