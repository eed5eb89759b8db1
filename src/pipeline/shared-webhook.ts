import type { Channel } from '../channels/channel.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import type { ChannelSetup } from '../model/setup.ts';
import type { Context } from './context.ts';

/** A channel that hears what comes to the address of another. */
export interface Sharer {
  channel: ChannelSetup;
  door: Channel;
  account: Record<string, unknown>;
}

/** The other channels of the business whose provider calls one address for all of them (`Channel.sharedWebhook`). */
export async function sharersOf(
  { setup, account, log }: Pick<Context, 'setup' | 'account' | 'log'>,
  one: { door: Channel; businessId: number; channelId: string | undefined; account: Record<string, unknown> },
): Promise<Sharer[]> {
  const { businessId } = one;
  const shared = one.door.sharedWebhook?.(one.account);
  if (!shared) return [];
  const sharers: Sharer[] = [];
  for (const channel of (await setup(businessId)).channels.values()) {
    const door = doorOf(channel.type);
    if (channel.id === one.channelId || !channel.enabled || !door?.sharedWebhook) continue;
    const settings = await account(businessId, channel.id).catch((error: unknown) => {
      // What concerns the one is not to fail for a neighbour that cannot be opened.
      log.error({ err: error, channelId: channel.id }, 'the settings of a channel cannot be read');
    });
    if (settings && door.sharedWebhook(settings) === shared)
      sharers.push({ channel, door, account: settings });
  }
  return sharers;
}
