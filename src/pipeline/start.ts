import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { channels, channelOf as doorOf } from '../channels/index.ts';
import { type AllowList, refuseUrl } from '../model/address.ts';
import type { StoredEvent } from '../model/event.ts';
import { invalid } from '../model/problem.ts';
import type { Role } from '../model/role.ts';
import type { Database } from '../store/database.ts';
import * as sessionReads from '../store/session-reads.ts';
import { installationName } from '../store/setup.ts';
import { openChangeFeed } from '../store/setup-feed.ts';
import { makeAccessTokens } from './access-tokens.ts';
import { makeAuditLog } from './audit-log.ts';
import { makeAuthenticator } from './authenticator.ts';
import { withBroughtFiles } from './brought-files.ts';
import { assertRoom } from './busy.ts';
import { makeCannedAnswers } from './canned-answers.ts';
import { ChannelSignals } from './channel-signals.ts';
import { makeChannels } from './channels.ts';
import { followClock } from './clock.ts';
import { startConnections } from './connections.ts';
import { makeContacts } from './contacts.ts';
import type { Context, Manner, RenderTarget } from './context.ts';
import type { Core, ReceivedEffects } from './core.ts';
import { makeCredentials } from './credentials.ts';
import { openJournal } from './credentials-journal.ts';
import { customerEvents, makeCustomers } from './customers.ts';
import { makeDeleteMessages } from './delete-messages.ts';
import { startDispatch } from './dispatch.ts';
import { startEchoes } from './echo.ts';
import { startEndpointSweep } from './endpoint-sweep.ts';
import { makeEndpointTests } from './endpoint-tests.ts';
import { startFigures } from './figures.ts';
import type { FileStore } from './file-store.ts';
import { makeFiles } from './files.ts';
import { ensureFirstBusiness, type FirstBusiness, type FirstPresets } from './first-business.ts';
import { type HealthNotes, startHealthNotes } from './health-notes.ts';
import { makeIdempotency, nextChange } from './idempotency.ts';
import { makeInbox } from './inbox.ts';
import { startLookups } from './lookups.ts';
import { startMediaFetch } from './media.ts';
import { makeMediaLinks } from './media-link.ts';
import { OpenConnections } from './open-connections.ts';
import { openOutside } from './outside.ts';
import { makePeople } from './people.ts';
import { makePictures } from './pictures.ts';
import { makePreview } from './preview.ts';
import { makeProviderSimulators } from './provider-simulators.ts';
import { makeReceive } from './receive.ts';
import { makeReplay } from './replay.ts';
import type { Seal } from './seal.ts';
import { makeSearch } from './search.ts';
import { startSearchIndex } from './search-index.ts';
import { makeSend } from './send.ts';
import { makeSessions } from './sessions.ts';
import { makeSetupCache, type SetupCache } from './setup-cache.ts';
import { makeSetupChanges } from './setup-changes.ts';
import { type SurfaceFacts, tellsOf } from './setup-draft.ts';
import { makeSignIns } from './sign-ins.ts';
import { makeSimulator } from './simulator.ts';
import { readSounds } from './sounds.ts';
import { storableReceived } from './storable.ts';
import { type Keep, startSweep } from './sweep.ts';
import { makeSync } from './template-sync.ts';
import { makeTemplates } from './templates.ts';
import { makeVisitors } from './visitors.ts';
import { openWake, type Wake } from './wake.ts';
import { listenLine, type OpenWakeLine } from './wake-line.ts';
import { natsLine } from './wake-nats.ts';
import { startWebhooks } from './webhooks.ts';

/** What the pipeline is told of the house around it. */
export interface PipelineOptions {
  db: Database;
  log: Logger;
  seal: Seal;
  publicUrl: URL;
  /** `meta.server` (decision D1). */
  server: string;
  /** Where files are kept. */
  files: FileStore;
  /** Where credentials lie that are not in the database yet. */
  credentialsDir: string;
  /** Private networks that webhooks and provider calls may reach. */
  allowed: AllowList;
  /** Webhooks may go to plain http. */
  allowHttp: boolean;
  first: Omit<FirstPresets, 'publicUrl'>;
  /** Hours that an agent's access token is good. */
  agentHours: number;
  /** Hours without a call after which a sign-in ends. */
  signInHours: number;
  keep: Keep;
  /** What this process does of the work. */
  roles: readonly Role[];
  /** Over which processes wake each other; absent: over the database. */
  natsUrl?: string;
  /** Control addresses of simulated providers, whose people can be played. */
  simulators?: readonly string[];
  surfaces: readonly (SurfaceFacts & Manner)[];
  render(surface: string, event: StoredEvent, to: RenderTarget): ReturnType<Context['render']>;
}

