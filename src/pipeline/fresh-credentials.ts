import { type Failure, SendFailure } from '../model/failure.ts';
import type { Context } from './context.ts';

/** The attempt before was refused for an access token that was renewed then. */
export const renewedCode = 'TOKEN_RENEWED';

/** What mends itself within a moment is none of the health of a channel. */
const passing: ReadonlySet<string | undefined> = new Set([
  renewedCode,
  'RENEWING',
  'ENTERED_ANEW',
  'NOT_CONNECTED',
]);

/** Whether a failure mends itself within a moment. */
export function isPassingFailure({ code }: Failure): boolean {
  return passing.has(code);
}

/**
 * What became of a call that the provider refused: an access token that could be renewed is tried again at once. `failure`
 * of the work is that of the attempt before.
 */
export async function withFreshCredentials(
  ctx: Pick<Context, 'credentials'>,
  { businessId, channelId, failure: before }: { businessId: number; channelId: string; failure?: Failure },
  account: Record<string, unknown>,
  failure: Failure,
): Promise<Failure> {
  // A fresh one that is refused again is no matter of freshness.
  if (failure.class !== 'AUTH' || before?.code === renewedCode) return failure;
  try {
    if (!(await ctx.credentials.renewed({ businessId, channelId }, account))) return failure;
    return { ...failure, class: 'UNAVAILABLE', code: renewedCode, retryAfterMs: 100 };
  } catch (error) {
    // Only the provider's own word says that the channel is at fault: it may have no answer at this moment.
    return error instanceof SendFailure ? error.failure : { ...failure, class: 'UNAVAILABLE' };
  }
}
