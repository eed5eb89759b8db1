import { groupBy } from '../model/group.ts';
import { present } from '../model/present.ts';
import { states } from '../store/channels.ts';
import { type ConnectionState, states as connectionStates } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { SealBroken } from './seal.ts';
import { channelSecrets, type Seal } from './setup-secrets.ts';

/** How a channel stands now, beside what is set up. */
export interface ChannelState {
  /** Names of the secret settings that are set. Their values are shown to nobody. */
  secrets: string[];
  /** Why an administrator must look at it; absent while all is well. */
  attention?: { since: number; reason: string };
  /** Epoch ms until which nothing is sent: the provider asked for a pause. */
  pausedUntil?: number;
  /** The connections that it keeps, by process. */
  connections?: ConnectionState[];
}

/** How all channels of a business stand, by channel id: read afresh, since this changes without the setup. */
export async function channelStates(
  { db, seal }: { db: Database; seal: Seal },
  businessId: number,
): Promise<Map<string, ChannelState>> {
  const [rows, told] = await Promise.all([states(db, businessId), connectionStates(db, businessId)]);
  const open = groupBy(told, ({ channelId }) => channelId);
  return new Map(
    rows.map(({ id, sealed, ...state }) => [
      id,
      present({
        ...state,
        secrets: secretsSet(seal, businessId, id, sealed),
        connections: open.get(id)?.map(({ channelId: _, ...one }) => one),
      }),
    ]),
  );
}

/** Secrets that can no longer be opened are as good as not set: they have to be given again. */
function secretsSet(seal: Seal, businessId: number, id: string, sealed: Buffer | undefined): string[] {
  try {
    return Object.keys(channelSecrets(seal, businessId, id, sealed)).sort();
  } catch (error) {
    if (error instanceof SealBroken) return [];
    throw error;
  }
}
