import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isUnavailable, openDatabase } from '../../src/store/database.ts';
import { serverUrl } from '../database.ts';

const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

async function failureAt(url: string): Promise<unknown> {
  const db = openDatabase(url);
  const error = await thrownBy(db.run({ name: 'one', text: 'select 1' }, []));
  await db.close();
  return error;
}

describe('the database counts as away', () => {
  it.each([
    ['its host has no address', 'postgres://database.invalid/x'],
    ['nobody listens there', 'postgres://127.0.0.1:9/x'],
    ['its socket is not there', 'postgres:///x?host=/nowhere'],
  ])('when %s', async (_, url) => {
    const error = await failureAt(url);
    expect(error).toBeInstanceOf(Error);
    expect(isUnavailable(error)).toBe(true);
  });

  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EAI_AGAIN'])('on %s', (code) => {
    expect(isUnavailable(Object.assign(new Error('connect'), { code }))).toBe(true);
  });
});

it('a file that is missing says nothing of the database', async () => {
  const error = await thrownBy(readFile('/nowhere/media'));
  expect(error).toMatchObject({ code: 'ENOENT' });
  expect(isUnavailable(error)).toBe(false);
});

describe('what waits for a commit', () => {
  const one = { name: 'one', text: 'select 1' };

  it('is called when it is there, before the transaction answers', async () => {
    const db = openDatabase(serverUrl());
    const heard: string[] = [];
    await db.transaction(async (tx) => {
      tx.committed(() => heard.push('committed'));
      await tx.run(one, []);
      heard.push('worked');
    });
    heard.push('answered');
    expect(heard).toEqual(['worked', 'committed', 'answered']);
    await db.close();
  });

  it('is called once when the transaction had to run again, and not when it is rolled back', async () => {
    const db = openDatabase(serverUrl());
    let [tries, heard] = [0, 0];
    const collide = { name: 'collide', text: `do $$ begin raise exception using errcode = '40P01'; end $$` };
    await db.transaction(async (tx) => {
      tx.committed(() => heard++);
      if (++tries === 1) await tx.run(collide, []);
    });
    expect([tries, heard]).toEqual([2, 1]);
    await thrownBy(
      db.transaction(async (tx) => {
        tx.committed(() => heard++);
        await tx.run(one, []);
        throw new Error('no more');
      }),
    );
    expect(heard).toBe(1);
    await db.close();
  });
});

it('plans reports for their values, and everything else once for all, on the same connection', async () => {
  const db = openDatabase(serverUrl(), { max: 1 });
  const show = { name: 'show', text: 'show plan_cache_mode' };
  expect(await db.reports.run(show, [])).toEqual([{ plan_cache_mode: 'force_custom_plan' }]);
  expect(await db.run(show, [])).toEqual([{ plan_cache_mode: 'force_generic_plan' }]);
  await expect(db.reports.run({ name: 'bad', text: 'select 1 / $1::int' }, [0])).rejects.toMatchObject({
    code: '22012',
  });
  expect(await db.run(show, [])).toEqual([{ plan_cache_mode: 'force_generic_plan' }]);
  await db.close();
});

it('of the statements of a transaction the one that failed first is told of', async () => {
  const db = openDatabase(serverUrl(), { max: 1 });
  const one = (name: string, text: string) => ({ name, text });
  const slow = async (work: Promise<unknown>) => {
    await work;
    await work;
  };
  const failed = await thrownBy(
    db.transaction(async (tx) => {
      const first = tx.run(one('zero', 'select 1 / $1::int'), [0]);
      // Heard of at once, and before whoever waits for the first one has come to it.
      const second = tx.runLast(one('after', 'select 1'), []);
      await Promise.all([second, slow(slow(first))]);
    }),
  );
  await db.close();
  expect(failed).toMatchObject({ code: '22012' });
});
