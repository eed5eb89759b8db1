import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isEndUser, mayReach, outOfReach } from './apis/reach.ts';
import { headerOf } from './http-headers.ts';
import { type Limit, makeLimit } from './http-limits.ts';
import { cookieOf } from './http-sign-in.ts';
import { Problem } from './model/problem.ts';
import type { Caller, Core } from './pipeline/core.ts';
import { looksLikeToken } from './pipeline/jwt.ts';
import { looksLikeSignIn } from './pipeline/sign-ins.ts';

/** Calls of an end user in five seconds, over all of its devices (amity-sessions.md 10). */
const mostCalls = 100;
const windowMs = 5000;

/**
 * Looks at every request that carries a token, whether or not there is a route for it (decision D21): who
 * calls is decided by the token, even if a key comes along. To be added after CORS, so that web pages can
 * read a refusal, and before all routes.
 */
export function guardTokens(app: FastifyInstance, core: Core): void {
  const limit = makeLimit(mostCalls, windowMs);
  app.addHook('onRequest', (request, _reply, done) => {
    // Registering looks at no token: a client brings its old one along, even a dead one.
    const { access } = request.routeOptions.config;
    if (request.method === 'OPTIONS' || access === 'register') return done();
    let token = tokenOf(request);
    if (token === undefined && (access === 'read' || access === 'write')) {
      try {
        token = cookieOf(request, core.publicUrl);
      } catch (error) {
        return done(error as Error);
      }
    }
    // Most requests come with a plain key: they do not wait for anything here.
    if (token === undefined) return done();
    checkToken(core, limit, request, token).then(() => done(), done);
  });
}

async function checkToken(core: Core, limit: Limit, request: FastifyRequest, token: string): Promise<void> {
  const { access } = request.routeOptions.config;
  const isAsked = access === 'read' || access === 'write';
  const caller = isAsked ? await core.access.authenticate(token) : await living(core, token);
  if (!caller) return;
  request.caller = caller;
  if (caller.agent) await assertAgrees(core, caller, request);
  if (!isEndUser(caller)) return;
  // What is refused says so, however often: the limit is for what is done.
  const isOwn = assertReach(caller, request);
  limit.count(`${caller.businessId} ${caller.endUser!.id}`);
  if (!isOwn && caller.bearer !== 'signed-in') await core.access.countRead(caller);
}

/** The bearer of a request, when it has the form of a token. */
function tokenOf({ headers: { authorization } }: FastifyRequest): string | undefined {
  const bearer = authorization && /^Bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
  return bearer && (looksLikeToken(bearer) || looksLikeSignIn(bearer)) ? bearer : undefined;
}

/**
 * Where no token of ours is asked for, others' may come: providers and connectors send their own. Only one
 * that is good says anything there.
 */
async function living(core: Core, token: string): Promise<Caller | undefined> {
  try {
    return await core.access.authenticate(token);
  } catch (error) {
    if (error instanceof Problem && error.kind === 'unauthorized') return undefined;
    throw error;
  }
}

/**
 * End users read what their reach is, and write nothing but what is about their own token. Answers whether
 * this call is about that, or open to everybody: it is no read that counts.
 */
function assertReach(caller: Caller, request: FastifyRequest): boolean {
  const { access, reach } = request.routeOptions.config;
  const isRead = access === 'read' || (access !== 'write' && /^(GET|HEAD)$/.test(request.method));
  // What is open to everybody is open to them; where nothing is, that is told.
  if (isRead && access === undefined) return true;
  if (!mayReach(caller, reach, !isRead)) throw outOfReach(caller);
  return reach === 'self';
}

/** What an agent's client says of itself beside its token must be what the token says (azeer.md 2.1). */
async function assertAgrees(core: Core, caller: Caller, request: FastifyRequest): Promise<void> {
  const { uuid } = (await core.setup(caller.businessId)).business;
  const said = {
    'x-hasura-business-id': uuid,
    'x-hasura-user-id': caller.agent!.no,
    'x-host-id': caller.agent!.hostId,
  };
  for (const [name, value] of Object.entries(said)) {
    const given = headerOf(request, name);
    if (given === undefined || given.toLowerCase() === value.toLowerCase()) continue;
    throw new Problem('unauthorized', `${name} does not agree with the token`, { code: 'UNAUTHORIZED' });
  }
}
