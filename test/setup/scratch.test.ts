import { afterAll, expect, it } from 'vitest';
import { statement } from '../../src/store/database.ts';
import { scratchDatabase } from '../database.ts';

const scratch = await scratchDatabase();
afterAll(() => scratch.drop());

it('has the schema in it', async () => {
  const count = statement('test.countBusinesses', 'select count(*)::int as n from business');
  expect(await scratch.db.run(count, [])).toEqual([{ n: 0 }]);
});
