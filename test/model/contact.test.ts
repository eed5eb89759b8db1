import { describe, expect, it } from 'vitest';
import {
  type ContactType,
  contactIdBeginning,
  contactIdOf,
  contactIdReadings,
  contactTypes,
  normalLang,
  phoneDigits,
} from '../../src/model/contact.ts';

describe('contactIdOf', () => {
  it.each<[ContactType, string, string, string]>([
    ['WHATSAPP', '919988776655', '918828218374', 'wa919988776655_918828218374'],
    ['WEBSITE', 'g17', 'mysite', 'webg17_mysite'],
    ['EMAIL', 'asha@example.com', 'shop', 'emailasha@example.com_shop'],
    ['DUMMY', '966500000000', 'sandbox', 'dummy966500000000_sandbox'],
    // What screens and bots cannot carry in paths and keys.
    ['OA', 'a/b c', 'x/y', 'oaa=2f.b=20.c_x=2f.y'],
    ['OA', '\u0000\n\u00a0', 'l', 'oa=00.=0a.=a0._l'],
    ['OA', 'a=2f.b', 'l', 'oaa=3d.2f.b_l'],
    ['OA', 'ünï-😀', 'l', 'oaünï-😀_l'],
    // What stands between address and lane.
    ['OA', 'x_1', '2', 'oax=5f.1_2'],
    ['OA', 'x', '1_2', 'oax_1=5f.2'],
  ])('of %s %j on %j is %j', (type, csid, lane, id) => {
    expect(contactIdOf(type, csid, lane)).toBe(id);
  });

  it('is another one for every address, and holds nothing that a path or a key cannot carry', () => {
    const parts = [
      'a',
      'a/',
      'a=',
      'a=2f.',
      'a=3d.2f.',
      '/a',
      ' a',
      'a ',
      'a\t',
      'a\u0085',
      '=',
      '==',
      '=.',
      '2f.',
      'a_1',
      'a_',
      '_',
      'a=5f.',
    ];
    const lanes = ['1', '1/', '1=2f.', ' 1', '1_1', '_1', '1=5f.'];
    const ids = Object.keys(contactTypes).flatMap((type) =>
      parts.flatMap((csid) => lanes.map((lane) => contactIdOf(type as ContactType, csid, lane))),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => /[/\s\p{Cc}]/u.test(id))).toEqual([]);
  });

  it('has a prefix for every type, none of which begins another', () => {
    const prefixes = Object.values(contactTypes);
    for (const one of prefixes)
      expect(
        prefixes.filter((other) => other.startsWith(one)),
        one,
      ).toEqual([one]);
  });
});

describe('contactIdReadings', () => {
  it.each([
    ['wa9199_9188', ['wa9199_9188']],
    ['wa9199', ['wa9199']],
    ['oax_1_2', ['oax_1_2', 'oax_1=5f.2', 'oax=5f.1_2']],
    ['_'.repeat(17), ['_'.repeat(17)]],
  ])('of %j are %j', (given, readings) => {
    expect(contactIdReadings(given)).toEqual(readings);
  });

  it('hold the id of every address and lane that the given one was put together of', () => {
    for (const [csid, lane] of [
      ['a_b', '1'],
      ['a', 'b_1'],
      ['_a_', '_1_'],
    ] as const)
      expect(contactIdReadings(`oa${csid}_${lane}`)).toContain(contactIdOf('OA', csid, lane));
  });
});

describe('contactIdBeginning (decision D19)', () => {
  const typeOf = (word: string): ContactType | undefined =>
    (({ wa360: 'WHATSAPP', wacfb: 'WHATSAPP', ours: 'EMAIL' }) as Record<string, ContactType>)[word];

  it.each([
    ['wa360:919988776655', 'wa919988776655_'],
    ['wacfb:919988776655', 'wa919988776655_'],
    ['ours:a/b', 'emaila=2f.b_'],
    ['ours:a:b', 'emaila:b_'],
    ['wa919988776655', 'wa919988776655_'],
    ['1234567', '1234567_'],
    // Of no type that there is: taken as it stands.
    ['pigeon:12', 'pigeon:12_'],
    [':12', ':12_'],
    ['ours:a_b', 'emaila=5f.b_'],
    ['oaa_b', 'oaa=5f.b_'],
  ])('of %j is %j', (given, beginning) => {
    expect(contactIdBeginning(given, typeOf)).toBe(beginning);
  });

  it('begins the id of the contact that is meant, and not that of a longer address', () => {
    const beginning = contactIdBeginning('wa360:9199', typeOf);
    expect(contactIdOf('WHATSAPP', '9199', '1').startsWith(beginning)).toBe(true);
    expect(contactIdOf('WHATSAPP', '91998', '1').startsWith(beginning)).toBe(false);
  });
});

describe('phoneDigits (decision D33)', () => {
  it.each([
    ['+91 99887 76655', '919988776655'],
    ['919988776655', '919988776655'],
    ['00919988776655', '919988776655'],
    ['+91-(998)-877.6655', '919988776655'],
    ['\u200e+91\u00a099887\u201176655\u202c', '919988776655'],
    ['＋９１９９８８７７６６５５', '919988776655'],
    ['0998877', '0998877'],
    ['', ''],
    ['none', ''],
  ])('of %j are %j', (phone, digits) => {
    expect(phoneDigits(phone)).toBe(digits);
  });
});

describe('normalLang', () => {
  it.each([
    ['en', 'en'],
    ['EN', 'en'],
    ['en_US', 'en_US'],
    ['en-us', 'en_US'],
    [' En-uS ', 'en_US'],
    ['fil', 'fil'],
    ['es_419', 'es_419'],
    ['', undefined],
    ['e', undefined],
    ['english', undefined],
    ['en_', undefined],
    ['en_USA', undefined],
    ['en US', undefined],
    ['en_US_x', undefined],
    ['12', undefined],
    ['../en', undefined],
  ])('of %j is %j', (given, lang) => {
    expect(normalLang(given)).toBe(lang);
  });
});
