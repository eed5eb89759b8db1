import type { FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { Problem } from '../model/problem.ts';
import type { Standing, Visitor } from '../pipeline/visitor.ts';
import { drained, isOpen } from './drained.ts';
import { heartbeatMs } from './heartbeat.ts';
import { closing, say } from './protocol.ts';
import { isSame, pageOf } from './visitor-hearing.ts';
import { TooManyFrames } from './visitor-limits.ts';
import { errorFrame, type Outlet, type PassingFrame, VisitorLine } from './visitor-line.ts';
import type { VisitorHouse } from './visitors.ts';

/** The first frame must come within this time, ms. */
const helloMs = 5000;
const mostBuffered = 256 * 1024;
/** Frames of one connection that wait while another is dealt with; who says more is sent away. */
const mostWaiting = 200;

type Frame = Record<string, unknown>;
type Close = (why: readonly [number, string]) => void;

/** Speaks widget.v1 with one window. `joined` is told of the line once there is one, and how to end it. */
export function serveVisitor(
  house: VisitorHouse,
  socket: WebSocket,
  request: FastifyRequest,
  joined: (line: VisitorLine, close: Close) => void,
): void {
  const close: Close = (why) => socket.close(...why);
  const outlet: Outlet = {
    get isOpen() {
      return isOpen(socket);
    },
    say: (frame) => say(socket, typeof frame === 'string' ? frame : JSON.stringify(frame)),
    drained: () => drained(socket, mostBuffered),
    fail: () => close(closing.failed),
  };
  const tooLate = setTimeout(() => close(closing.hello), helloMs).unref();
  let line: VisitorLine | undefined;
  let waiting = 0;
  // One after the other: what is said first is stored first.
  let turn: Promise<void> = Promise.resolve();

  const begin = async (frame: Frame) => {
    clearTimeout(tooLate);
    const visitor = await welcomed(house, request, frame);
    const made = await welcome(house, outlet, visitor, frame);
    if (!isOpen(socket)) return;
    line = made.line;
    joined(line, close);
    const leave = await house.feed.join(line);
    const { businessId, contactId } = visitor;
    const about = { kind: 'visitor', businessId, contactId };
    const page = pageOf(frame.page);
    house.wake.signal({ ...about, sessionId: line.sessionId, online: true, ...(page && { page }) });
    const left = () => {
      leave();
      if (house.feed.linesOf(visitor).size > 0) return;
      house.wake.signal({ ...about, sessionId: line?.sessionId, online: false });
      house.core.visitors.seen(visitor).catch(() => {});
    };
    if (isOpen(socket)) socket.once('close', left);
    else left();
  };

  const hear = async (frame: Frame) => {
    if (!isOpen(socket)) return;
    if (frame.t === 'hello' && !line) return begin(frame);
    if (!line) return close(closing.hello);
    if (frame.t === 'renew') return renew(house, line, frame, close);
    return house.hearing.hear(line, frame);
  };

  socket.on('message', (data, isBinary) => {
    const frame = isBinary ? undefined : frameOf(String(data));
    if (!frame) return void outlet.say(badFrame);
    try {
      if (line) house.limits.count(line.visitor, frame);
    } catch (error) {
      if (error instanceof TooManyFrames) return close(closing.flood);
      return void outlet.say(errorFrame(error, frame));
    }
    if (++waiting > mostWaiting) return close(closing.flood);
    turn = turn
      .then(() => hear(frame))
      .catch((error: unknown) => ended(house, error, close))
      .finally(() => {
        waiting -= 1;
      });
  });
  socket.once('close', () => clearTimeout(tooLate));
}

const badFrame: PassingFrame = {
  t: 'error',
  code: 'BAD_FRAME',
  message: 'A frame is a JSON object with a text t',
};

function frameOf(text: string): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === 'object' && frame !== null && !Array.isArray(frame)
      ? (frame as Frame)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Why a connection cannot begin or go on. */
function ended({ log }: VisitorHouse, error: unknown, close: Close): void {
  const kind = error instanceof Problem ? error.kind : undefined;
  if (error instanceof Refused) close(error.why);
  else if (kind === 'unauthorized') close(closing.token);
  else if (kind === 'forbidden') close(closing.origin);
  else {
    log.warn({ err: error }, 'a connection of a visitor broke');
    close(closing.failed);
  }
}

class Refused extends Error {
  readonly why: readonly [number, string];
  constructor(why: readonly [number, string]) {
    super(why[1]);
    this.why = why;
  }
}

/** Whose window it is, when it may come in. */
async function welcomed(house: VisitorHouse, request: FastifyRequest, frame: Frame): Promise<Visitor> {
  if (typeof frame.token !== 'string') throw new Refused(closing.token);
  const visitor = await house.core.visitors.authenticate(frame.token);
  if (!house.allowsOrigin(visitor, request.headers.origin, request)) throw new Refused(closing.origin);
  if (house.feed.linesOf(visitor).size >= visitor.site.limits.sockets) throw new Refused(closing.windows);
  return visitor;
}

/** Says welcome: where the conversation stands, and from where the window goes on. */
export async function welcome(
  house: VisitorHouse,
  outlet: Outlet,
  visitor: Visitor,
  frame: Frame,
): Promise<{ line: VisitorLine; at: Standing }> {
  const { core } = house;
  const isOther = typeof frame.conversation === 'string' && frame.conversation !== visitor.conversation;
  const after = isOther ? undefined : seqOf(frame.lastSeq);
  const at = await core.visitors.standing(visitor, after);
  // What it has stored is delivered, also when its word of it was cut off.
  if (at.messages === undefined && after) await core.visitors.reached(visitor, { acked: after });
  const page = pageOf(frame.page);
  if (page) await core.visitors.seen(visitor, page);
  const line = new VisitorLine(core, outlet, visitor, at.messages ? at.seq : after!, at);
  line.say({
    t: 'welcome',
    seq: at.seq,
    conversation: visitor.conversation,
    ...(visitor.site.sandbox && { contactId: visitor.contactId }),
    ...(at.messages && { reset: true, messages: at.messages, more: at.more }),
    ...(at.session && { session: at.session }),
    ...(at.readUpTo !== undefined && { readUpTo: at.readUpTo }),
    agents: house.agentsOnline(visitor.businessId),
    expiresAt: visitor.expiresAt,
    heartbeatMs,
  });
  return { line, at };
}

function seqOf(given: unknown): number | undefined {
  return typeof given === 'number' && Number.isSafeInteger(given) && given >= 0 ? given : undefined;
}

async function renew(house: VisitorHouse, line: VisitorLine, frame: Frame, close: Close): Promise<void> {
  const visitor = await house.core.visitors.authenticate(String(frame.token));
  if (!isSame(visitor, line.visitor)) return close(closing.claimed);
  line.visitor = visitor;
  line.say({ t: 'renewed', expiresAt: visitor.expiresAt });
}
