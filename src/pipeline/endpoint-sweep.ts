import * as deliveries from '../store/endpoint-deliveries.ts';
import type { ChangeFeed } from '../store/setup-feed.ts';
import type { Context } from './context.ts';
import { eachForItself, startLoop } from './loop.ts';

/**
 * What follows for the deliveries of an endpoint when it was disabled, taken back into use, switched off or taken away: the
 * change itself says only that, however much waits, and this goes through it in small parts. Safe in several processes at once.
 */
export function startEndpointSweep(
  ctx: Pick<Context, 'db' | 'log' | 'wake'>,
  feed: Pick<ChangeFeed, 'on'>,
): { stop(): Promise<void> } {
  const duties = [
    async () => (await deliveries.hold(ctx.db)) > 0,
    () => resume(ctx),
    async () => (await deliveries.drop(ctx.db)) > 0,
    async () => (await deliveries.forgetRemoved(ctx.db)) > 0,
  ];
  const loop = startLoop('endpoints', () => eachForItself(duties, ctx.log), 10_000, ctx.log);
  feed.on('setup', () => loop.wake());
  return loop;
}

/** Makes due what was put aside for endpoints that are in use. Answers whether there is more of it. */
async function resume({ db, wake }: Pick<Context, 'db' | 'wake'>): Promise<boolean> {
  const endpoints = await deliveries.returning(db);
  let more = false;
  for (const { businessId, id } of endpoints) {
    if (await db.transaction((tx) => deliveries.resume(tx, businessId, id))) more = true;
  }
  if (endpoints.length > 0) wake.call('deliveries');
  return more;
}
