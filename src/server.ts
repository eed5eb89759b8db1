import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { surfaces } from './apis/index.ts';
import type { Config } from './config.ts';
import { makeHttp } from './http.ts';
import { addIngress } from './ingress.ts';
import { addMediaLinks } from './media-links.ts';
import { addOps, version } from './ops.ts';
import { makeMediaLinks } from './pipeline/media-link.ts';
import { makeSeal } from './pipeline/seal.ts';
import { type Pipeline, startPipeline } from './pipeline/start.ts';
import { type Database, openDatabase } from './store/database.ts';
import { migrate } from './store/migrate.ts';

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
  const mediaDir = join(config.dataDir, 'media');
  const mediaLinks = makeMediaLinks(config.publicUrl, seal);
  const bySurface = new Map(surfaces.map((surface) => [surface.name, surface]));
  const pipeline = await startPipeline({
    db,
    log,
    seal,
    mediaDir,
    publicUrl: config.publicUrl,
    server: config.server,
    allowed: config.allowed,
    allowHttp: config.allowHttp,
    first: config.first,
    surfaces,
    render: (surface, event, to) =>
      bySurface.get(surface)?.render(event, { ...to, server: config.server, mediaLink: mediaLinks.of }),
  });
  const state = { stopping: false };
  const http = makeHttp({
    core: pipeline.core,
    surfaces,
    log,
    version,
    corsOrigins: config.cors,
    rawRoutes: (app) => addIngress(app, pipeline, log),
  });
  addMediaLinks(http, db, mediaLinks, mediaDir);
  addOps(http, pipeline, state);
  const address = await http.listen({ port: config.port, host: config.host }).catch(async (error) => {
    await pipeline.stop();
    throw error;
  });
  return {
    pipeline,
    http,
    address,
    async stop() {
      state.stopping = true;
      await closeHttp(http);
      await pipeline.stop();
      await db.close();
    },
  };
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
