import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { channels, channelOf as doorOf } from '../channels/index.ts';
import { type AllowList, refuseUrl } from '../model/address.ts';
import type { EventType, StoredEvent } from '../model/event.ts';
import { invalid } from '../model/problem.ts';
import type { Database } from '../store/database.ts';
import { openChangeFeed } from '../store/setup-feed.ts';
import { assertRoom } from './busy.ts';
import { makeContacts } from './contacts.ts';
import type { Context, RenderTarget } from './context.ts';
import type { Core } from './core.ts';
import { makeCustomers } from './customers.ts';
import { startDispatch } from './dispatch.ts';
import { startEchoes } from './echo.ts';
import { makeFiles } from './files.ts';
import { ensureFirstBusiness, type FirstBusiness, type FirstPresets } from './first-business.ts';
import { makeAuthenticator } from './keys.ts';
import { startMediaFetch } from './media.ts';
import { makeMediaLinks } from './media-link.ts';
import { openOutside } from './outside.ts';
import { makeReceive } from './receive.ts';
import type { Seal } from './seal.ts';
import { makeSend } from './send.ts';
import { makeSessions } from './sessions.ts';
import { makeSetupCache, type SetupCache } from './setup-cache.ts';
import { makeSetupChanges } from './setup-changes.ts';
import { tellsOf } from './setup-draft.ts';
import { storableReceived } from './storable.ts';
import { startSweep } from './sweep.ts';
import { openWake } from './wake.ts';
import { startWebhooks } from './webhooks.ts';

/** What the pipeline is told of the house around it. */
export interface PipelineOptions {
  db: Database;
  log: Logger;
  seal: Seal;
  publicUrl: URL;
  /** `meta.server` (decision D1). */
  server: string;
  mediaDir: string;
  /** Private networks that webhooks and provider calls may reach. */
  allowed: AllowList;
  /** Webhooks may go to plain http. */
  allowHttp: boolean;
  first: Omit<FirstPresets, 'publicUrl'>;
  surfaces: readonly { name: string; tells: readonly EventType[] }[];
  render(surface: string, event: StoredEvent, to: RenderTarget): ReturnType<Context['render']>;
}

/** The pipeline at work. */
export interface Pipeline {
  readonly core: Core;
  /** What the very first start made; to be printed once. */
  readonly first: FirstBusiness | undefined;
  channelAt: SetupCache['channelAt'];
  account: SetupCache['account'];
  /** Work under way in this process. */
  inFlight(): { messages: number; deliveries: number };
  /** Starts nothing new, ends what is under way, and lets go of everything but the database. */
  stop(): Promise<void>;
}

/** A stop waits this long for answers from outside, ms; then calls under way are interrupted. */
const graceMs = 5000;

/** Starts the pipeline on a migrated database. */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { db, log, seal, publicUrl, server } = options;
  const feed = await openChangeFeed(db);
  const cache = makeSetupCache({ db, seal, feed });
  const authenticator = makeAuthenticator({ db, seal, feed });
  const tools = {
    db,
    seal,
    feed,
    channels,
    surfaces: options.surfaces,
    refuseTarget: (url: string) => refuseUrl(url, options),
  };
  const first = await ensureFirstBusiness(tools, { publicUrl, ...options.first });
  const outside = openOutside(options);
  const wake = await openWake(db, randomBytes(4).toString('hex'));
  const ctx: Context = {
    db,
    log,
    wake,
    setup: cache.setup,
    account: cache.account,
    endpointSecrets: cache.endpointSecrets,
    call: outside.call,
    tells: tellsOf(options.surfaces),
    render: options.render,
    mediaDir: options.mediaDir,
    mediaLinks: makeMediaLinks(publicUrl, seal),
  };
  const core: Core = {
    db,
    publicUrl,
    server,
    setup: cache.setup,
    authenticate: authenticator.authenticate,
    authenticateConnector: authenticator.authenticateConnector,
    send: makeSend(ctx),
    receive: receiver(ctx),
    ...makeSessions(ctx),
    ...makeContacts(ctx),
    ...makeCustomers(ctx),
    ...makeFiles(ctx),
    change: makeSetupChanges(tools),
  };
  const workers = [startDispatch(ctx), startWebhooks(ctx, outside, core)] as const;
  const others = [startEchoes(ctx, core.receive), startMediaFetch(ctx), startSweep(ctx)];
  return {
    core,
    first,
    channelAt: cache.channelAt,
    account: cache.account,
    inFlight: () => ({ messages: workers[0].inFlight(), deliveries: workers[1].inFlight() }),
    async stop() {
      const cut = setTimeout(() => outside.close(), graceMs);
      await Promise.all([...workers, ...others].map((worker) => worker.stop()));
      clearTimeout(cut);
      await Promise.all([wake.close(), feed.close(), authenticator.close(), outside.close()]);
    },
  };
}

function receiver(ctx: Context): Core['receive'] {
  const batches = makeReceive(ctx);
  return async (businessId, channelId, received) => {
    const setup = await ctx.setup(businessId);
    const channel = setup.channels.get(channelId);
    if (!channel || !doorOf(channel.type))
      throw invalid('channelId', 'There is no such channel', { code: 'UNKNOWN_CHANNEL' });
    assertRoom(batches);
    return batches.add({ setup, channel, received: storableReceived(received, Date.now()) });
  };
}
