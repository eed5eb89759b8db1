import { describe, expect, it } from 'vitest';
import { consentOf, measureSms, phoneOf } from '../../src/channels/sms.ts';
import { encodingOf, gsmCodes, gsmText, smsText } from '../../src/channels/sms-text.ts';

const lengths = (text: string) => smsText(text).parts.map((part) => part.length);

describe('a text of SMS', () => {
  it.each([
    ['a'.repeat(160), 'GSM-7', [160]],
    ['a'.repeat(161), 'GSM-7', [153, 8]],
    // An extension takes two septets, and is never split.
    ['€'.repeat(80), 'GSM-7', [80]],
    ['€'.repeat(81), 'GSM-7', [76, 5]],
    [`${'a'.repeat(152)}€${'b'.repeat(10)}`, 'GSM-7', [152, 11]],
    ['مرحبا '.repeat(11), 'UCS-2', [66]],
    ['م'.repeat(71), 'UCS-2', [67, 4]],
    // Two UTF-16 units each; a pair is never split.
    ['😀'.repeat(35), 'UCS-2', [70]],
    ['😀'.repeat(36), 'UCS-2', [66, 6]],
    ['', 'GSM-7', [0]],
  ])('%s', (text, encoding, parts) => {
    const split = smsText(text);
    expect(split.encoding).toBe(encoding);
    expect(lengths(text)).toEqual(parts);
    expect(split.parts.join('')).toBe(text);
  });

  it('has the whole alphabet of GSM 03.38', () => {
    const all =
      '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€';
    expect(gsmText(Uint8Array.from(gsmCodes(all)!))).toBe(all);
    expect(gsmCodes('@Δ¡¿à€')).toEqual([0x00, 0x10, 0x40, 0x60, 0x7f, 0x1b, 0x65]);
    expect(gsmCodes('ç')).toBeUndefined();
    expect([encodingOf('ç'), encodingOf('ç', 'Latin-1'), encodingOf('ا', 'Latin-1')]).toEqual([
      'UCS-2',
      'Latin-1',
      'UCS-2',
    ]);
    // An extension that is not known reads as the basic character; one that is cut off as nothing.
    expect(gsmText(Uint8Array.from([0x1b, 0x41, 0x1b]))).toBe('A');
  });

  it('is counted as it goes out', () => {
    expect(measureSms({ type: 'text', text: 'Hello €' })).toEqual({
      encoding: 'GSM-7',
      segments: 1,
      units: 8,
      perSegment: 160,
      left: 152,
    });
    expect(measureSms({ type: 'text', text: 'أهلا'.repeat(50) })).toEqual({
      encoding: 'UCS-2',
      segments: 3,
      units: 200,
      perSegment: 67,
      left: 1,
    });
    // Each of the first two is one short of full: no surrogate pair is split.
    expect(measureSms({ type: 'text', text: '🙂'.repeat(68) })).toMatchObject({
      segments: 3,
      units: 136,
      left: 63,
    });
  });
});

describe('words of goodbye', () => {
  const words = { stopWords: ['STOP', 'إيقاف'], startWords: ['START'] };
  const kindOf = (text: string) =>
    consentOf({ csid: '1', timestamp: 1, content: { type: 'text', text } }, words)[0]?.kind;

  it.each([
    ['STOP', 'optout'],
    [' stop. ', 'optout'],
    ['"Stop"', 'optout'],
    ['إيقاف', 'optout'],
    ['start!', 'optin'],
    ['stop it now', undefined],
    ['', undefined],
    ['...', undefined],
  ])('%s', (text, kind) => expect(kindOf(text)).toBe(kind));
});

it('knows a number in its spellings', () => {
  expect(['+966 50 000-0001', '00966500000001', '966500000001'].map(phoneOf)).toEqual(
    Array(3).fill('966500000001'),
  );
  expect([undefined, '', 'Shop', '12'].map(phoneOf)).toEqual(Array(4).fill(undefined));
});
