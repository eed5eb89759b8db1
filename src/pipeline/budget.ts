import { channelOf as doorOf } from '../channels/index.ts';
import { groupBy } from '../model/group.ts';
import type { ChannelSetup } from '../model/setup.ts';
import { takeTokens } from '../store/channel-budget.ts';
import * as queue from '../store/message-queue.ts';
import type { Context } from './context.ts';

/** A channel that has less than it wants is asked for again after as long as one message takes, ms. */
const shortestPauseMs = 50;
/** And after this at the latest, ms: its limit may have been raised. */
const longestPauseMs = 500;

interface Shortage {
  channel: { businessId: number; channelId: string };
  /** By the clock of this process. */
  until: number;
  /** How many come free in a pause: to claim more would only be to give it back. */
  room: number;
}

/**
 * What channels may send in a second (channels.md rule 9). A channel that has more to send than it may
 * is not claimed from until some of its budget has come back, and then no more than that.
 */
export class Budgets {
  readonly #ctx: Pick<Context, 'db' | 'setup'>;
  readonly #short = new Map<string, Shortage>();

  constructor(ctx: Pick<Context, 'db' | 'setup'>) {
    this.#ctx = ctx;
  }

  /** Free places of channels, with those that are short of budget limited further. */
  rooms(rooms: readonly queue.Room[]): queue.Room[] {
    const byChannel = new Map(rooms.map((room) => [`${room.businessId} ${room.channelId}`, room]));
    const now = performance.now();
    for (const [key, { channel, until, room }] of this.#short) {
      const free = now < until ? 0 : room;
      byChannel.set(key, { ...channel, free: Math.min(free, byChannel.get(key)?.free ?? free) });
    }
    return [...byChannel.values()];
  }

  /**
   * Keeps what each channel's budget allows now, and gives the rest back, as due as before. `again` is
   * called when a channel that was short may have more.
   */
  async admit(claimed: queue.ClaimedMessage[], again: () => void): Promise<queue.ClaimedMessage[]> {
    const admitted: queue.ClaimedMessage[] = [];
    for (const [key, list] of groupBy(claimed, (one) => `${one.businessId} ${one.channelId}`)) {
      const { businessId, channelId } = list[0]!;
      const perSecond = await this.#rateOf(businessId, channelId);
      if (perSecond === undefined) {
        this.#short.delete(key);
        admitted.push(...list);
        continue;
      }
      const granted = await this.#ctx.db.transaction((tx) =>
        takeTokens(tx, { businessId, channelId, perSecond }, list.length),
      );
      admitted.push(...list.slice(0, granted));
      await queue.release(this.#ctx.db, list.slice(granted));
      const pauseMs = this.#note(key, list, granted, perSecond);
      if (pauseMs !== undefined) setTimeout(again, pauseMs).unref();
    }
    return admitted;
  }

  /** Remembers whether the channel is short. Answers after how many ms to ask again; undefined: it is not. */
  #note(key: string, list: queue.ClaimedMessage[], granted: number, perSecond: number): number | undefined {
    const { businessId, channelId } = list[0]!;
    const before = this.#short.get(key);
    if (granted === list.length) {
      if (before && list.length >= before.room) return 0;
      this.#short.delete(key);
      return undefined;
    }
    const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, 1000 / perSecond));
    const room = Math.max(1, Math.ceil((perSecond * pauseMs) / 1000));
    const until = performance.now() + pauseMs;
    this.#short.set(key, { channel: { businessId, channelId }, until, room });
    return pauseMs;
  }

  async #rateOf(businessId: number, channelId: string): Promise<number | undefined> {
    const channel = (await this.#ctx.setup(businessId)).channels.get(channelId);
    return channel && rateOf(channel);
  }
}

/** Messages a second that a channel may send; undefined: any number. */
export function rateOf({ type, settings }: ChannelSetup): number | undefined {
  const own = settings.perSecond;
  if (typeof own === 'number' && own > 0) return own;
  const door = doorOf(type);
  return door?.perSecondOf?.(settings) ?? door?.carries.perSecond;
}
