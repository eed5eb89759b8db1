import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodersOf } from '../../src/store/array-parameters.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { serverUrl } from '../database.ts';

let db: Database;
beforeAll(() => {
  db = openDatabase(serverUrl(), { max: 1 });
});
afterAll(() => db.close());

/** What PostgreSQL took an array for, as text, and whether it went there in the binary form. */
async function told(type: string, values: unknown[]): Promise<{ text: (string | null)[]; binary: boolean }> {
  const text = `select array(select case when v is null then null else v::text end from unnest($1::${type}[]) v) as v`;
  const encoders = encodersOf(text)!;
  const [row] = await db.run<{ v: (string | null)[] }>({ name: `told.${type}`, text, encoders }, [values]);
  return { text: row!.v, binary: Buffer.isBuffer(encoders.get(0)!(values)) };
}

describe('an array goes to the database as it is', () => {
  it.each<[string, unknown[], (string | null)[]]>([
    ['text', [], []],
    ['text', ['a', null, '', 'NULL', undefined], ['a', null, '', 'NULL', null]],
    [
      'text',
      ['"quoted"', 'back\\slash', '{a,b}', 'مرحبا 👋'],
      ['"quoted"', 'back\\slash', '{a,b}', 'مرحبا 👋'],
    ],
    ['int', [0, -1, 2_147_483_647, -2_147_483_648], ['0', '-1', '2147483647', '-2147483648']],
    [
      'bigint',
      [0, -1, 2 ** 40, -(2 ** 40), Number.MAX_SAFE_INTEGER],
      ['0', '-1', '1099511627776', '-1099511627776', '9007199254740991'],
    ],
    ['float', [0.1, -2.5, 1e300], ['0.1', '-2.5', '1e+300']],
    ['boolean', [true, null, false], ['true', null, 'false']],
    ['bytea', [Buffer.from([0, 255]), Buffer.alloc(0)], ['\\x00ff', '\\x']],
    ['jsonb', ['{"a": "\\"é"}', 'null', '[1]'], ['{"a": "\\"é"}', 'null', '[1]']],
    [
      'timestamptz',
      [0, Date.UTC(2026, 10, 28, 20, 15, 9, 123), -1],
      ['1970-01-01 00:00:00+00', '2026-11-28 20:15:09.123+00', '1969-12-31 23:59:59.999+00'],
    ],
  ])('of %s: %j', async (type, values, text) => {
    expect(await told(type, values)).toEqual({ text, binary: true });
  });

  it('however long it is', async () => {
    const long = ['x'.repeat(200_000), '', 'ü'.repeat(100_000)];
    expect((await told('text', long)).text).toEqual(long);
  });
});

describe('what has no binary form goes as text', () => {
  it('a date in words, and those beside it', async () => {
    const { text, binary } = await told('timestamptz', ['2026-11-28T20:15:09Z', 'infinity', 1500, null]);
    const words = ['2026-11-28 20:15:09+00', 'infinity', '1970-01-01 00:00:01.5+00', null];
    expect({ text, binary }).toEqual({ text: words, binary: false });
  });

  it('and what the type does not hold is refused by the database', async () => {
    await expect(told('int', [2 ** 31])).rejects.toMatchObject({ code: '22003' });
    await expect(told('int', [0.5])).rejects.toMatchObject({ code: '22P02' });
    await expect(told('text', ['a\0b'])).rejects.toMatchObject({ code: '22021' });
    await expect(told('jsonb', ['{'])).rejects.toMatchObject({ code: '22P02' });
  });
});

it('one that cannot be sent takes the whole transaction back', async () => {
  await db.run({ name: 'table', text: 'create temporary table kept (n int)' }, []);
  const text = 'select $1::timestamptz[]';
  const last = { name: 'too late', text, encoders: encodersOf(text) };
  const work = db.transaction(async (tx) => {
    await tx.run({ name: 'keep', text: 'insert into kept values (1)' }, []);
    return tx.runLast(last, [[9e15]]);
  });
  await expect(work).rejects.toThrow(RangeError);
  expect(await db.run({ name: 'kept', text: 'select n from kept' }, [])).toEqual([]);
});

it('takes no parameter that is cast as something else for an array', () => {
  expect(encodersOf('select $1::text, $2::int')).toBeUndefined();
  expect([...encodersOf('select $1::text, any($12::text[])')!.keys()]).toEqual([11]);
});
