import { SendFailure } from '../model/failure.ts';
import { retryAfterMs } from '../model/retry-after.ts';
import { classOfStatus } from './answer.ts';
import type { Call, CallRequest, Save } from './channel.ts';

/** The largest file that any channel carries, bytes: 100 MB. */
export const largestFile = 100 * 1024 * 1024;

/** Fetches a file into `save`, within 2 minutes. Throws `SendFailure` unless it came whole. */
export async function download(
  request: Pick<CallRequest, 'url' | 'headers'>,
  call: Call,
  save: Save,
): Promise<void> {
  const answer = await call({ ...request, method: 'GET', timeoutMs: 120_000, save });
  if (answer.status === 200) return;
  const wait = retryAfterMs(answer.headers['retry-after'], Date.now());
  throw new SendFailure({
    class: classOfStatus(answer.status),
    code: String(answer.status),
    text: `The file could not be fetched: status ${answer.status}.`,
    ...(wait !== undefined && { retryAfterMs: wait }),
  });
}
