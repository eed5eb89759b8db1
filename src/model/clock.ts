// The database's clock is the one that all processes go by: leases, schedules and the ages of messages are
// judged by it. Ours goes on by a timer that no change of the computer's clock can turn, and is set by it.

/** Epoch ms at which `performance.now()` was 0. */
let origin = performance.timeOrigin;

/** The time that the house goes by, epoch ms. A jump of this computer's clock does not change it. */
export function now(): number {
  return Math.round(origin + performance.now());
}

/** Sets it: it was `at`, epoch ms, when `performance.now()` said `then`. Less than `within` ms off is well. */
export function setClock(at: number, then: number, within = 0): void {
  if (Math.abs(at - then - origin) > within) origin = at - then;
}
