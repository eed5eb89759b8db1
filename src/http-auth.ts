import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Problem } from './model/problem.ts';
import type { Caller, Connector, Core } from './pipeline/core.ts';

/**
 * Who may call a route. `read`: every confidential key; `write`: those that are not read-only;
 * `connector`: the verify token of a custom channel (decision D66); `open`: everybody.
 */
export type Access = 'read' | 'write' | 'connector' | 'open';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls. Set on routes whose access is `read` or `write`. */
    caller: Caller;
    /** The channel that calls. Set on routes whose access is `connector`. */
    connector: Connector;
  }
  interface FastifyContextConfig {
    /** Every route of a surface says it: one that does not is refused at start. */
    access?: Access;
    /** `stream`: the body is no JSON; the route reads it itself, and says itself how long it may be. */
    body?: 'stream';
  }
}

/**
 * Guards all routes of a scope by what their `config.access` says. Keys are looked at before the body
 * is read, so that strangers cannot make us parse anything.
 */
export function guardRoutes(scope: FastifyInstance, core: Core): void {
  scope.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (access === undefined) throw new Error(`${route.method} ${route.url} does not say who may call it`);
    if (access !== 'open') guard(route, checkOf(core, access));
  });
}

type Check = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

function guard(route: RouteOptions, check: Check): void {
  const own = route.onRequest ?? [];
  route.onRequest = [check, ...(Array.isArray(own) ? own : [own])];
}

function checkOf(core: Core, access: Exclude<Access, 'open'>): Check {
  if (access === 'connector') {
    return async (request) => {
      // An operator may have put a comma into the token: it is taken whole.
      request.connector = await core.authenticateConnector(wholeHeader(request, 'x-verify-token'));
    };
  }
  return async (request) => {
    request.caller = await callerOf(core, request, access === 'write');
  };
}

/** Who calls, by the key of the request and as the app that it names. Throws `Problem` for who may not. */
async function callerOf(core: Core, request: FastifyRequest, writes: boolean): Promise<Caller> {
  const caller = await core.authenticate(keyOf(request));
  assertMay(caller, writes);
  return actingFor(core, caller, headerOf(request, 'x-api-id'));
}

/** The API key of a request: `x-api-key`, or a bearer token. */
export function keyOf(request: FastifyRequest): string | undefined {
  const key = headerOf(request, 'x-api-key');
  if (key !== undefined) return key;
  const authorization = request.headers.authorization;
  return authorization === undefined ? undefined : /^Bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
}

/** A header; when it came several times, joined by commas, its last value that is not empty (decision D5). */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const text = wholeHeader(request, name);
  if (text === undefined) return undefined;
  if (!text.includes(',')) return text.trim() || undefined;
  return text
    .split(',')
    .map((part) => part.trim())
    .findLast((part) => part !== '');
}

function wholeHeader(request: FastifyRequest, name: string): string | undefined {
  const header = request.headers[name];
  return Array.isArray(header) ? header.join(',') : header;
}

function assertMay(caller: Caller, writes: boolean): void {
  if (caller.kind !== 'confidential') {
    throw new Problem('forbidden', 'A publishable key may not do this', { code: 'PUBLISHABLE_KEY' });
  }
  if (writes && caller.scope !== 'write') {
    throw new Problem('forbidden', 'This key may only read', { code: 'READ_ONLY_KEY' });
  }
}

/** The caller, as the app that `x-api-id` names (decision D2): its own, or one it may act for. */
async function actingFor(core: Core, caller: Caller, apiId: string | undefined): Promise<Caller> {
  if (apiId === undefined) return caller;
  const appId = apiId.toLowerCase();
  if (appId === caller.appId) return caller;
  if (caller.tenantWide && (await core.setup(caller.businessId)).apps.has(appId)) return { ...caller, appId };
  throw new Problem('forbidden', 'This key may not act for that app', {
    field: 'x-api-id',
    code: 'OTHER_APP',
  });
}
