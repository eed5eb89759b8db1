import { channelOf as doorOf } from '../channels/index.ts';
import type { ClaimedMessage } from '../store/message-queue.ts';
import { postpone, takePace } from '../store/recipient-pace.ts';
import type { Context } from './context.ts';

/**
 * Keeps those messages whose recipients may be written to now, where the channel limits how fast one person may be
 * (channels.md rule 9); the others come due again when they may. Only the first message of a conversation is ever
 * claimed, so nobody is overtaken.
 */
export async function paced(
  ctx: Pick<Context, 'db' | 'setup'>,
  claimed: ClaimedMessage[],
): Promise<ClaimedMessage[]> {
  const limited = new Map<ClaimedMessage, { everyMs: number; burst: number }>();
  for (const message of claimed) {
    const channel = (await ctx.setup(message.businessId)).channels.get(message.channelId);
    const pace = channel && doorOf(channel.type)?.pace?.(message.csid);
    if (pace) limited.set(message, pace);
  }
  if (limited.size === 0) return claimed;
  const asked = [...limited].map(([{ businessId, contactId }, pace]) => ({ businessId, contactId, ...pace }));
  const granted = new Set((await takePace(ctx.db, asked)).map(keyOf));
  const held = [...limited].filter(([message]) => !granted.has(keyOf(message)));
  await postpone(
    ctx.db,
    held.map(([message, { everyMs }]) => ({ ...message, inMs: everyMs })),
  );
  const late = new Set(held.map(([message]) => message));
  return claimed.filter((message) => !late.has(message));
}

function keyOf({ businessId, contactId }: { businessId: number; contactId: string }): string {
  return `${businessId} ${contactId}`;
}
