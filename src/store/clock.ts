import { type Queryable, statement } from './database.ts';

const readStatement = statement(
  'clock.read',
  'select extract(epoch from clock_timestamp())::float * 1000 as at',
);

/** The time by the database's clock, epoch ms. */
export async function readClock(db: Queryable): Promise<number> {
  const [row] = await db.run<{ at: number }>(readStatement, []);
  return row!.at;
}
