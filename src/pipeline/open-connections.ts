import type { Connection } from '../channels/connection.ts';
import type { Room } from '../store/message-queue.ts';

/** Names a channel of a business. */
export interface ChannelRef {
  businessId: number;
  channelId: string;
}

interface Entry extends ChannelRef {
  open: Connection[];
  /** Whose turn it is. */
  next: number;
}

/** The connections of this process over which messages go out. */
export class OpenConnections {
  readonly #channels = new Map<string, Entry>();

  /** Messages of this channel go over connections, whether or not one is open. */
  expect(channel: ChannelRef): void {
    const key = keyOf(channel);
    if (!this.#channels.has(key)) this.#channels.set(key, { ...channel, open: [], next: 0 });
  }

  /** They do no longer. */
  forget(channel: ChannelRef): void {
    this.#channels.delete(keyOf(channel));
  }

  add(channel: ChannelRef, connection: Connection): void {
    this.expect(channel);
    this.#channels.get(keyOf(channel))!.open.push(connection);
  }

  remove(channel: ChannelRef, connection: Connection): void {
    const entry = this.#channels.get(keyOf(channel));
    if (entry) entry.open = entry.open.filter((one) => one !== connection);
  }

  /** An open connection of the channel, each in its turn. */
  pick(channel: ChannelRef): Connection | undefined {
    const entry = this.#channels.get(keyOf(channel));
    if (!entry || entry.open.length === 0) return undefined;
    entry.next = (entry.next + 1) % entry.open.length;
    return entry.open[entry.next];
  }

  /** How much may be claimed, with nothing for channels that have no connection open here. */
  rooms(rooms: readonly Room[]): Room[] {
    const shut = [...this.#channels.values()].filter(({ open }) => open.length === 0);
    if (shut.length === 0) return [...rooms];
    const keys = new Set(shut.map(keyOf));
    return [
      ...rooms.filter((room) => !keys.has(keyOf(room))),
      ...shut.map(({ businessId, channelId }) => ({ businessId, channelId, free: 0 })),
    ];
  }
}

function keyOf({ businessId, channelId }: ChannelRef): string {
  return `${businessId} ${channelId}`;
}
