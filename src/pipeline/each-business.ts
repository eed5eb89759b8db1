import { isTooSlow, isUnavailable } from '../store/database.ts';
import type { Context } from './context.ts';

/**
 * One turn of work for each of these businesses, one after another. One that fails, or takes too long, is logged and stops no
 * other: its turn comes again with the next look. Answers whether one of them has more to do. Rejects when the database is away, as then
 * no other would fare better.
 */
export async function eachBusiness(
  { log }: Pick<Context, 'log'>,
  loop: string,
  businessIds: readonly number[],
  turn: (businessId: number) => Promise<boolean>,
): Promise<boolean> {
  let more = false;
  for (const businessId of businessIds) {
    try {
      if (await turn(businessId)) more = true;
    } catch (error) {
      if (isUnavailable(error) && !isTooSlow(error)) throw error;
      log.warn({ err: error, loop, businessId }, 'the turn of a business failed');
    }
  }
  return more;
}
