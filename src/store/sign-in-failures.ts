import { type Queryable, statement } from './database.ts';

const countStatement = statement(
  'signInFailures.count',
  `insert into sign_in_failure as f (key, failures, since)
   select v.key, 1, now() from unnest($1::bytea[]) v (key) order by v.key
   on conflict (key) do update set
     failures = case when f.since < now() - $2::float * interval '1 ms' then 1 else f.failures + 1 end,
     since = case when f.since < now() - $2::float * interval '1 ms' then now() else f.since end
   returning key, failures, greatest(0, extract(epoch from since - now()) * 1000 + $2::float) as "leftMs"`,
);

/** How often one has failed in this window of time, this try among them, and how long the window lasts, ms. */
export interface Failures {
  key: Buffer;
  failures: number;
  leftMs: number;
}

/** Counts a try before it is looked at: as many at once are no way around the limit. */
export async function count(db: Queryable, keys: Buffer[], windowMs: number): Promise<Failures[]> {
  const rows = await db.run<Failures & Record<string, unknown>>(countStatement, [keys, windowMs]);
  return rows.map((row) => ({ ...row, leftMs: Number(row.leftMs) }));
}

const noteStatement = statement(
  'signInFailures.note',
  'update sign_in_failure set failures = failures where key = $1',
);

/** Writes a failure that is counted already once more: what is written with it takes as long as nothing would. */
export async function note(tx: Queryable, key: Buffer): Promise<void> {
  await tx.run(noteStatement, [key]);
}

const forgiveStatement = statement(
  'signInFailures.forgive',
  `with account as (delete from sign_in_failure where key = $1)
   update sign_in_failure set failures = greatest(0, failures - 1) where key = $2`,
);

/** A try was good: the account begins anew, and for the address it does not count. */
export async function forgive(db: Queryable, account: Buffer, address: Buffer): Promise<void> {
  await db.run(forgiveStatement, [account, address]);
}
