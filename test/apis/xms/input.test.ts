import { describe, expect, test } from 'vitest';
import { reader } from '../../../src/apis/xms/input.ts';
import { ContactInfoUpdate } from '../../../src/apis/xms/schemas/inbound.ts';
import {
  also,
  anything,
  dto,
  flag,
  free,
  list,
  long,
  oneOf,
  text,
  yes,
} from '../../../src/apis/xms/schemas/kit.ts';
import { OutBoundMsg } from '../../../src/apis/xms/schemas/outbound.ts';
import { Problem } from '../../../src/model/problem.ts';

const Body = dto('Body', {
  name: text(),
  inner: dto('Inner', { id: text(), when: long() }),
  tags: list(text()),
  mask: flag(),
  kind: oneOf(['A', 'B']),
  data: free(),
  value: anything(),
  extra: also(text()),
});
const read = reader(Body, { dto: 'Body' });

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('what callers send is taken as they mean it', () => {
  test('a number or a boolean for a text is its text, without exponent', () => {
    expect(read({ name: 919988776655 }).name).toBe('919988776655');
    expect(read({ name: true }).name).toBe('true');
    expect(read({ name: 0.0000001 }).name).toBe('0.0000001');
    expect(read({ name: 12.5 }).name).toBe('12.5');
    expect(read({ inner: { id: 7 }, tags: [1, 'b', false] })).toEqual({
      inner: { id: '7' },
      tags: ['1', 'b', 'false'],
    });
  });

  test('an integer too large to be exact is refused rather than rounded', () => {
    const problem = problemOf(() => read({ inner: { id: 2 ** 60 } }));
    expect(problem.kind).toBe('invalid');
    expect(problem.details).toMatchObject([{ field: 'inner.id', code: 'INEXACT_NUMBER' }]);
  });

  test('an object or a list for a text is refused by its dotted name', () => {
    expect(problemOf(() => read({ inner: { id: {} } })).details).toMatchObject([{ field: 'inner.id' }]);
    expect(problemOf(() => read({ tags: ['a', []] })).details).toMatchObject([{ field: 'tags[1]' }]);
    expect(problemOf(() => read({ inner: [] })).details).toMatchObject([
      { field: 'inner', code: 'NOT_AN_OBJECT' },
    ]);
    expect(problemOf(() => read([])).kind).toBe('invalid');
  });

  test('all that is wrong is told at once', () => {
    const { details } = problemOf(() => read({ name: {}, inner: { when: 'soon' }, kind: 'C', mask: 7 }));
    expect(details.map(({ field }) => field)).toEqual(['name', 'inner.when', 'mask', 'kind']);
    expect(details[3]?.possibleValues).toEqual(['A', 'B']);
  });

  test('null is absent at any depth, and content inside of free values', () => {
    expect(read({ name: null, inner: { id: null }, tags: [null, 'a'], data: null })).toEqual({
      inner: {},
      tags: ['a'],
    });
    expect(read({ data: { a: null }, value: null })).toEqual({ data: { a: null }, value: null });
    const info = reader(ContactInfoUpdate, { dto: 'ContactInfoUpdate' });
    expect(info({ labels: [{ key: 'k', value: null, name: null }] }).labels).toEqual([
      { key: 'k', value: null },
    ]);
  });

  test('what is not known is left aside', () => {
    expect(read({ name: 'a', headers: {}, inner: { note: 1 } })).toEqual({ name: 'a', inner: {} });
    expect(read(JSON.parse('{"constructor":{"prototype":1},"toString":"x"}'))).toEqual({});
  });

  test('flags are read from their text, wishes of a query from anything', () => {
    expect(read({ mask: 'true' }).mask).toBe(true);
    const query = reader(dto('Query', { wish: yes('') }), { dto: 'query' });
    for (const wish of ['true', '1', 'yes', 'YES', 'True']) expect(query({ wish })).toEqual({ wish: true });
    for (const wish of ['', '0', 'on', ['true', 'false']]) expect(query({ wish })).toEqual({ wish: false });
  });

  test('what an operation needs is missed by name', () => {
    const needy = reader(Body, { dto: 'Body', required: ['name'], anyOf: ['data', 'tags'] });
    const problem = problemOf(() => needy({ name: null }));
    expect(problem.kind).toBe('missing');
    expect(problem.details.map(({ field }) => field)).toEqual(['name', 'data']);
    expect(needy({ name: '', tags: [] })).toEqual({ name: '', tags: [] });
    expect(problemOf(() => needy(undefined)).kind).toBe('missing');
  });

  test('a plain text or number among the buttons is a label', () => {
    const send = reader(OutBoundMsg, { dto: 'OutBoundMsg' });
    expect(send({ options: { buttons: ['Yes', 2, { label: 'No' }] } }).options?.buttons).toEqual([
      { label: 'Yes' },
      { label: '2' },
      { label: 'No' },
    ]);
    expect(problemOf(() => send({ options: { buttons: [[]] } })).details).toMatchObject([
      { field: 'options.buttons[0]' },
    ]);
  });
});
