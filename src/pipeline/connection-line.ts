import type { Received } from '../channels/channel.ts';
import type { ConnectionKind, Line } from '../channels/connection.ts';
import { newId } from '../model/ids.ts';
import * as failures from '../store/inbound-failures.ts';
import { applyReceived, isEmpty, whole } from './apply-received.ts';
import type { Lease } from './connection-lease.ts';
import type { Context } from './context.ts';
import type { Core } from './core.ts';
import type { Outside } from './outside.ts';

/** What keepers work with. */
export interface KeeperTools {
  ctx: Context;
  outside: Pick<Outside, 'call' | 'dial' | 'resolve'>;
  receive: Core['receive'];
  /** What this process calls itself among the others. */
  process: string;
  /** Under which address the world reaches us. */
  publicUrl: URL;
}

/** The connections of one kind of one channel. */
export interface Kept {
  businessId: number;
  channelId: string;
  lane: string;
  webhookUrl: string;
  kind: ConnectionKind;
  account: Record<string, unknown>;
}

/** What a channel may do while it has this connection. */
export function makeLine(
  tools: KeeperTools,
  kept: Kept,
  held: {
    signal: AbortSignal;
    lease: Lease | undefined;
    cursor: unknown;
    /** Is told of each cursor that was stored. */
    read(cursor: unknown): void;
  },
): Line {
  const { outside } = tools;
  const { signal, lease } = held;
  return {
    channelId: kept.channelId,
    lane: kept.lane,
    webhookUrl: kept.webhookUrl,
    signal,
    cursor: held.cursor,
    call: (request) => outside.call({ ...request, signal }),
    dial: (target) => outside.dial({ ...target, signal }),
    resolve: outside.resolve,
    async deliver(received, cursor) {
      await deliver(tools, kept, whole(received), lease && { epoch: lease.epoch, cursor });
      if (cursor !== undefined) held.read(cursor);
    },
  };
}

async function deliver(
  { ctx, receive }: KeeperTools,
  { businessId, channelId, kind }: Kept,
  received: Received,
  read: { epoch: number; cursor: unknown } | undefined,
): Promise<void> {
  for (const { kind: what, reason } of received.ignored)
    ctx.log.info({ channelId, kind: what, reason }, 'left aside');
  const position = read && read.cursor !== undefined ? { name: kind.name, ...read } : undefined;
  if (isEmpty(received) && !position) return;
  let placed = false;
  const reason = await applyReceived(async (part) => {
    // When it goes in parts, the position is stored behind the last of them.
    await receive(businessId, channelId, part, part === received ? position : undefined);
    placed ||= part === received;
  }, received);
  if (reason !== undefined) {
    ctx.log.error({ channelId, reason }, 'what came over a connection could not be applied as a whole');
    const body = Buffer.from(JSON.stringify(received));
    await failures.keep(ctx.db, { businessId, id: newId(), channelId, body, reason });
  }
  if (position && !placed) await receive(businessId, channelId, whole({}), position);
}
