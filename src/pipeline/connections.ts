import { createHash } from 'node:crypto';
import type { Channel } from '../channels/channel.ts';
import * as store from '../store/connections.ts';
import type { ChangeFeed } from '../store/setup-feed.ts';
import { Keeper } from './connection-keeper.ts';
import type { KeeperTools, Kept } from './connection-line.ts';
import { startLoop } from './loop.ts';
import { webhookOf } from './webhook-address.ts';

/** How often it is looked whether the right connections are kept, beside each change of the setup, ms. */
const lookEveryMs = 5000;

/** The connections of all channels, as far as this process keeps them. */
export interface Connections {
  /** Closes all, and opens none any more. */
  stop(): Promise<void>;
}

/**
 * Keeps the connections that the channels want (`Channel.connections`): opens them, closes those of channels
 * that are switched off, changed, removed, or need an administrator. Resolves after the first look, so that no
 * message is claimed here for a channel that has no connection yet.
 */
export async function startConnections(
  tools: KeeperTools,
  more: { doors: readonly Channel[]; feed: Pick<ChangeFeed, 'on'> },
): Promise<Connections> {
  const { ctx, process } = tools;
  const doors = more.doors.filter(({ connections }) => connections !== undefined);
  const byType = new Map(doors.flatMap((door) => door.types.map((type) => [type, door] as const)));
  const keepers = new Map<string, { keeper: Keeper; print: string }>();
  let stopped = false;

  async function look(): Promise<boolean> {
    const wanted = new Map<string, Kept & { print: string }>();
    for (const channel of await store.wanted(ctx.db, [...byType.keys()])) {
      for (const kept of await keptOf(channel)) wanted.set(nameOf(kept), kept);
    }
    await Promise.all(
      [...keepers].map(([name, { print }]) => wanted.get(name)?.print !== print && drop(name)),
    );
    for (const [name, { print, ...kept }] of wanted) {
      if (!keepers.has(name) && !stopped) keepers.set(name, { print, keeper: new Keeper(tools, kept) });
    }
    if (keepers.size > 0) await store.alive(ctx.db, process);
    return false;
  }

  /** What is to be kept of one channel, with a print of all that it depends on. */
  async function keptOf({ businessId, channelId }: { businessId: number; channelId: string }) {
    try {
      const channel = (await ctx.setup(businessId)).channels.get(channelId);
      const door = channel && byType.get(channel.type);
      if (!door) return [];
      const account = await ctx.account(businessId, channelId);
      const print = createHash('sha256').update(JSON.stringify(account)).digest('hex');
      const { lane } = channel;
      const webhookUrl = webhookOf(tools, channel);
      return (door.connections ?? [])
        .filter((kind) => (kind.count?.(account) ?? 1) > 0)
        .map((kind) => ({ businessId, channelId, lane, webhookUrl, kind, account, print }));
    } catch (error) {
      ctx.log.warn({ err: error, channelId }, 'the connections of a channel cannot be kept');
      return [];
    }
  }

  async function drop(name: string): Promise<void> {
    await keepers.get(name)?.keeper.stop();
    keepers.delete(name);
  }

  await look().catch((error: unknown) => ctx.log.warn({ err: error }, 'connections wait for the database'));
  const loop = startLoop('connections', look, lookEveryMs, ctx.log);
  more.feed.on('setup', () => loop.wake());
  let stopping: Promise<unknown> | undefined;
  return {
    async stop() {
      stopped = true;
      stopping ??= loop.stop().then(() => Promise.all([...keepers.keys()].map(drop)));
      await stopping;
    },
  };
}

function nameOf({ businessId, channelId, kind }: Kept): string {
  return `${businessId} ${channelId} ${kind.name}`;
}
