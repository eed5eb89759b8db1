import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { parseJson } from './http-body.ts';
import { problemOf, retryAfterOf, statusOf } from './http-errors.ts';
import { headerOf } from './http-headers.ts';
import { holderOf, makeLimit } from './http-limits.ts';
import type { Presence } from './live/presence.ts';
import type { Tails } from './live/tails.ts';
import { pageOf } from './live/visitor-hearing.ts';
import { openVisitors } from './live/visitors.ts';
import { invalid, Problem } from './model/problem.ts';
import { allowsOrigin } from './model/site.ts';
import type { Pipeline } from './pipeline/start.ts';
import type { OpenSite, Visit, Visitor, VisitRequest } from './pipeline/visitor.ts';
import { addWidgetFiles } from './widget-files.ts';
import { addUploads } from './widget-uploads.ts';

/** Sessions and connections that may begin from one address in a minute. */
const sessionsPerMinute = 120;
const connectionsPerMinute = 3000;
const longestBody = 256 * 1024;
const mostFrames = 20;
const longestFrame = 16 * 1024;
const mostHistory = 100;

/** Web chat as browsers reach it: the widget's files, sessions of visitors, the socket and its fall-back. */
export interface Widget {
  routes(app: FastifyInstance): void;
  stop(): void;
}

interface WidgetOptions {
  pipeline: Pipeline;
  tails: Tails;
  presence: Presence;
  log: Logger;
  publicUrl: URL;
  /** Whether the demo page is there. */
  demo: boolean;
}

export function openWidget({ pipeline, tails, presence, log, publicUrl, demo }: WidgetOptions): Widget {
  const { core, wake } = pipeline;
  const connections = makeLimit(connectionsPerMinute, 60_000);
  const sessions = makeLimit(sessionsPerMinute, 60_000);
  const origins = makeOrigins(publicUrl);
  const live = openVisitors({
    core,
    tails,
    wake,
    log,
    allowsOrigin: ({ site }, origin, request) => origins.allows(site, origin, request),
    countAddress: (address) => connections.count(holderOf(address)),
    agentsOnline: presence.count,
  });
  const unhear = presence.on((businessId) => live.agentsChanged(businessId));
  const visitorOf = async (request: FastifyRequest): Promise<Visitor> => {
    const token = /^Bearer\s+(\S+)\s*$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
    if (token === undefined) throw new Problem('unauthorized', 'A token is needed', { code: 'TOKEN' });
    const visitor = await core.visitors.authenticate(token);
    origins.assert(visitor.site, request);
    return visitor;
  };

  return {
    stop() {
      unhear();
      live.stop();
    },
    routes(app) {
      app.setErrorHandler((error, request, reply) => tell(log, error, request, reply));
      live.routes(app);
      addWidgetFiles(app, { core, publicUrl, demo });
      app.register(async (scope) => addUploads(scope, core, visitorOf));
      app.register(async (scope) => addJsonRoutes(scope));
    },
  };

  function addJsonRoutes(app: FastifyInstance): void {
    readJson(app);
    app.post('/widget/session', { config: { access: 'open' } }, async (request, reply) => {
      sessions.count(holderOf(request.ip));
      const asked = visitRequestOf(request.body);
      origins.assert(await core.visitors.site(asked.siteKey), request, true);
      return reply
        .header('cache-control', 'no-store')
        .send(visitTold(await core.visitors.open(asked), publicUrl));
    });
    app.get('/widget/poll', { config: { access: 'open' } }, async (request, reply) => {
      connections.count(holderOf(request.ip));
      const visitor = await visitorOf(request);
      const gone = new AbortController();
      request.raw.once('close', () => gone.abort());
      const frames = await live.poll(visitor, numberIn(request, 'after'), gone.signal);
      return reply.header('cache-control', 'no-store').send({ frames });
    });
    app.post('/widget/frames', { config: { access: 'open' } }, async (request) => {
      const visitor = await visitorOf(request);
      return { frames: await live.say(visitor, framesOf(request.body)) };
    });
    app.get('/widget/history', { config: { access: 'open' } }, async (request, reply) => {
      const visitor = await visitorOf(request);
      const { before } = request.query as Record<string, unknown>;
      const limit = Math.min(mostHistory, numberIn(request, 'limit') ?? 50) || 1;
      const { messages, more } = await core.visitors.history(
        visitor,
        before === undefined ? undefined : String(before),
        limit,
      );
      return reply.header('cache-control', 'no-store').send({ messages, more });
    });
  }
}

