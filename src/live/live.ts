import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { StoredEvent } from '../model/event.ts';
import { invalid, Problem } from '../model/problem.ts';
import type { RenderTarget } from '../pipeline/context.ts';
import type { Core } from '../pipeline/core.ts';
import * as events from '../store/events.ts';
import type { AgentWindows } from './agent-windows.ts';
import { Follower } from './follower.ts';
import { heartbeatMs, startHeartbeat } from './heartbeat.ts';
import { bearerOf, closing, say, subprotocols } from './protocol.ts';
import type { Tails } from './tails.ts';
import { readQuery, seenBy, tellOf } from './words.ts';

/** Where the socket is. */
export const livePath = '/api/v1/live';

export interface LiveOptions {
  core: Core;
  tails: Tails;
  windows: AgentWindows;
  log: Logger;
  /** Names of the surfaces in whose words events can be told. */
  surfaces: readonly string[];
  /** How a surface tells an event; undefined: it does not. */
  render(surface: string, event: StoredEvent, to: RenderTarget): { body: unknown } | undefined;
}

/** Connections of one process. */
const mostSockets = 10_000;
/** How often it is asked whether a connection's key or token is still in force, ms. */
const recheckMs = 5000;
/** What a client may say in one frame, bytes. */
const mostHeard = 16 * 1024;

/** The live side of the feed: sockets that hear what happens as it happens. */
export interface Live {
  /** Adds the route to a scope whose routes are guarded. `stillIn` throws when who asked may no longer ask. */
  routes(scope: FastifyInstance, stillIn: (request: FastifyRequest) => Promise<unknown>): void;
  /** Sends everybody away, to come again. */
  stop(): void;
}

/** Registers sockets with the server. Before every route. */
export function addSockets(app: FastifyInstance): void {
  app.register(websocket, {
    options: {
      maxPayload: mostHeard,
      perMessageDeflate: false,
      handleProtocols: (offered) => subprotocols.find((one) => offered.has(one)) ?? false,
    },
  });
  // A browser can set no headers on an upgrade.
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request;
    if (headers.upgrade !== undefined && headers.authorization === undefined) {
      const bearer = bearerOf(headers['sec-websocket-protocol']);
      if (bearer !== undefined) headers.authorization = `Bearer ${bearer}`;
    }
    done();
  });
}

/** Follows the logs of all businesses that somebody listens to. */
export function openLive(options: LiveOptions): Live {
  const { core, tails, log } = options;
  const heartbeat = startHeartbeat();
  const sockets = new Map<WebSocket, Connection>();
  const timer = setInterval(() => void recheck(sockets), recheckMs).unref();
  const join = async (socket: WebSocket, request: FastifyRequest) => {
    const { businessId } = request.caller;
    const [setup, oldest] = await Promise.all([core.setup(businessId), events.first(core.db, businessId)]);
    const { after, ...whose } = readQuery(request.query, options.surfaces, setup);
    const tail = await tails.of(businessId);
    // It may have gone meanwhile, and would be followed for ever.
    if (socket.readyState !== socket.OPEN) return;
    say(socket, {
      type: 'hello',
      business: setup.business.domain,
      seq: tail.head,
      ...(oldest !== undefined && { oldest }),
      heartbeatMs,
    });
    options.windows.join(socket, request.caller);
    const { agent } = request.caller;
    const words = async () => {
      const current = await core.setup(businessId);
      return seenBy(tellOf(options, current, whose), current, agent?.code);
    };
    new Follower(socket, tail, after ?? tail.head, words).pump();
  };
  return {
    routes(scope, stillIn) {
      scope.route({
        method: 'GET',
        url: livePath,
        config: { access: 'read', policy: true },
        schema: { hide: true },
        preValidation: (request) => check(options, request),
        handler() {
          throw invalid('upgrade', 'This is a WebSocket: connect with a client for one');
        },
        wsHandler(socket, request) {
          if (sockets.size >= mostSockets) return socket.close(...closing.full);
          heartbeat.add(socket);
          sockets.set(socket, { check: () => stillIn(request) });
          socket.on('close', () => sockets.delete(socket));
          // What a client says before somebody listens waits.
          socket.pause();
          join(socket, request)
            .catch((error) => {
              log.warn({ err: error }, 'a live connection could not begin');
              socket.close(...closing.failed);
            })
            .finally(() => socket.resume());
        },
      });
    },
    stop() {
      clearInterval(timer);
      heartbeat.stop();
    },
  };
}

async function check({ core, surfaces }: LiveOptions, { caller, query }: FastifyRequest): Promise<void> {
  // An agent works on the conversations of the business, whatever the key that let him in may set up.
  if (!caller.tenantWide && !caller.agent) {
    throw new Problem(
      'forbidden',
      'This key speaks for one app: use one that may act for the whole business.',
      { code: 'NOT_TENANT_WIDE' },
    );
  }
  readQuery(query, surfaces, await core.setup(caller.businessId));
}

interface Connection {
  /** Throws when its key or token is no longer in force. */
  check(): Promise<unknown>;
}

/** Sends those away whose key or token was taken out of force. Who cannot be asked about now stays. */
async function recheck(sockets: Map<WebSocket, Connection>): Promise<void> {
  for (const [socket, { check }] of [...sockets]) {
    await check().catch((error: unknown) => {
      if (error instanceof Problem && /^(unauthorized|forbidden)$/.test(error.kind))
        socket.close(...closing.refused);
    });
  }
}
