import cors from '@fastify/cors';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import type { Reach } from './apis/reach.ts';
import { type Surface, type SurfaceError, surfaceAt } from './apis/surface.ts';
import { type Access, guardRoutes, stillIn } from './http-auth.ts';
import { maxBodyBytes, parseJson } from './http-body.ts';
import { problemOf, retryAfterOf, statusOf, unknownPath } from './http-errors.ts';
import { idempotencyHeader, replayedHeader, replayWrites } from './http-idempotency.ts';
import { makeLimit } from './http-limits.ts';
import { describeRoutes } from './http-openapi.ts';
import { guardTokens } from './http-tokens.ts';
import { addSockets, type Live } from './live/live.ts';
import { newId } from './model/ids.ts';
import type { Problem } from './model/problem.ts';
import type { Caller, Connector, Core } from './pipeline/core.ts';

export interface HttpOptions {
  core: Core;
  surfaces: readonly Surface[];
  log: Logger;
  version: string;
  /** Routes that need the bytes of the body as they came: `request.body` is a Buffer (provider webhooks). */
  rawRoutes?: (app: FastifyInstance) => void;
  /** The live side of the feed. */
  live?: Live;
  /** Routes that are open to everybody, and look themselves at who comes and at what is sent. */
  open?: (app: FastifyInstance) => void;
  /** Origins that may call from a browser (decision D6). Default: all; `false`: none. */
  corsOrigins?: '*' | string[] | false;
  /** Proxies whose word on a caller's address is believed, as addresses or CIDRs. */
  trustedProxies?: string[];
  /** Registrations of end users a minute from one address. Default 600. */
  registrationsPerMinute?: number;
}

/** A route as a guard sees it. */
export interface RouteFacts {
  method: string;
  url: string;
  access: Access | undefined;
  reach: Reach | undefined;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route of the server, once it is ready: what holds for all can be shown of all. */
    readonly table: readonly RouteFacts[];
  }
}

const json = 'application/json';
const bytes = 'application/octet-stream';
/** By name, since a star never covers `authorization` (amity-sessions.md 11). */
const allowedHeaders = [
  'content-type',
  'authorization',
  'x-api-key',
  'x-api-id',
  'x-server-key',
  'x-hasura-business-id',
  'x-hasura-user-id',
  'x-host-id',
  idempotencyHeader,
  'if-match',
  'if-none-match',
  // A client of the Amity surface asks for a cookie by it; it never gets one.
  'set-access-token-cookie',
].join(', ');

/**
 * The HTTP server, not yet listening: every surface in a scope of its own, with one reading of bodies,
 * one check of keys and one place where errors are told. Further routes (probes, metrics) may be added
 * to what it returns.
 */
export function makeHttp(options: HttpOptions): FastifyInstance {
  const { core, surfaces, log } = options;
  const tell = makeTell(surfaces, log);
  const app: FastifyInstance = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    bodyLimit: maxBodyBytes,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 500 },
    // A large file over a slow line; headers alone have a minute.
    requestTimeout: 300_000,
    connectionTimeout: 0,
    trustProxy: options.trustedProxies ?? [],
    keepAliveTimeout: 72_000,
    frameworkErrors: (error, request, reply) => tell(error, request, reply),
  });
  const table: RouteFacts[] = [];
  app.decorate('table', table);
  app.addHook('onRoute', ({ method, url, config = {} }) => {
    for (const one of [method].flat())
      table.push({ method: one, url, access: config.access, reach: config.reach });
  });
  app.decorateRequest('caller', null as unknown as Caller);
  app.decorateRequest('connector', null as unknown as Connector);
  app.decorateRequest('once', undefined);
  app.setErrorHandler((error, request, reply) => tell(error, request, reply));
  app.setNotFoundHandler((request, reply) => tell(unknownPath(), request, reply));
  addRequestHooks(app, log);
  leaveBodiesUnread(app);
  if (options.live) addSockets(app);
  app.register(cors, {
    origin: options.corsOrigins ?? '*',
    methods: 'GET, POST, PUT, PATCH, DELETE',
    allowedHeaders,
    exposedHeaders: `x-request-id, retry-after, etag, ${replayedHeader}`,
    maxAge: 86_400,
    strictPreflight: false,
  });
  // Once CORS is there: its headers are on a refusal, too.
  app.after(() => guardTokens(app, core));
  describeRoutes(app, surfaces, { publicUrl: core.publicUrl, version: options.version });
  const registrations = makeLimit(options.registrationsPerMinute ?? 600, 60_000);
  for (const surface of surfaces) {
    app.register(async (scope) => {
      readBodiesAsJson(scope);
      guardRoutes(scope, core, { registrations });
      replayWrites(scope, core);
      surface.routes(scope, core);
    });
  }
  const { rawRoutes, live, open } = options;
  if (open) app.register(async (scope) => open(scope));
  if (live) {
    app.register(async (scope) => {
      guardRoutes(scope, core, { registrations });
      live.routes(scope, (request) => stillIn(core, request));
    });
  }
  if (rawRoutes) {
    app.register(async (scope) => {
      readBodiesRaw(scope);
      rawRoutes(scope);
    });
  }
  return app;
}