/** Bodies are JSON, whatever they are called. */
function readJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const read = { parseAs: 'buffer' as const, bodyLimit: longestBody };
  app.addContentTypeParser('*', read, (_request, body: Buffer, done) => {
    try {
      done(null, body.length === 0 ? {} : parseJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** What a browser asks for at the beginning. Throws `Problem` that names the field. */
function visitRequestOf(body: unknown): VisitRequest {
  const given = objectIn(body, 'body');
  const text = (field: string, most: number) => {
    const value = given[field];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string' || value.length > most)
      throw invalid(field, `${field} must be a text of at most ${most} characters`, { code: 'BAD_FIELD' });
    return value;
  };
  const siteKey = text('siteKey', 100);
  if (!siteKey) throw invalid('siteKey', 'siteKey is required', { code: 'BAD_FIELD' });
  const [visitorId, token] = [text('visitorId', 200), text('token', 4096)];
  const identity = given.identity == null ? undefined : objectIn(given.identity, 'identity');
  const page = pageOf(given.page);
  return {
    siteKey,
    ...(visitorId && { visitorId }),
    ...(token && { token }),
    ...(identity && { identity }),
    ...(page && { page }),
  };
}

function objectIn(value: unknown, field: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw invalid(field, `${field} must be an object`, { code: 'BAD_FIELD' });
}

function framesOf(body: unknown): Record<string, unknown>[] {
  const { frames } = objectIn(body, 'body');
  if (!Array.isArray(frames) || frames.length > mostFrames)
    throw invalid('frames', `frames must be a list of at most ${mostFrames}`, { code: 'BAD_FIELD' });
  return frames.map((frame, i) => {
    const one = objectIn(frame, `frames[${i}]`);
    if (JSON.stringify(one).length > longestFrame)
      throw new Problem('tooLarge', 'A frame has at most 16 KB', {
        field: `frames[${i}]`,
        code: 'TOO_LARGE',
      });
    return one;
  });
}

function numberIn({ query }: FastifyRequest, name: string): number | undefined {
  const value = (query as Record<string, unknown>)[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  throw invalid(name, `${name} must be a number`, { code: 'BAD_FIELD' });
}

/** What a browser is told at the beginning. */
function visitTold(visit: Visit, publicUrl: URL) {
  const { site, visitorId, token, expiresAt, conversation, profile, identified, open, unread } = visit;
  const { name, email, phone } = profile;
  const base = baseOf(publicUrl);
  return {
    visitorId,
    token,
    expiresAt,
    conversation,
    wsUrl: `${base.replace(/^http/, 'ws')}/widget/ws`,
    visitor: { name, email, phone, identified },
    open,
    unread,
    config: siteTold(site, base),
  };
}

/** A site as widgets are told it. */
export function siteTold(site: OpenSite, base: string) {
  return { key: site.key, base, ...site.shown };
}

/** Our own address, without a slash at its end. */
export function baseOf(publicUrl: URL): string {
  return publicUrl.href.replace(/\/+$/, '');
}

/** Which pages may speak with a site. */
export interface Origins {
  allows(site: Pick<OpenSite, 'origins'>, origin: string | undefined, request: FastifyRequest): boolean;
  /** Throws `forbidden`. A request that may change something must say where it comes from. */
  assert(site: Pick<OpenSite, 'origins'>, request: FastifyRequest, needed?: boolean): void;
}

/** Our own pages may, the widget's frame among them, and those that the site names. */
function makeOrigins(publicUrl: URL): Origins {
  const isOwn = (origin: string, request: FastifyRequest) =>
    origin === publicUrl.origin || isLoopback(origin, headerOf(request, 'host'));
  const allows: Origins['allows'] = (site, origin, request) =>
    origin !== undefined && (isOwn(origin, request) || allowsOrigin(site, origin));
  return {
    allows,
    assert(site, request, needed = false) {
      const origin = headerOf(request, 'origin');
      if (origin === undefined ? !needed : allows(site, origin, request)) return;
      throw new Problem(
        'forbidden',
        'This page may not show the widget: its origin is not among those of the site',
        {
          code: 'ORIGIN',
        },
      );
    },
  };
}

/** Whoever tries it out on his own machine may call it by any of its names. */
function isLoopback(origin: string, host: string | undefined): boolean {
  const name = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.exec(origin);
  return name !== null && origin.slice(origin.indexOf('://') + 3) === host;
}

/** How an error is told to a widget. */
function tell(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  const { kind, message, details } = problem;
  if (kind === 'internal') log.error({ traceid: request.id, method: request.method, err: error }, message);
  const { field, code } = details[0] ?? {};
  const retryAfter = retryAfterOf(problem);
  const word = wordOf[kind] ?? code ?? 'BAD_FIELD';
  return reply
    .code(word === 'FILE_TYPE' ? 415 : statusOf[kind])
    .headers({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    })
    .serializer(JSON.stringify)
    .send({ error: { code: word, message, ...(field && { field }), ...(retryAfter && { retryAfter }) } });
}

const wordOf: Partial<Record<Problem['kind'], string>> = {
  tooMany: 'RATE',
  unavailable: 'UNAVAILABLE',
  internal: 'INTERNAL',
  tooLarge: 'TOO_LARGE',
};
