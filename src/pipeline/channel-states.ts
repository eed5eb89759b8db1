import { states } from '../store/channels.ts';
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
}

/** How all channels of a business stand, by channel id: read afresh, since this changes without the setup. */
export async function channelStates(
  { db, seal }: { db: Database; seal: Seal },
  businessId: number,
): Promise<Map<string, ChannelState>> {
  const rows = await states(db, businessId);
  return new Map(
    rows.map(({ id, sealed, ...state }) => [
      id,
      { ...state, secrets: secretsSet(seal, businessId, id, sealed) },
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
