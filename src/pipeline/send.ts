import { newId } from '../model/ids.ts';
import { Problem } from '../model/problem.ts';
import { type Acceptance, makeAccept } from './accept.ts';
import { acceptanceOf } from './acceptance.ts';
import { assertRoom, isPassing } from './busy.ts';
import type { Context } from './context.ts';
import type { Caller, Core, SendAnswer } from './core.ts';

/** Accepts messages for sending: check everything, store in one transaction, answer after the commit. */
export function makeSend(ctx: Context): Pick<Core, 'send' | 'sendMany'> {
  const accept = makeAccept(ctx);
  return {
    async send(caller, request) {
      assertMayWrite(caller);
      const sent = sentBefore(caller);
      if (sent) return sent;
      const { once } = caller;
      const acceptance = await acceptanceOf(ctx, caller, request);
      assertRoom(accept.single);
      if (once) acceptance.once = once;
      const { id } = acceptance.message;
      return { id, ...(await accept.single.add(acceptance)) };
    },
    async sendMany(caller, requests) {
      assertMayWrite(caller);
      const { once } = caller;
      if (once?.sent) return (once.sent as Kept[]).map(revived);
      assertFewBundles(accept.bundles);
      const prepared = await Promise.all(
        requests.map((request) => acceptanceOf(ctx, caller, request).catch(refusal)),
      );
      const good = prepared.filter((one): one is Acceptance => !(one instanceof Problem));
      // In the order of the request: ids tell the order within a conversation.
      for (const { message } of good) message.id = newId();
      const stored = await accept.together(
        good,
        once && { once, effect: (sent) => merged(prepared, sent).map(kept) },
      );
      return merged(prepared, stored);
    },
  };
}

/**
 * What was sent under this Idempotency-Key by an attempt that stored it, and died before it could say so. Whatever has changed since,
 * it is the answer.
 */
export function sentBefore({ once }: Caller): SendAnswer | undefined {
  return once?.sent as SendAnswer | undefined;
}

/** Each waiting request holds up to a thousand messages in memory. */
const mostBundles = 20;

function assertFewBundles({ size }: { size: number }): void {
  if (size < mostBundles) return;
  throw new Problem('unavailable', 'Too much is being stored at this moment: try again', {
    code: 'BUSY',
    retryAfterSeconds: 2,
  });
}

/** What is wrong with one message does not concern the others; what is wrong with us concerns all. */
function refusal(error: unknown): Problem {
  if (error instanceof Problem && !isPassing(error)) return error;
  throw error;
}

/** The results of those that were stored, put between those that were refused. */
function merged(prepared: (Acceptance | Problem)[], stored: readonly SendAnswer[]): (SendAnswer | Problem)[] {
  let next = 0;
  return prepared.map((one) => (one instanceof Problem ? one : stored[next++]!));
}

/** A result as it is kept for a repeat. */
type Kept = SendAnswer | { problem: Pick<Problem, 'kind' | 'message' | 'details'> };

function kept(one: SendAnswer | Problem): Kept {
  if (!(one instanceof Problem)) return one;
  const { kind, message, details } = one;
  return { problem: { kind, message, details } };
}

function revived(one: Kept): SendAnswer | Problem {
  if (!('problem' in one)) return one;
  const { kind, message, details } = one.problem;
  return new Problem(kind, message, details);
}

/** Read-only and publishable keys change nothing. */
export function assertMayWrite(caller: Caller): void {
  if (caller.scope !== 'write' || caller.kind !== 'confidential') {
    throw new Problem('forbidden', 'This key may only read', { code: 'READ_ONLY_KEY' });
  }
}
