import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { isEndUser, type Reach } from './apis/reach.ts';
import { headerOf, wholeHeader } from './http-headers.ts';
import type { Limit } from './http-limits.ts';
import { cookieOf } from './http-sign-in.ts';
import { holderOf } from './model/address.ts';
import { viewOf } from './model/policy.ts';
import { Problem } from './model/problem.ts';
import type { Caller, Connector, Core } from './pipeline/core.ts';

/**
 * Who may call a route. `read`: every confidential key and every agent; `write`: those that are not
 * read-only; access tokens of end users where `reach` says so. `register`: a key that may register end
 * users, in `x-api-key` alone; `vouch`: a server's key, in `x-server-key`; `connector`: the verify token of
 * a custom channel (decision D66); `open`: everybody.
 */
export type Access = 'read' | 'write' | 'register' | 'vouch' | 'connector' | 'open';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls. Set on routes whose access is `read`, `write`, `register` or `vouch`. */
    caller: Caller;
    /** The channel that calls. Set on routes whose access is `connector`. */
    connector: Connector;
  }
  interface FastifyContextConfig {
    /** Every route of a surface says it: one that does not is refused at start. */
    access?: Access;
    /** What end users may do here; absent: nothing. */
    reach?: Reach;
    /** It asks the policy what its agent sees: those who do not see all may come in here, and nowhere else. */
    policy?: true;
    /** `stream`: the body is no JSON; the route reads it itself, and says itself how long it may be. */
    body?: 'stream';
  }
}

/**
 * Guards all routes of a scope by what their `config.access` says. Keys are looked at before the body
 * is read, so that strangers cannot make us parse anything.
 */
export function guardRoutes(scope: FastifyInstance, core: Core, limits: { registrations: Limit }): void {
  scope.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (access === undefined) throw new Error(`${route.method} ${route.url} does not say who may call it`);
    if (access !== 'open') guard(route, checkOf(core, access, limits.registrations));
  });
}

type Check = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

function guard(route: RouteOptions, check: Check): void {
  const own = route.onRequest ?? [];
  route.onRequest = [check, ...(Array.isArray(own) ? own : [own])];
}

function checkOf(core: Core, access: Exclude<Access, 'open'>, registrations: Limit): Check {
  if (access === 'connector') {
    return async (request) => {
      // An operator may have put a comma into the token: it is taken whole.
      request.connector = await core.authenticateConnector(wholeHeader(request, 'x-verify-token'));
    };
  }
  if (access === 'register') {
    return async (request) => {
      registrations.count(holderOf(request.ip));
      request.caller = from(request, await registrarOf(core, headerOf(request, 'x-api-key')));
    };
  }
  if (access === 'vouch') {
    return async (request) => {
      request.caller = from(request, await voucherOf(core, headerOf(request, 'x-server-key')));
    };
  }
  return async (request) => {
    request.caller = from(request, await callerOf(core, request, access === 'write'));
  };
}

/** The caller, and where it comes from: the audit log says both. */
function from(request: FastifyRequest, caller: Caller): Caller {
  return { from: { address: request.ip, requestId: request.id }, ...caller };
}

/** Who calls, by the token or the key of the request and as the app that it names. Throws `Problem` for who may not. */
async function callerOf(core: Core, request: FastifyRequest, writes: boolean): Promise<Caller> {
  // A token decides who calls, and was looked at already; what end users may do is known by then, too.
  const caller = request.caller ?? (await core.authenticate(keyOf(request)));
  if (!isEndUser(caller)) assertMay(caller, writes);
  if (caller.agent && !request.routeOptions.config.policy) await assertSeesAll(core, caller);
  return actingFor(core, caller, headerOf(request, 'x-api-id'));
}

/** Throws `Problem` when the key or the token of an earlier request is no longer in force. */
export async function stillIn(core: Core, request: FastifyRequest): Promise<Caller> {
  return request.caller.tokenId === undefined
    ? core.authenticate(keyOf(request))
    : core.access.authenticate(bearerOf(request) ?? cookieOf(request, core.publicUrl) ?? '');
}

/** Where nobody looks at what an agent sees, only those who see all may come in (reliability.md, 17). */
async function assertSeesAll(core: Core, { businessId, agent }: Caller): Promise<void> {
  const setup = await core.setup(businessId);
  const known = setup.agents.get(agent!.code);
  if (known && viewOf(known, setup).all) return;
  throw new Problem('forbidden', 'An agent who sees a part of the sessions may not do this', {
    code: 'OWN_SESSIONS_ONLY',
  });
}

/** The API key of a request: `x-api-key`, or a bearer token. */
export function keyOf(request: FastifyRequest): string | undefined {
  return headerOf(request, 'x-api-key') ?? bearerOf(request);
}

function bearerOf({ headers: { authorization } }: FastifyRequest): string | undefined {
  return authorization === undefined ? undefined : /^Bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
}

/** The key that registers end users: a publishable one, or a confidential one that may write. */
async function registrarOf(core: Core, key: string | undefined): Promise<Caller> {
  const caller = await core.authenticate(key);
  if (caller.kind !== 'publishable') assertMay(caller, true);
  return caller;
}

const longestServerKey = 150;

/** The key of a business's server. Any other is as good as none. */
async function voucherOf(core: Core, key: string | undefined): Promise<Caller> {
  const caller = key && key.length <= longestServerKey ? await core.authenticate(key) : undefined;
  if (caller?.kind === 'server') return caller;
  throw new Problem('unauthorized', 'This server key is not known', { code: 'UNAUTHORIZED' });
}

function assertMay(caller: Caller, writes: boolean): void {
  if (caller.kind !== 'confidential') {
    const code = caller.kind === 'server' ? 'SERVER_KEY' : 'PUBLISHABLE_KEY';
    throw new Problem('forbidden', `A ${caller.kind} key may not do this`, { code });
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
