import { newId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import * as channels from '../store/channels.ts';
import * as events from '../store/events.ts';
import { type Draft, tellsOf } from './setup-draft.ts';

/** Who was told that the channel needs an administrator is told that it does no longer, and why. */
export async function tellMended(
  { tools, tx, businessId }: Draft,
  channelId: string,
  reason: string,
): Promise<void> {
  const mended = {
    businessId,
    id: newId(),
    type: 'channel.attention',
    at: Date.now(),
    data: { channelId, needed: false, reason },
  } as const;
  await events.append(tx, [mended], tellsOf(tools.surfaces));
}

/**
 * Takes away what stood against a channel whose credentials were refused: they are good again. What waited is due at
 * once. Answers whether anything stood against it.
 */
export async function mendChannel(draft: Draft, channelId: string): Promise<boolean> {
  if (!(await channels.mend(draft.tx, draft.businessId, channelId))) return false;
  await tellMended(draft, channelId, 'A test of it went well.');
  draft.changed.add('setup');
  draft.deeds.push(
    present({
      what: 'channel.mended' as const,
      id: channelId,
      name: draft.setup.channels.get(channelId)?.name,
    }),
  );
  return true;
}
