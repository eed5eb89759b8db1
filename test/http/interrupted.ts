import type { Database } from '../../src/store/database.ts';

let many = 0;
/** SQL by hand. */
const runOn = (db: Database) => (text: string) => db.run({ name: `crash.${++many}`, text }, []);

/** Does it while no answer can be kept; then the time of whoever did it, and died, is over. */
export async function unanswered<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const run = runOn(db);
  await run(`create function no_answer() returns trigger language plpgsql as
    'begin if new.answer is not null then raise exception ''no''; end if; return new; end'`);
  await run(
    'create trigger no_answer before update on idempotency for each row execute function no_answer()',
  );
  const done = await work().finally(() => run('drop function no_answer cascade'));
  await run(`update idempotency set lease_until = now() - interval '1 s' where lease_until is not null`);
  return done;
}

/** Does it while nothing can be written to a table: what comes before that stands. */
export async function without<T>(db: Database, table: string, work: () => Promise<T>): Promise<T> {
  const run = runOn(db);
  await run(`create function no_write() returns trigger language plpgsql as
    'begin raise exception ''no''; end'`);
  await run(
    `create trigger no_write before insert or update or delete on ${table} for each statement execute function no_write()`,
  );
  return work().finally(() => run('drop function no_write cascade'));
}
