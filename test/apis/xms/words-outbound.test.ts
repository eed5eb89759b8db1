import { describe, expect, test } from 'vitest';
import { sendRequestOf } from '../../../src/apis/xms/words-outbound.ts';
import { Problem } from '../../../src/model/problem.ts';

const to = { contactId: 'wa919988776655_918828218374' };
const contentOf = (message: Record<string, unknown>) => sendRequestOf({ to, ...message }).content;

function faultOf(message: Record<string, unknown>) {
  try {
    contentOf(message);
  } catch (error) {
    if (error instanceof Problem) return { kind: error.kind, ...error.details[0] };
    throw error;
  }
  throw new Error('nothing was refused');
}

const link = 'https://files.example/a.png';

describe('a message to send, in our words', () => {
  test('has the type of the first block in the documented order', () => {
    const all = {
      text: { body: 'Hello' },
      image: { link },
      location: { latitude: '1', longitude: '2' },
      contacts: [],
      video: { link },
      voice: { link },
    };
    expect(contentOf(all).type).toBe('image');
    expect(contentOf({ ...all, image: undefined }).type).toBe('location');
    expect(contentOf({ ...all, template: { code: 'A' } }).type).toBe('template');
    expect(contentOf({ voice: { link }, text: { body: 'Hi' } }).type).toBe('text');
    expect(contentOf({ voice: { link } })).toEqual({ type: 'voice', media: { link } });
  });

  test('needs the block of the type that it names', () => {
    expect(faultOf({ type: 'image', text: { body: 'a' } })).toMatchObject({
      kind: 'missing',
      field: 'image',
    });
    expect(faultOf({ type: 'text', text: {} })).toMatchObject({ kind: 'missing', field: 'text.body' });
    expect(faultOf({ type: 'location', location: { latitude: '1' } })).toMatchObject({
      field: 'location.longitude',
    });
    expect(faultOf({ type: 'template' })).toMatchObject({ kind: 'missing', field: 'template' });
    expect(faultOf({})).toMatchObject({ kind: 'missing', field: 'type' });
  });

  test('of a type that guides know and the page does not is refused with the possible ones', () => {
    for (const type of ['push', 'activity', 'nonsense']) {
      const fault = faultOf({ type, text: { body: 'a' } });
      expect(fault).toMatchObject({ kind: 'invalid', field: 'type', value: type });
      expect(fault.possibleValues).toContain('template');
    }
    expect(contentOf({ type: 'TEXT', text: { body: 'a' } }).type).toBe('text');
  });

  test('keeps media beside a template as its header', () => {
    const { content, template } = sendRequestOf({
      to,
      template: { code: 'INVOICE', data: { amount: 10 } },
      document: { link, filename: 'a.pdf' },
    });
    expect(content).toEqual({
      type: 'template',
      headerMedia: { type: 'document', link, filename: 'a.pdf' },
    });
    expect(template).toEqual({ code: 'INVOICE', data: { amount: 10 } });
  });

  test('takes the subject of the text before the one beside it', () => {
    expect(contentOf({ text: { body: 'a', subject: 'In' }, subject: 'Out' }).subject).toBe('In');
    expect(contentOf({ text: { body: 'a' }, subject: 'Out' }).subject).toBe('Out');
  });

  test('leaves contacts aside unless they are what is sent', () => {
    const contacts = [{ name: { formatted_name: 'Ann' } }];
    expect(contentOf({ text: { body: 'a' }, contacts })).toEqual({ type: 'text', text: 'a' });
    expect(contentOf({ contacts })).toEqual({ type: 'contacts', cards: contacts });
  });

  test('needs no content to change a consent', () => {
    expect(contentOf({ type: 'optout' })).toEqual({ type: 'optout' });
    expect(contentOf({ type: 'optin', text: { body: 'a' } })).toEqual({ type: 'optin' });
    expect(contentOf({ type: 'system', text: { body: 'noted' } })).toEqual({ type: 'system', text: 'noted' });
  });

  test('has buttons of every spelling', () => {
    const buttons = [
      { label: 'Yes' },
      { code: 'N', text: 'No' },
      { type: 'URL', label: 'Shop', url: 'https://shop.example' },
      { type: 'LOCATION_REQUEST' },
    ];
    expect(contentOf({ text: { body: 'a' }, options: { buttons } }).buttons).toEqual([
      { type: 'QUICK_REPLY', code: 'Yes', label: 'Yes' },
      { type: 'QUICK_REPLY', code: 'N', label: 'No' },
      { type: 'URL', code: 'Shop', label: 'Shop', url: 'https://shop.example' },
      { type: 'LOCATION_REQUEST', code: '', label: '' },
    ]);
    expect(
      faultOf({ text: { body: 'a' }, options: { buttons: [{ label: 'a' }, { type: 'FLY' }] } }),
    ).toMatchObject({
      field: 'options.buttons[1].type',
      possibleValues: ['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'LOCATION_REQUEST'],
    });
  });
});
