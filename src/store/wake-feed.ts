import { type Queryable, statement } from './database.ts';

/** The channel of the database on which processes wake each other's workers. */
export const wakeTopic = 'parley_wake';

const tellStatement = statement('wake.tell', `select pg_notify('${wakeTopic}', $1)`);

/** Tells the other processes that there is work: `<who tells> <topic> …`. */
export async function tell(db: Queryable, payload: string): Promise<void> {
  await db.run(tellStatement, [payload]);
}
