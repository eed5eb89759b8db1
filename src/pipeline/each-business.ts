import { isTooSlow, isUnavailable } from '../store/database.ts';
import type { Context } from './context.ts';

/** A business whose turn failed has its next one after so long, ms. */
const restMs = 10_000;

/**
 * Rounds of work for businesses, one after another. One whose turn fails, or takes too long, is logged, stops no other,
 * and rests a little. A round answers whether one of them has more to do, and rejects when the database is away, as then
 * no other would fare better.
 */
export function makeRound(
  { log }: Pick<Context, 'log'>,
  loop: string,
): (businessIds: readonly number[], turn: (businessId: number) => Promise<boolean>) => Promise<boolean> {
  const resting = new Map<number, number>();
  return async (businessIds, turn) => {
    let more = false;
    for (const businessId of businessIds) {
      if (performance.now() < (resting.get(businessId) ?? 0)) continue;
      resting.delete(businessId);
      try {
        if (await turn(businessId)) more = true;
      } catch (error) {
        if (isUnavailable(error) && !isTooSlow(error)) throw error;
        resting.set(businessId, performance.now() + restMs);
        log.warn({ err: error, loop, businessId }, 'the turn of a business failed');
      }
    }
    return more;
  };
}
