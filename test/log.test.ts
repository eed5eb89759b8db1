import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeLog } from '../src/log.ts';
import { type ScratchDatabase, scratchDatabase } from './database.ts';

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase();
});
afterAll(() => scratch.drop());

function logged(error: unknown): string {
  const lines: string[] = [];
  makeLog('info', { write: (line: string) => void lines.push(line) }).warn(
    { err: error },
    'something failed',
  );
  return lines.join('');
}

it('tells of a database error what it was, and none of the row that it repeats', async () => {
  const client = new pg.Client({ connectionString: scratch.url });
  await client.connect();
  await client.query('create table person (name text primary key)');
  const insert = () => client.query('insert into person values ($1)', ['Amina of Riyadh']);
  await insert();
  const error: Error & { detail?: string } = await insert().then(
    () => new Error('it was taken twice'),
    (reason: Error) => reason,
  );
  await client.end();
  expect(error.detail).toContain('Amina');
  const line = logged(error);
  expect(JSON.parse(line).err).toMatchObject({ type: 'DatabaseError', code: '23505' });
  expect(line).not.toContain('Amina');
});

it('leaves aside what a driver hangs on its errors', () => {
  const error = Object.assign(new Error('the connection broke'), { client: { password: 's3cret' } });
  expect(logged(error)).toContain('the connection broke');
  expect(logged(error)).not.toContain('s3cret');
});

it('tells the cause, and nothing of what is no error', () => {
  expect(logged(new Error('outer', { cause: new Error('inner') }))).toContain('inner');
  expect(logged({ token: 's3cret' })).not.toContain('s3cret');
});
