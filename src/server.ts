import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { surfaces } from './apis/index.ts';
import type { Config } from './config.ts';
import { makeHttp } from './http.ts';
import { addIngress } from './ingress.ts';
import { openAgentWindows } from './live/agent-windows.ts';
import { openLive } from './live/live.ts';
import { openPresence } from './live/presence.ts';
import { openTails } from './live/tails.ts';
import { addMediaLinks } from './media-links.ts';
import type { Role } from './model/role.ts';
import { addOps, version } from './ops.ts';
import { openFolder } from './pipeline/file-store-disk.ts';
import { assertUsable, type OpenFileStore, openS3Files } from './pipeline/file-store-s3.ts';
import { makeMediaLinks } from './pipeline/media-link.ts';
import { makeSeal } from './pipeline/seal.ts';
import { type Pipeline, type PipelineOptions, startPipeline } from './pipeline/start.ts';
import { makeThumbnails } from './pipeline/thumbnails.ts';
import { addPushFiles } from './push-files.ts';
import { type Database, openDatabase } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { addWeb } from './web.ts';
import { openWidget } from './widget.ts';

/** A server at work. */
export interface Server {
  readonly pipeline: Pipeline;
  readonly http: FastifyInstance;
  /** Where it listens, for example `http://127.0.0.1:8080`. */
  readonly address: string;
  /** Drains: answers what was asked, ends what is under way, starts nothing new. Takes less than 10 s. */
  stop(): Promise<void>;
}

/** A stop waits this long for requests under way, ms. */
const slowClientMs = 2000;

/** Puts the house together on the database at `databaseUrl`, and listens. */
export async function startServer(config: Config, databaseUrl: string, log: Logger): Promise<Server> {
  const db = openDatabase(databaseUrl, {
    onError: (error) => log.warn({ err: error }, 'a database connection broke'),
  });
  try {
    return await startOn(db, config, log);
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function startOn(db: Database, config: Config, log: Logger): Promise<Server> {
  const { applied } = await migrate(db);
  if (applied.length > 0) log.info({ applied }, 'the schema was brought up to date');
  const seal = makeSeal(config.secret, config.formerSecrets);
  const files = await openFiles(config, log);
  const mediaLinks = makeMediaLinks(config.publicUrl, seal);
  const bySurface = new Map(surfaces.map((surface) => [surface.name, surface]));
  const render: PipelineOptions['render'] = (surface, event, to) =>
    bySurface.get(surface)?.render(event, { server: config.server, mediaLink: mediaLinks.of, ...to });
  const pipeline = await startPipeline({
    credentialsDir: join(config.dataDir, 'credentials'),
    db,
    log,
    seal,
    files,
    publicUrl: config.publicUrl,
    server: config.server,
    allowed: config.allowed,
    allowHttp: config.allowHttp,
    first: config.first,
    agentHours: config.access.agentHours,
    signInHours: config.access.signInHours,
    keep: config.keep,
    roles: config.roles,
    simulators: config.simulators,
    ...(config.natsUrl !== undefined && { natsUrl: config.natsUrl }),
    surfaces,
    render,
  });
  const state = { stopping: false };
  const has = (role: Role) => config.roles.includes(role);
  const tails = openTails(pipeline.core, pipeline.wake, log);
  const presence = openPresence(pipeline.wake);
  const windows = openAgentWindows({ core: pipeline.core, wake: pipeline.wake, presence });
  const live = has('live')
    ? openLive({
        core: pipeline.core,
        tails,
        windows,
        log,
        surfaces: surfaces.map(({ name }) => name),
        render,
      })
    : undefined;
  const widget = has('live')
    ? openWidget({ pipeline, tails, presence, log, publicUrl: config.publicUrl, demo: config.demo })
    : undefined;
  const http = makeHttp({
    core: pipeline.core,
    ...(live && { live }),
    ...(widget && { open: widget.routes }),
    surfaces: has('api') ? surfaces : [],
    log,
    version,
    corsOrigins: config.cors,
    trustedProxies: config.trustedProxies,
    registrationsPerMinute: config.registrationsPerMinute,
    ...(has('api') && {
      rawRoutes(app: FastifyInstance) {
        addIngress(app, pipeline, log, config.registrationsPerMinute);
        addPushFiles(app, pipeline, config.publicUrl);
      },
    }),
  });
  const thumbnails = makeThumbnails({ db, files, log });
  if (has('api')) addMediaLinks(http, { db, links: mediaLinks, files, thumbnails });
  if (has('api')) addWeb(http, { frameAncestors: config.inboxFrameOrigins });
  addOps(http, pipeline, state);
  const address = await http.listen({ port: config.port, host: config.host }).catch(async (error) => {
    presence.stop();
    live?.stop();
    widget?.stop();
    await tails.stop();
    await pipeline.stop();
    throw error;
  });
  return {
    pipeline,
    http,
    address,
    async stop() {
      state.stopping = true;
      windows.stop();
      presence.stop();
      live?.stop();
      widget?.stop();
      await tails.stop();
      await closeHttp(http);
      thumbnails.stop();
      await pipeline.stop();
      await files.close();
      await db.close();
    },
  };
}

/** Where files are kept: in a bucket that was named, or in our own folder. */
async function openFiles({ dataDir, s3 }: Config, log: Logger): Promise<OpenFileStore> {
  if (!s3) return { ...openFolder(join(dataDir, 'media')), close: async () => {} };
  await assertUsable(s3, log);
  return openS3Files(s3, join(dataDir, 'media', 'incoming'), log);
}

/**
 * Of open connections Node closes those that are idle now; who stays on after an answer would hold us up.
 * Who is still sending or reading after a while is cut off: the pipeline needs its time, too.
 */
async function closeHttp(http: FastifyInstance): Promise<void> {
  const reaping = setInterval(() => http.server.closeIdleConnections(), 250);
  const cut = setTimeout(() => http.server.closeAllConnections(), slowClientMs);
  await http.close().finally(() => {
    clearInterval(reaping);
    clearTimeout(cut);
  });
}