/** The pipeline at work. */
export interface Pipeline {
  readonly core: Core;
  /** What the very first start made; to be printed once. */
  readonly first: FirstBusiness | undefined;
  channelAt: SetupCache['channelAt'];
  account: SetupCache['account'];
  /** How channels fare, as this process sees it. */
  readonly health: Pick<HealthNotes, 'heard' | 'refused'>;
  /** Tells when there may be something new. */
  readonly wake: Pick<Wake, 'on' | 'signal' | 'onSignal'>;
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
  const stopClock = await followClock(db);
  const feed = await openChangeFeed(db);
  const cache = makeSetupCache({ db, seal, feed });
  const authenticator = makeAuthenticator({ db, seal, feed });
  const tools = {
    db,
    seal,
    feed,
    channels,
    // Who can tell nothing can have no endpoints.
    surfaces: options.surfaces.filter(({ tells }) => tells.length > 0),
    refuseTarget: (url: string) => refuseUrl(url, options),
  };
  const first = await ensureFirstBusiness(tools, { publicUrl, ...options.first });
  const outside = openOutside(options);
  const self = randomBytes(4).toString('hex');
  const wake = await openWake(await wakeLine(options), self);
  const ctx: Context = {
    db,
    log,
    wake,
    setup: cache.setup,
    announce: feed.announce,
    account: cache.account,
    credentials: makeCredentials({
      ...{ db, seal, log, call: outside.call, entered: cache.entered },
      journal: openJournal(options.credentialsDir),
    }),
    endpointSecrets: cache.endpointSecrets,
    call: outside.call,
    health: startHealthNotes(db, log),
    connections: new OpenConnections(),
    tells: tellsOf(options.surfaces),
    render: options.render,
    manner: (surface) => options.surfaces.find((one) => one.name === surface) ?? {},
    publicUrl,
    files: options.files,
    pictures: makePictures({ db, files: options.files, log }),
    sounds: readSounds({ db, files: options.files, log }),
    mediaLinks: makeMediaLinks(publicUrl, seal),
  };
  await ctx.credentials.restore();
  const signIns = makeSignIns({ db, seal, publicUrl, setup: cache.setup, hours: options.signInHours });
  const receive = receiver(ctx);
  const signals = new ChannelSignals(ctx);
  const contactsOf = makeContacts(ctx);
  const change = makeSetupChanges(tools);
  const core: Core = {
    db,
    publicUrl,
    server,
    setup: cache.setup,
    versionOf: cache.version,
    authenticate: authenticator.authenticate,
    authenticateConnector: authenticator.authenticateConnector,
    ...makeSend(ctx),
    ...makePreview(ctx),
    receive,
    ...makeSessions(ctx),
    ...contactsOf,
    ...makePeople(ctx),
    markRead: ({ businessId, agent }, sessionId, messageId) =>
      sessionReads.advance(db, { businessId, sessionId, messageId, agent: agent?.code }),
    deleteMessages: makeDeleteMessages(ctx),
    ...makeReplay(ctx),
    secretOverlap: async (businessId, id) => (await ctx.endpointSecrets(businessId, id)).formerUntil,
    endpointTests: makeEndpointTests(ctx, outside, tools.surfaces),
    ...makeCustomers(ctx),
    ...makeFiles(ctx),
    access: makeAccessTokens({
      db,
      seal,
      setup: cache.setup,
      keys: authenticator,
      signIns,
      agentHours: options.agentHours,
    }),
    inbox: makeInbox(ctx, signals),
    signals,
    cannedAnswers: makeCannedAnswers(ctx),
    simulator: makeSimulator(ctx, receive, makeProviderSimulators(options.simulators ?? [], { publicUrl })),
    customerEvents: (contact, limit, businessId) => customerEvents(db, businessId, contact, limit),
    search: makeSearch(db),
    mediaLink: (id, part) => ctx.mediaLinks.of(id, false, part),
    signIns,
    visitors: makeVisitors(ctx, {
      seal,
      channelAt: cache.channelAt,
      receive,
      putChannel: change.putChannel,
      ...contactsOf,
    }),
    idempotency: makeIdempotency({ db, seal, log }),
    channels: makeChannels({ ctx, outside, tools }),
    change,
    templates: makeTemplates(ctx, tools),
    audit: makeAuditLog(db),
  };
  const has = (role: Role) => options.roles.includes(role);
  const connections = has('worker')
    ? await startConnections(
        { ctx, outside, receive: core.receive, process: self, publicUrl },
        { doors: channels, feed },
      )
    : undefined;
  const dispatch = has('worker') ? startDispatch(ctx) : undefined;
  const webhooks = has('webhooks') ? startWebhooks(ctx, outside, core) : undefined;
  const others = has('worker')
    ? [
        startEchoes(ctx, core.receive),
        startMediaFetch(ctx),
        startLookups(ctx),
        startSweep(ctx, options.keep),
        startEndpointSweep(ctx, feed),
        startSearchIndex(ctx),
        startFigures(ctx),
        makeSync(ctx, tools).start(),
      ]
    : [];
  return {
    core,
    first,
    channelAt: cache.channelAt,
    account: cache.account,
    health: ctx.health,
    wake,
    inFlight: () => ({ messages: dispatch?.inFlight() ?? 0, deliveries: webhooks?.inFlight() ?? 0 }),
    async stop() {
      signals.stop();
      const cut = setTimeout(() => {
        ctx.pictures.stop();
        void Promise.all([outside.close(), connections?.stop()]);
      }, graceMs);
      await Promise.all([dispatch, webhooks, ...others].map((worker) => worker?.stop()));
      await ctx.credentials.stop();
      await ctx.health.stop();
      clearTimeout(cut);
      ctx.pictures.stop();
      stopClock();
      await connections?.stop();
      await Promise.all([wake.close(), feed.close(), authenticator.close(), outside.close()]);
    },
  };
}

async function wakeLine({ db, natsUrl, log }: PipelineOptions): Promise<OpenWakeLine> {
  if (natsUrl === undefined) return listenLine(db);
  return natsLine(natsUrl, await installationName(db), log);
}

function receiver(ctx: Context): Core['receive'] {
  const batches = makeReceive(ctx);
  return async (businessId, channelId, received, position) => {
    const setup = await ctx.setup(businessId);
    const channel = setup.channels.get(channelId);
    if (!channel || !doorOf(channel.type))
      throw invalid('channelId', 'There is no such channel', { code: 'UNKNOWN_CHANNEL' });
    const once = nextChange();
    if (once?.known) return once.known.result as ReceivedEffects;
    assertRoom(batches);
    ctx.health.heard({ businessId, channelId });
    return withBroughtFiles(ctx, businessId, received, (kept) =>
      batches.add({ setup, channel, received: storableReceived(kept, Date.now()), position, once }),
    );
  };
}
