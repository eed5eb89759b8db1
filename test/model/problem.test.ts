import { describe, expect, it } from 'vitest';
import { invalid, missing, notFound, Problem } from '../../src/model/problem.ts';

describe('a problem', () => {
  it.each([
    [
      'a field with a value that cannot be',
      invalid('lang', 'This is no language', { code: 'BAD_LANG', value: 'xx-', possibleValues: ['en'] }),
      'invalid',
      {
        field: 'lang',
        code: 'BAD_LANG',
        value: 'xx-',
        possibleValues: ['en'],
        message: 'This is no language',
      },
    ],
    [
      'a field that is needed',
      missing('to.phone'),
      'missing',
      { field: 'to.phone', code: 'REQUIRED', message: 'to.phone is required' },
    ],
    [
      'a field that is needed, in other words',
      missing('to', 'to needs a phone'),
      'missing',
      { field: 'to', code: 'REQUIRED', message: 'to needs a phone' },
    ],
    [
      'a thing that does not exist here',
      notFound('sessionId', 'SESSION_NOT_FOUND', 'There is no such session'),
      'notFound',
      { field: 'sessionId', code: 'SESSION_NOT_FOUND', message: 'There is no such session' },
    ],
    [
      'something that can be waited out',
      new Problem('tooMany', 'Slow down', { retryAfterSeconds: 3 }),
      'tooMany',
      { retryAfterSeconds: 3, message: 'Slow down' },
    ],
    [
      'something without a field',
      new Problem('unauthorized', 'No key'),
      'unauthorized',
      { message: 'No key' },
    ],
  ])('tells of %s', (_, problem, kind, detail) => {
    expect(problem).toBeInstanceOf(Error);
    expect(problem.kind).toBe(kind);
    expect(problem.message).toBe(detail.message);
    expect(problem.details).toEqual([detail]);
  });

  it('tells of several fields at once', () => {
    const details = [
      { field: 'a', message: 'a is required' },
      { field: 'b', message: 'b must be a number' },
    ];
    expect(new Problem('invalid', 'Two fields are wrong', details).details).toEqual(details);
  });
});
