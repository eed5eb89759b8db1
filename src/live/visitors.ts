import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { Problem } from '../model/problem.ts';
import type { Core } from '../pipeline/core.ts';
import type { Visitor } from '../pipeline/visitor.ts';
import type { Signal, Wake } from '../pipeline/wake.ts';
import { startHeartbeat } from './heartbeat.ts';
import { closing } from './protocol.ts';
import type { Tails } from './tails.ts';
import { VisitorFeed } from './visitor-feed.ts';
import { makeHearing } from './visitor-hearing.ts';
import { VisitorLimits } from './visitor-limits.ts';
import type { PassingFrame } from './visitor-line.ts';
import { makePolls, type Polls } from './visitor-polls.ts';
import { serveVisitor } from './visitor-socket.ts';

/** Where the socket of the widget is. */
export const visitorPath = '/widget/ws';

export interface VisitorOptions {
  core: Core;
  tails: Tails;
  wake: Pick<Wake, 'signal' | 'onSignal'>;
  log: Logger;
  /** Whether a page of this origin may speak with a site. */
  allowsOrigin(visitor: Pick<Visitor, 'site'>, origin: string | undefined, request: FastifyRequest): boolean;
  /** Counts a connection from an address. Throws `tooMany`. */
  countAddress(address: string): void;
  /** How many agents of a business are there. */
  agentsOnline(businessId: number): number;
}

/** What a connection works with. */
export interface VisitorHouse extends VisitorOptions {
  feed: VisitorFeed;
  limits: VisitorLimits;
  hearing: ReturnType<typeof makeHearing>;
}

/** Connections of visitors of one process. */
const mostSockets = 10_000;
/** How often it is asked whether a token is still in force and its site still open, ms. */
const recheckMs = 5000;

/** The live side of web chat. */
export interface LiveVisitors extends Polls {
  /** Adds the socket to a scope. */
  routes(scope: FastifyInstance): void;
  /** The number of agents who are there has changed. */
  agentsChanged(businessId: number): void;
  stop(): void;
}

/** Sockets and polls of visitors. */
export function openVisitors(options: VisitorOptions): LiveVisitors {
  const { core, wake, log } = options;
  const heartbeat = startHeartbeat();
  const feed = new VisitorFeed(core, options.tails, log);
  const limits = new VisitorLimits();
  const house: VisitorHouse = { ...options, feed, limits, hearing: makeHearing(core, wake) };
  const closers = new Map<object, (why: readonly [number, string]) => void>();
  const unhear = wake.onSignal((signal) => pass(feed, closers, signal));
  const timer = setInterval(() => void recheck(core, feed, closers), recheckMs).unref();
  return {
    ...makePolls(house),
    routes(scope) {
      scope.route({
        method: 'GET',
        url: visitorPath,
        config: { access: 'open' },
        schema: { hide: true },
        handler() {
          throw new Problem('invalid', 'This is a WebSocket: connect with a client for one', {
            code: 'BAD_FRAME',
          });
        },
        wsHandler(socket: WebSocket, request) {
          if (heartbeat.size >= mostSockets) return socket.close(...closing.full);
          try {
            options.countAddress(request.ip);
          } catch {
            return socket.close(...closing.flood);
          }
          heartbeat.add(socket);
          serveVisitor(house, socket, request, (line, close) => {
            closers.set(line, close);
            socket.once('close', () => closers.delete(line));
          });
        },
      });
    },
    agentsChanged(businessId) {
      const online = options.agentsOnline(businessId);
      for (const line of feed.lines())
        if (line.visitor.businessId === businessId) line.say({ t: 'agents', online });
    },
    stop() {
      clearInterval(timer);
      unhear();
      limits.stop();
      heartbeat.stop();
    },
  };
}

type Closers = Map<object, (why: readonly [number, string]) => void>;

/** Tells windows what is true for the moment: somebody writes, or has seen what they wrote. */
function pass(feed: VisitorFeed, closers: Closers, signal: Signal): void {
  const { kind, businessId, contactId } = signal;
  if (typeof contactId !== 'string') return;
  const lines = feed.linesOf({ businessId, contactId });
  if (kind === 'claimed') {
    for (const line of lines) if (line.visitor.person === undefined) closers.get(line)?.(closing.claimed);
    return;
  }
  const frame = frameOf(signal);
  if (frame) for (const line of lines) line.say(frame);
}

function frameOf({ kind, from, on, name, messageId }: Signal): PassingFrame | undefined {
  if (kind === 'typing' && from === 'agent')
    return { t: 'typing', on: on !== false, ...(typeof name === 'string' && { name }) };
  return kind === 'seen' && typeof messageId === 'string' ? { t: 'seen', id: messageId } : undefined;
}

/** Ends windows whose token is over, and all of a site that was switched off or taken away. */
async function recheck(core: Core, feed: VisitorFeed, closers: Closers): Promise<void> {
  const open = new Map<string, boolean>();
  for (const line of [...feed.lines()]) {
    const { site, expiresAt } = line.visitor;
    if (!open.has(site.key)) open.set(site.key, await isThere(core, site.key));
    if (!open.get(site.key)) closers.get(line)?.(closing.claimed);
    else if (expiresAt < Date.now()) closers.get(line)?.(closing.token);
  }
}

/** Who cannot be asked about now stays. */
async function isThere({ visitors }: Core, key: string): Promise<boolean> {
  try {
    return Boolean(await visitors.site(key));
  } catch (error) {
    return !(error instanceof Problem && error.kind === 'notFound');
  }
}
