import { setClock } from '../model/clock.ts';
import { readClock } from '../store/clock.ts';
import type { Queryable } from '../store/database.ts';

const everyMs = 10_000;
/** An answer that took longer says too little of the time, ms. */
const longestMs = 1000;
/** What lies between two looks at one clock, ms: nothing is set for it. */
const withinMs = 50;

/** Sets our clock by the database's, now and again and again. Answers how to stop. */
export async function followClock(db: Queryable): Promise<() => void> {
  const look = async () => {
    const asked = performance.now();
    const at = await readClock(db);
    const answered = performance.now();
    if (answered - asked < longestMs) setClock(at, (asked + answered) / 2, withinMs + (answered - asked) / 2);
  };
  await look();
  // While the database is away ours goes on by itself.
  const timer = setInterval(() => look().catch(() => {}), everyMs).unref();
  return () => clearInterval(timer);
}
