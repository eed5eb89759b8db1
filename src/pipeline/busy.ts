import { Problem } from '../model/problem.ts';
import { isUnavailable } from '../store/database.ts';

/** What may wait for a commit: when the database stalls, callers are told so, and memory is kept. */
const mostWaiting = 5000;

/** Refuses for the moment what would wait behind too much else. */
export function assertRoom(commit: { readonly size: number }): void {
  if (commit.size < mostWaiting) return;
  throw new Problem('unavailable', 'Too much is being stored at this moment: try again', {
    code: 'BUSY',
    retryAfterSeconds: 2,
  });
}

/** True for what stands against any request at this moment: the same one can be done later. */
export function isPassing(error: unknown): boolean {
  return isUnavailable(error) || (error instanceof Problem && error.kind === 'unavailable');
}
