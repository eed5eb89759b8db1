import { describe, expect, it } from 'vitest';
import { checkContent } from '../../src/model/content.ts';
import { type Content, mediaTypes, outboundTypes } from '../../src/model/message.ts';
import { Problem } from '../../src/model/problem.ts';

const link = 'https://files.example/a.png';
const place = { latitude: '24.7136', longitude: '46.6753' };
const text = (buttons: NonNullable<Content['buttons']>): Content => ({
  type: 'text',
  text: 'Well?',
  buttons,
});

/** The problem that the check tells; undefined when the content is good. */
function problemOf(content: Content): Problem | undefined {
  try {
    checkContent(content);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

describe('checkContent lets pass', () => {
  it.each<[string, Content]>([
    ['a text', { type: 'text', text: 'Hello' }],
    ['a text with a subject', { type: 'text', text: 'Hello', subject: 'Your order – طلبك' }],
    ['HTML alone', { type: 'text', html: '<p>Hello' }],
    [
      'a text with files',
      {
        type: 'text',
        text: 'Hello',
        attachments: [
          { type: 'image', link, cid: 'a.png@shop' },
          { type: 'document', id: 'ours' },
        ],
      },
    ],
    ['a line for the log', { type: 'system', text: 'noted' }],
    ['a consent', { type: 'optin' }],
    ['a refusal', { type: 'optout' }],
    ['a place', { type: 'location', location: place }],
    [
      'a place at the edge of the world',
      { type: 'location', location: { latitude: '-90', longitude: '180.0' } },
    ],
    ['a place on both axes', { type: 'location', location: { latitude: '0', longitude: '+1e-7' } }],
    ['a reaction taken back', { type: 'reaction', reaction: { emoji: '', messageIdExt: 'm' } }],
    ['contact cards', { type: 'contacts', cards: [{ name: { formatted_name: 'Asha' } }] }],
    ['a file of ours', { type: 'image', media: { id: 'ours' } }],
    ['an address in capitals', { type: 'image', media: { link: 'HTTPS://files.example/a.png' } }],
    ['a choice', text([{ type: 'QUICK_REPLY', code: 'y', label: 'Yes' }])],
    ['a link', text([{ type: 'URL', code: 'u', label: 'See', url: link }])],
    ['a number to call', text([{ type: 'PHONE_NUMBER', code: 'p', label: 'Call', phone: '+966500000000' }])],
    // A request for a place needs nothing else.
    ['a request for a place', text([{ type: 'LOCATION_REQUEST', code: '', label: '' }])],
    ['a template', { type: 'template', template: { id: 'i', code: 'c', lang: 'en', body: 'Hello' } }],
  ])('%s', (_, content) => {
    expect(problemOf(content)).toBeUndefined();
  });

  it.each(mediaTypes)('%s at an address', (type) => {
    expect(problemOf({ type, media: { link, caption: 'A file' } })).toBeUndefined();
  });
});

describe('checkContent tells what is missing', () => {
  it.each<[string, Content]>([
    ['text.body', { type: 'text' }],
    ['text.body', { type: 'text', text: '' }],
    ['text.body', { type: 'system' }],
    ['image', { type: 'image' }],
    ['voice', { type: 'voice', text: 'no file' }],
    ['video.link', { type: 'video', media: {} }],
    ['document.link', { type: 'document', media: { link: '', filename: 'a.pdf' } }],
    ['location', { type: 'location' }],
    ['location.latitude', { type: 'location', location: { ...place, latitude: '' } }],
    ['location.longitude', { type: 'location', location: { ...place, longitude: '' } }],
    ['contacts', { type: 'contacts' }],
    ['contacts', { type: 'contacts', cards: [] }],
    ['template', { type: 'template' }],
    ['reaction', { type: 'reaction' }],
    ['options.buttons[0].label', text([{ type: 'QUICK_REPLY', code: 'y', label: '' }])],
    ['options.buttons[0].url', text([{ type: 'URL', code: 'u', label: 'See' }])],
    [
      'options.buttons[1].phone',
      text([
        { type: 'QUICK_REPLY', code: 'y', label: 'Yes' },
        { type: 'PHONE_NUMBER', code: 'p', label: 'Call', phone: '' },
      ]),
    ],
  ])('%s', (field, content) => {
    expect(problemOf(content)).toMatchObject({
      kind: 'missing',
      details: [{ field, code: 'REQUIRED', message: `${field} is required` }],
    });
  });
});

describe('checkContent tells what cannot be', () => {
  const header = (to: string): Content => ({
    type: 'template',
    template: { id: 'i', code: 'c', lang: 'en', body: 'Hello', media: { type: 'image', link: to } },
  });
  const at = (latitude: string, longitude = '0'): Content => ({
    type: 'location',
    location: { latitude, longitude },
  });

  it.each<[string, string, unknown, Content]>([
    [
      'image.link',
      'BAD_URL',
      'ftp://files.example/a',
      { type: 'image', media: { link: 'ftp://files.example/a' } },
    ],
    ['audio.link', 'BAD_URL', 'a.mp3', { type: 'audio', media: { link: 'a.mp3' } }],
    ['sticker.link', 'BAD_URL', 'https://', { type: 'sticker', media: { link: 'https://' } }],
    ['image.link', 'BAD_URL', 'file:///etc/passwd', header('file:///etc/passwd')],
    ['location.latitude', 'BAD_DEGREES', '90.1', at('90.1')],
    ['location.latitude', 'BAD_DEGREES', '-91', at('-91')],
    ['location.latitude', 'BAD_DEGREES', 'north', at('north')],
    ['location.latitude', 'BAD_DEGREES', ' ', at(' ')],
    ['location.latitude', 'BAD_DEGREES', '0x10', at('0x10')],
    ['location.latitude', 'BAD_DEGREES', 'NaN', at('NaN')],
    ['location.longitude', 'BAD_DEGREES', '180.5', at('0', '180.5')],
    ['location.longitude', 'BAD_DEGREES', '-Infinity', at('0', '-Infinity')],
  ])('in %s: %s of %j', (field, code, value, content) => {
    expect(problemOf(content)).toMatchObject({ kind: 'invalid', details: [{ field, code, value }] });
  });

  it.each(['unsupported', 'carrier pigeon'])('a message of type %s', (type) => {
    expect(problemOf({ type } as Content)).toMatchObject({
      kind: 'invalid',
      details: [{ field: 'type', code: 'UNKNOWN_TYPE', value: type, possibleValues: outboundTypes }],
    });
  });
});
