import { describe, expect, it } from 'vitest';
import { renderFor } from '../../src/channels/fallback.ts';
import { channels } from '../../src/channels/index.ts';
import { readBack } from '../../src/channels/read-back.ts';
import { smsCarries } from '../../src/channels/sms.ts';
import type { Content, Location } from '../../src/model/message.ts';

const text = (said: string): Content => ({ type: 'text', text: said });
const back = (said: string) => readBack(text(said), smsCarries);
const card = 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Amina\r\nTEL;TYPE=CELL:+966500000001\r\nEND:VCARD';

/** Those that show a place as text, and hear what people write. */
const asText = channels.filter(({ carries: { out }, devices }) => out.location === 'fallback' && !devices);

describe.each(asText.map((channel) => [channel.types[0]!, channel] as const))(
  'a place that %s carried as text',
  (_, { carries }) => {
    it.each<[what: string, location: Location]>([
      ['of a name', { latitude: '24.7136', longitude: '46.6753', name: 'Shop' }],
      ['without one', { latitude: '-33.86', longitude: '151.2' }],
    ])('is a place again: %s', (_what, location) => {
      const said = renderFor({ type: 'location', location }, carries);
      expect(said.type).toBe('text');
      expect(readBack(text(said.text!), carries)).toEqual({ type: 'location', location });
    });
  },
);

describe('a text that a person wrote', () => {
  it('is a place where it is nothing but what we write for one, whatever ends its lines', () => {
    expect(back('Shop, 1 Road\r\nhttps://maps.google.com/?q=24.7,46.6\r\n')).toEqual({
      type: 'location',
      location: { latitude: '24.7', longitude: '46.6', name: 'Shop, 1 Road' },
    });
  });

  it('is contact cards where it is nothing but vCards', () => {
    const one = { name: { formatted_name: 'Amina' }, phones: [{ phone: '+966500000001', type: 'CELL' }] };
    expect(back(card)).toEqual({ type: 'contacts', cards: [one] });
    expect(back(`${card}\r\n\r\n${card}\n`)).toEqual({ type: 'contacts', cards: [one, one] });
  });

  it.each([
    ['a link among words', 'We are at https://maps.google.com/?q=24.7,46.6'],
    ['words below it', 'https://maps.google.com/?q=24.7,46.6\nSee you'],
    ['two lines above it', 'Hello\nShop\nhttps://maps.google.com/?q=24.7,46.6'],
    ['more in the link', 'https://maps.google.com/?q=24.7,46.6&z=12'],
    ['a link to another map', 'https://www.openstreetmap.org/?mlat=24.7&mlon=46.6'],
    ['a search', 'https://maps.google.com/?q=coffee'],
    ['a place on no globe', 'https://maps.google.com/?q=95.1,46.6'],
    ['a card with words before it', `My card:\n${card}`],
    ['a card with words behind it', `${card}\nCall me`],
    ['a card without an end', 'BEGIN:VCARD\nFN:Amina'],
    ['a card that says nothing', 'BEGIN:VCARD\nEND:VCARD'],
    ['nothing', ''],
  ])('stays what it is: %s', (_, said) => {
    expect(back(said)).toEqual(text(said));
  });

  it('stays what it is where the channel knows places and cards, or where it is an answer', () => {
    const link = 'https://maps.google.com/?q=24.7,46.6';
    const native = { out: { text: 'native', location: 'native', contacts: 'native' } } as const;
    expect(readBack(text(link), native)).toEqual(text(link));
    expect(readBack(text(card), native)).toEqual(text(card));
    const pressed: Content = { ...text(link), press: { code: 'y', label: link } };
    expect(readBack(pressed, smsCarries)).toEqual(pressed);
  });
});
