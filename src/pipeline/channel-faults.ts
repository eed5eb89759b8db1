import type { NewEvent } from '../model/event.ts';
import { type Failure, failureClasses } from '../model/failure.ts';
import { newId } from '../model/ids.ts';
import * as channels from '../store/channels.ts';
import type { Queryable } from '../store/database.ts';

/** Refusals of the credentials in a row after which a channel needs an administrator (channels.md rule 10). */
const faultLimit = 3;

/**
 * Counts that a provider refused the credentials of a channel. Answers what is to be told: at the third in a
 * row that it needs an administrator, else nothing.
 */
export async function countFault(
  tx: Queryable,
  { businessId, channelId }: { businessId: number; channelId: string },
  failure: Failure,
): Promise<(NewEvent & { businessId: number })[]> {
  const reason = [failureClasses.AUTH.text, failure.text].filter((part) => part).join(' ');
  if (!(await channels.countFault(tx, businessId, channelId, reason, faultLimit))) return [];
  return [
    {
      businessId,
      id: newId(),
      type: 'channel.attention',
      at: Date.now(),
      data: { channelId, needed: true, reason },
    },
  ];
}
