import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/http-body.ts';
import { Problem } from '../../src/model/problem.ts';

const parse = (text: string) => parseJson(Buffer.from(text));

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error.details[0]?.code;
    throw error;
  }
  return undefined;
}

describe('the one reading of bodies', () => {
  test('takes what JSON is, with or without a byte order mark', () => {
    expect(parse('{"a":[1,2.5,true,null,"é"]}')).toEqual({ a: [1, 2.5, true, null, 'é'] });
    expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  test('takes 32 levels and refuses 33', () => {
    expect(parse('['.repeat(32) + ']'.repeat(32))).toBeDefined();
    expect(codeOf(() => parse('['.repeat(33) + ']'.repeat(33)))).toBe('TOO_DEEP');
  });

  test('refuses a depth of 10,000 and a body of brackets alone without running out of stack', () => {
    expect(codeOf(() => parse(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`))).toBe('TOO_DEEP');
    expect(codeOf(() => parse('['.repeat(1_000_000)))).toBe('TOO_DEEP');
  });

  test('brackets and quotes inside of strings are text', () => {
    const deep = '[{'.repeat(50);
    expect(parse(JSON.stringify({ text: `${deep}"\\` }))).toEqual({ text: `${deep}"\\` });
  });

  test('refuses numbers that only fit as infinity', () => {
    expect(codeOf(() => parse('{"a":1e400}'))).toBe('BAD_NUMBER');
    expect(codeOf(() => parse('{"a":-1E+400}'))).toBe('BAD_NUMBER');
    expect(codeOf(() => parse(`{"a":${'9'.repeat(400)}}`))).toBe('BAD_NUMBER');
    expect(parse('{"a":1e3,"b":"1e400"}')).toEqual({ a: 1000, b: '1e400' });
  });

  test('refuses __proto__ as a key, however it is written, and not as text', () => {
    expect(codeOf(() => parse('{"__proto__":{"admin":true}}'))).toBe('BAD_KEY');
    expect(codeOf(() => parse('{"a":[{"\\u005f_proto__":1}]}'))).toBe('BAD_KEY');
    expect(parse('{"a":"__proto__"}')).toEqual({ a: '__proto__' });
  });

  test('refuses text that the store cannot keep: NUL, half a surrogate pair, no UTF-8', () => {
    expect(codeOf(() => parse('{"a":"\\u0000"}'))).toBe('BAD_TEXT');
    expect(codeOf(() => parse('{"a":"\\ud800"}'))).toBe('BAD_TEXT');
    expect(codeOf(() => parseJson(Buffer.from([0x22, 0xff, 0x22])))).toBe('BAD_ENCODING');
    expect(parse('{"a":"\\ud83d\\ude00"}')).toEqual({ a: '😀' });
  });

  test('refuses what is no JSON', () => {
    for (const text of ['', '{', "{'a':1}", '<xml/>', 'NaN', '[1,]', '"unfinished']) {
      expect(
        codeOf(() => parse(text)),
        text,
      ).toBe('BAD_JSON');
    }
  });

  test('a megabyte of digits and of strings is read at once', () => {
    const began = performance.now();
    parse(`[${'12345678,'.repeat(110_000)}1]`);
    parse(`[${`${'9'.repeat(308)},`.repeat(3_000)}1]`);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
