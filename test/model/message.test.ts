import { describe, expect, it } from 'vitest';
import { type Content, masked, maskedText, plainText, withoutFrame } from '../../src/model/message.ts';

const use = { id: 'i', code: 'order', lang: 'en', body: 'It is ready.' };

describe('plainText', () => {
  it.each<[string, Content, string]>([
    ['a text', { type: 'text', text: 'Hello' }, 'Hello'],
    ['an empty text', { type: 'text', text: '' }, ''],
    ['a pressed button: its label', { type: 'text', text: 'Yes', press: { code: 'y', label: 'Yes' } }, 'Yes'],
    ['a template', { type: 'template', template: use }, 'It is ready.'],
    [
      'a template with all its parts',
      { type: 'template', template: { ...use, header: 'Acme', footer: 'Bye' } },
      'Acme\nIt is ready.\nBye',
    ],
    [
      'a template with a blank header',
      { type: 'template', template: { ...use, header: '' } },
      'It is ready.',
    ],
    ['a place', { type: 'location', location: { latitude: '24.7', longitude: '46.6' } }, '24.7,46.6'],
    [
      'a place with a name',
      {
        type: 'location',
        location: { latitude: '24.7', longitude: '46.6', name: 'Acme', address: '1 Road' },
      },
      'Acme, 1 Road, 24.7,46.6',
    ],
    [
      'contact cards',
      {
        type: 'contacts',
        cards: [{ name: { formatted_name: 'Asha' } }, {}, { name: { formatted_name: 'Ben' } }],
      },
      'Asha, Ben',
    ],
    ['a card without a name', { type: 'contacts', cards: [{ phones: [{ phone: '1' }] }] }, ''],
    ['a reaction', { type: 'reaction', reaction: { emoji: '👍', messageIdExt: 'm' } }, '👍'],
    ['a reaction taken back', { type: 'reaction', reaction: { emoji: '', messageIdExt: 'm' } }, ''],
    [
      'a file with a caption',
      { type: 'image', media: { caption: 'Our shop', filename: 'a.png' } },
      'Our shop',
    ],
    ['a file with a name', { type: 'document', media: { filename: 'a.pdf' } }, 'a.pdf'],
    ['a file alone', { type: 'voice', media: { id: 'm' } }, ''],
    ['what cannot be shown', { type: 'unsupported', unsupported: { kind: 'poll' } }, ''],
    ['a consent', { type: 'optin' }, ''],
  ])('of %s', (_, content, text) => {
    expect(plainText(content)).toBe(text);
  });
});

describe('masked', () => {
  it.each<[string, Content]>([
    ['a text', { type: 'text', text: 'Your code is 4711', subject: '4711', buttons: [] }],
    ['a template', { type: 'template', template: { ...use, body: '4711', bodyValues: ['4711'] } }],
    ['a file', { type: 'image', media: { link: 'https://x.example/4711', caption: '4711' } }],
    ['a place', { type: 'location', location: { latitude: '4711', longitude: '0' } }],
    ['a card', { type: 'contacts', cards: [{ name: { formatted_name: '4711' } }] }],
    ['a pressed button', { type: 'text', text: '4711', press: { code: '4711', label: '4711' } }],
  ])('hides everything of %s but its type', (_, content) => {
    expect(masked(content)).toEqual({ type: content.type, text: maskedText });
    expect(plainText(masked(content))).toBe('*****');
  });

  it('leaves the content itself alone', () => {
    const content: Content = { type: 'text', text: 'Your code is 4711' };
    masked(content);
    expect(content.text).toBe('Your code is 4711');
  });
});

describe('a heading and a footer, where they cannot stand apart', () => {
  it('are part of the text, or of what stands below a file', () => {
    const around = { heading: 'Order 7', footer: 'Corner Shop' };
    const told = 'Order 7\n\nIt is ready.\n\nCorner Shop';
    expect(withoutFrame({ type: 'text', text: 'It is ready.', ...around })).toEqual({
      type: 'text',
      text: told,
    });
    const media = { link: 'https://x.example/a', caption: 'It is ready.' };
    expect(withoutFrame({ type: 'image', media, ...around })).toEqual({
      type: 'image',
      media: { ...media, caption: told },
    });
    expect(plainText({ type: 'text', text: 'It is ready.', ...around })).toBe(told);
  });

  it('are not missed where there are none', () => {
    const content: Content = { type: 'text', text: 'It is ready.' };
    expect(withoutFrame(content)).toBe(content);
  });
});