function addRequestHooks(app: FastifyInstance, log: Logger): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  // Looked at once: a line for each request is for people who look for something, not for every day.
  if (!log.isLevelEnabled('debug')) return;
  app.addHook('onResponse', (request, reply, done) => {
    const { method, url, id: traceid } = request;
    const ms = Math.round(reply.elapsedTime);
    log.debug({ traceid, method, path: pathOf(url), status: reply.statusCode, ms }, 'request');
    done();
  });
}

/** Outside of the surfaces nothing has a body: what is not there is told so, whatever was sent to it. */
function leaveBodiesUnread(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, body, done) => {
    body.resume();
    done(null);
  });
}

/** One parser for every content type, also for none or a malformed one (decision D17). */
function readBodiesAsJson(scope: FastifyInstance): void {
  const bodyLimit = maxBodyBytes;
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(json, { parseAs: 'buffer', bodyLimit }, (_request, body: Buffer, done) => {
    // An empty body is an empty request: the surface says which field is missing.
    done(null, body.length === 0 ? {} : parseJson(body));
  });
  scope.addHook('onRequest', (request, _reply, done) => {
    const { headers, routeOptions } = request;
    const isStream = routeOptions.config.body === 'stream';
    // Of what a body says of itself only that it is a form counts: the rest may be no content type at all.
    if (!isStream) headers['content-type'] = json;
    else if (!/^multipart\/form-data\b/i.test(headers['content-type'] ?? '')) headers['content-type'] = bytes;
    done();
  });
}

/** Bodies as they came, up to the limit of each route. */
function readBodiesRaw(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  for (const type of [json, '*'])
    scope.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

type Tell = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** Tells an error in the shape of the surface whose path was called; never HTML, never empty. */
function makeTell(surfaces: readonly Surface[], log: Logger): Tell {
  return (error, request, reply) => {
    const problem = problemOf(error);
    note(log, problem, error, request);
    if (problem.kind === 'tooLarge') linger(request, reply);
    const path = pathOf(request.url);
    const surface = surfaceAt(surfaces, path);
    const {
      status,
      headers,
      type = json,
      body,
    } = surface ? surface.error(problem, request) : plainError(problem, request);
    return reply
      .code(status)
      .headers({ 'x-request-id': request.id, ...headers })
      .type(type)
      .serializer(type === json ? JSON.stringify : String)
      .send(body);
  };
}

/** A body that is too large is read and dropped for so long, ms. */
const lingerMs = 10_000;

/**
 * Goes on reading, for a while, what a caller sends who has been told that it is too much: most callers read the answer
 * only once they have sent everything, and a line that is cut before loses it.
 */
function linger({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection');
  raw.unpipe();
  raw.resume();
  const patience = setTimeout(() => raw.complete || raw.destroy(), lingerMs).unref();
  raw.once('close', () => clearTimeout(patience));
}

function note(
  log: Logger,
  { kind, message }: Problem,
  error: unknown,
  { id: traceid, method, url }: FastifyRequest,
): void {
  const path = pathOf(url);
  if (kind === 'internal' || kind === 'unavailable') {
    log[kind === 'internal' ? 'error' : 'warn']({ traceid, method, path, err: error }, message);
  } else {
    log.debug({ traceid, method, path, kind }, message);
  }
}

/** The path that was called: without query, which may hold secrets, and without doubled slashes. */
function pathOf(url: string): string {
  const end = url.indexOf('?');
  return (end === -1 ? url : url.slice(0, end)).replace(/\/{2,}/g, '/');
}

/** How an error is told outside of every surface. */
function plainError(problem: Problem, request: FastifyRequest): SurfaceError {
  const retryAfter = retryAfterOf(problem);
  return {
    status: statusOf[problem.kind],
    ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
    body: {
      status: statusOf[problem.kind],
      error: problem.kind,
      message: problem.message,
      traceid: request.id,
    },
  };
}
