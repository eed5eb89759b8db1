import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { wholeHeader } from './http-headers.ts';
import { invalid } from './model/problem.ts';
import type { Caller, Core } from './pipeline/core.ts';
import type { Once } from './pipeline/idempotency.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while a request under an Idempotency-Key is being done. */
    once: Once | undefined;
  }
}

/** The header by which a caller names a request that must be done once. */
export const idempotencyHeader = 'idempotency-key';
/** Stands on an answer that was given before. */
export const replayedHeader = 'idempotency-replayed';

const longestKey = 255;

/**
 * Lets callers repeat a write without doing it twice: what comes with the same Idempotency-Key is
 * answered as the first time. Goes for every route of a scope that writes.
 */
export function replayWrites(scope: FastifyInstance, core: Core): void {
  scope.addHook('onRoute', (route) => {
    const { access = 'open' } = route.config ?? {};
    // Who only reads is answered as things are now; and whoever asks where everybody may has no key of his own.
    if (access === 'read' || access === 'open' || route.method === 'GET') return;
    const before = route.preHandler ?? [];
    route.preHandler = [...(Array.isArray(before) ? before : [before]), begin];
    const after = route.onSend ?? [];
    route.onSend = [...(Array.isArray(after) ? after : [after]), end];
  });

  // By callback, so that what follows runs within the request that was begun.
  function begin(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    const key = wholeHeader(request, idempotencyHeader);
    if (key === undefined) {
      done();
      return;
    }
    beginUnder(key, request, reply).then((once) => {
      if (once) core.idempotency.run(once, done);
    }, done);
  }

  /** The right to do it; undefined when it was answered as before. */
  async function beginUnder(
    key: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Once | undefined> {
    if (key.length === 0 || key.length > longestKey) {
      throw invalid(idempotencyHeader, `${idempotencyHeader} must have 1 to ${longestKey} characters`);
    }
    const begun = await core.idempotency.begin({ key, ...keyed(request) });
    if ('answer' in begun) {
      const { status, contentType, body } = begun.answer;
      // As bytes, for what is a string would be put into JSON once more.
      reply.code(status).header(replayedHeader, 'true').type(contentType).send(Buffer.from(body));
      return undefined;
    }
    request.once = begun.once;
    if (request.caller) request.caller = { once: begun.once, ...request.caller };
    return begun.once;
  }

  async function end(request: FastifyRequest, reply: FastifyReply, payload: unknown) {
    const { once } = request;
    if (!once) return payload;
    request.once = undefined;
    try {
      await settle(once, reply, payload);
    } catch (error) {
      // What was done is done, and must be told; a repeat finds the effect.
      request.log.warn({ traceid: request.id, err: error }, 'an answer could not be kept for repeats');
    }
    return payload;
  }

  async function settle(once: Once, reply: FastifyReply, payload: unknown): Promise<void> {
    const { statusCode: status } = reply;
    if (status < 200 || status > 299) return core.idempotency.release(once);
    const contentType = String(reply.getHeader('content-type') ?? 'application/json');
    const body = payload === undefined || payload === null ? '' : String(payload);
    await core.idempotency.finish(once, { status, contentType, body });
  }
}

/** Who asks where for what: a key belongs to who acts, on one route. */
function keyed(request: FastifyRequest) {
  const { caller, connector, method, url, routeOptions, headers } = request;
  const isStream = routeOptions.config.body === 'stream';
  // Of a file only its length is compared: the rest of what is sent differs at each try, and is read once.
  const content = isStream ? [headers['content-length'] ?? ''] : [JSON.stringify(request.body ?? null)];
  return {
    businessId: (connector ?? caller).businessId,
    scope: [...(connector ? [connector.channelId] : whoActs(caller)), method, routeOptions.url ?? ''],
    request: [url, caller?.appId ?? '', ...content],
  };
}

/**
 * Whom an Idempotency-Key belongs to (docs/decisions/0025). An agent is the same one by every sign-in: what was sent before it
 * ended is not sent again after the next one. Who comes by a token that a key opened has the rights of that key, and is
 * another one by another key.
 */
function whoActs({ agent, keyId, tokenId }: Caller): string[] {
  return agent ? ['agent', agent.no, keyId] : [tokenId ?? keyId];
}
