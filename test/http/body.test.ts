import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/http-body.ts';
import { Problem } from '../../src/model/problem.ts';
import { refusedBodies } from './bodies.ts';

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

  test('takes 32 levels', () => {
    expect(parse('['.repeat(32) + ']'.repeat(32))).toBeDefined();
  });

  test('brackets and quotes inside of strings are text', () => {
    const deep = '[{'.repeat(50);
    expect(parse(JSON.stringify({ text: `${deep}"\\` }))).toEqual({ text: `${deep}"\\` });
  });

  test.each(refusedBodies)('refuses %s', (_, body, code) => {
    expect(codeOf(() => parseJson(Buffer.from(body)))).toBe(code);
  });

  test('takes what only looks like it', () => {
    expect(parse('{"a":1e3,"b":"1e400"}')).toEqual({ a: 1000, b: '1e400' });
    expect(parse('{"a":"__proto__"}')).toEqual({ a: '__proto__' });
    expect(parse('{"a":"\\ud83d\\ude00"}')).toEqual({ a: '😀' });
  });

  test('an empty body is left to the surface', () => {
    expect(codeOf(() => parse(''))).toBe('BAD_JSON');
  });

  test('a megabyte of digits and of strings is read at once', () => {
    const began = performance.now();
    parse(`[${'12345678,'.repeat(110_000)}1]`);
    parse(`[${`${'9'.repeat(308)},`.repeat(3_000)}1]`);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
