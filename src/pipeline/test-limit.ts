import { makeLimit } from '../model/limit.ts';
import { Problem } from '../model/problem.ts';

/** Tests of one business: in a minute, and at the same time. Each may hold a connection until its time is over. */
const mostPerMinute = 60;
const mostAtOnce = 4;

/** Bounds how often a business may have this process call somebody to try something out. */
export interface TestLimit {
  /** Runs a test. Throws `tooMany`, code RATE_LIMIT, when the business runs enough of them already. */
  run<T>(businessId: number, test: () => Promise<T>): Promise<T>;
}

export function makeTestLimit(): TestLimit {
  const limit = makeLimit(mostPerMinute, 60_000);
  const underWay = new Map<number, number>();
  return {
    async run(businessId, test) {
      limit.count(String(businessId));
      const now = underWay.get(businessId) ?? 0;
      if (now >= mostAtOnce) {
        throw new Problem('tooMany', `${mostAtOnce} tests are under way: wait for their answers`, {
          code: 'RATE_LIMIT',
          retryAfterSeconds: 5,
        });
      }
      underWay.set(businessId, now + 1);
      try {
        return await test();
      } finally {
        const left = underWay.get(businessId)! - 1;
        if (left > 0) underWay.set(businessId, left);
        else underWay.delete(businessId);
      }
    },
  };
}
