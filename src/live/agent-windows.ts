import type { WebSocket } from 'ws';
import { isId } from '../model/ids.ts';
import { sees, type View, viewOf } from '../model/policy.ts';
import { invalid, notFound, Problem } from '../model/problem.ts';
import type { Setup } from '../model/setup.ts';
import type { Caller, Core } from '../pipeline/core.ts';
import type { Signal, Wake } from '../pipeline/wake.ts';
import * as sessions from '../store/sessions.ts';
import { Bucket } from './bucket.ts';
import type { AgentWindow, Presence } from './presence.ts';
import { say } from './protocol.ts';

/** What windows may say in a second. */
const framesPerSecond = 20;
/** Typing is told on this seldom, ms. */
const typingMs = 1000;
/** Bytes that a window may be behind in reading: beyond that what is true for a moment is left out. */
const mostBuffered = 1024 * 1024;

type Frame = Record<string, unknown>;

/** The windows of agents, beside the events: who is there, who writes, what was read. */
export interface AgentWindows {
  /** Hears and tells a window from now on, until its socket closes. */
  join(socket: WebSocket, caller: Caller): void;
  stop(): void;
}

interface Window {
  socket: WebSocket;
  caller: Caller;
  id: string;
  bucket: Bucket;
  shows: AgentWindow | undefined;
  /** It sees a part of the sessions, and hears of the one that it shows alone. */
  isPartial: boolean;
  lastTyping: number;
}

export interface AgentOptions {
  core: Core;
  wake: Pick<Wake, 'signal' | 'onSignal'>;
  presence: Presence;
}

export function openAgentWindows({ core, wake, presence }: AgentOptions): AgentWindows {
  const windows = new Map<number, Set<Window>>();
  const tell = (businessId: number, frame: Frame, not?: string) => {
    const text = JSON.stringify(frame);
    for (const window of windows.get(businessId) ?? []) {
      const { socket, id } = window;
      const isThere = socket.readyState === socket.OPEN && socket.bufferedAmount < mostBuffered;
      if (id !== not && isThere && mayHear(window, frame)) say(socket, text);
    }
  };
  /** What one began to write is told to one's own windows, whatever they show. */
  const tellOwn = ({ businessId, agent, sessionId, mode, savedAt }: Signal) => {
    const text = JSON.stringify({ type: 'draft', session: sessionId, mode, savedAt });
    for (const { socket, caller } of windows.get(businessId) ?? [])
      if (caller.agent?.code === agent && socket.readyState === socket.OPEN) say(socket, text);
  };
  const unhear = [
    presence.on((businessId, frames) => {
      for (const frame of frames) tell(businessId, frame);
    }),
    wake.onSignal((signal) => {
      if (signal.kind === 'draft') return tellOwn(signal);
      const frame = frameOf(signal);
      if (frame) tell(signal.businessId, frame, signal.window as string | undefined);
    }),
  ];
  const says = makeSays(core, wake, presence);
  const hear = async (window: Window, data: unknown, isBinary: boolean) => {
    try {
      if (window.bucket.take() > 0)
        throw new Problem('tooMany', 'Too many frames: slow down', { code: 'RATE' });
      const frame = isBinary ? undefined : objectOf(String(data));
      const does = typeof frame?.type === 'string' && Object.hasOwn(says, frame.type) && says[frame.type];
      if (!frame || !does) throw invalid('type', 'This is nothing that a window says', { code: 'BAD_FRAME' });
      await does(window, frame);
    } catch (error) {
      const problem = error instanceof Problem ? error : undefined;
      const { code = 'UNAVAILABLE', field } = problem?.details[0] ?? {};
      const message = problem?.message ?? 'Not possible at the moment';
      say(window.socket, JSON.stringify({ type: 'error', code, message, ...(field && { field }) }));
    }
  };
  return {
    join(socket, caller) {
      const { businessId } = caller;
      const agent = caller.agent?.code;
      const shows = agent === undefined ? undefined : { agent, away: false };
      const bucket = new Bucket(framesPerSecond, framesPerSecond * 2);
      const id = presence.newId();
      const window: Window = { socket, caller, id, bucket, shows, isPartial: false, lastTyping: 0 };
      const all = windows.get(businessId) ?? new Set();
      windows.set(businessId, all.add(window));
      socket.on('message', (data, isBinary) => void hear(window, data, isBinary));
      if (shows) presence.put(businessId, window.id, shows);
      void isPartial(core, caller).then((partial) => {
        window.isPartial = partial;
        const { online, viewing } = presence.now(businessId);
        const told = { type: 'presence', online, viewing: partial ? [] : viewing, typing: [] };
        if (socket.readyState === socket.OPEN) say(socket, JSON.stringify(told));
      });
      socket.once('close', () => {
        all.delete(window);
        if (all.size === 0 && windows.get(businessId) === all) windows.delete(businessId);
        if (window.shows) presence.put(businessId, window.id, undefined);
      });
    },
    stop() {
      for (const stop of unhear) stop();
    },
  };
}

/** What windows say, and what is done then. */
function makeSays(
  core: Core,
  wake: Pick<Wake, 'signal'>,
  presence: Presence,
): Record<string, (window: Window, frame: Frame) => Promise<void> | void> {
  const put = (window: Window, more: Partial<AgentWindow>) => {
    if (!window.shows)
      throw new Problem('forbidden', 'A key is nobody who is there', { code: 'NOT_AN_AGENT' });
    window.shows = { ...window.shows, ...more };
    presence.put(window.caller.businessId, window.id, window.shows);
  };
  return {
    /** For browsers, which cannot see the pings of the protocol: a line that is dead looks open to them for minutes. */
    ping({ socket }) {
      say(socket, JSON.stringify({ type: 'pong' }));
    },
    async viewing(window, frame) {
      const session = frame.session === null ? undefined : (await sessionIn(core, window, frame)).id;
      put(window, { session });
    },
    away(window, { away }) {
      if (typeof away !== 'boolean') throw invalid('away', 'away must be true or false');
      put(window, { away });
    },
    async typing(window, frame) {
      const on = frame.on !== false;
      if (on && Date.now() - window.lastTyping < typingMs) return;
      window.lastTyping = on ? Date.now() : 0;
      const session = await sessionIn(core, window, frame);
      const { id: sessionId, contactId } = session;
      // A key is nobody who writes.
      if (window.caller.agent) void core.signals.typing(window.caller.businessId, session, on);
      wake.signal({ kind: 'typing', ...(await writerOf(core, window)), sessionId, contactId, on });
    },
    async read(window, frame) {
      const { businessId, agent } = window.caller;
      const { id: sessionId, contactId } = await sessionIn(core, window, frame);
      const { messageId } = frame;
      if (typeof messageId !== 'string' || !isId(messageId))
        throw invalid('messageId', 'messageId must be the id of a message');
      // Nobody has read as far, and the message is one of this session.
      if (!(await core.markRead(window.caller, sessionId, messageId))) return;
      if (agent) void core.signals.read(businessId, sessionId, messageId);
      const by = agent && { agent: agent.code };
      wake.signal({ kind: 'seen', businessId, sessionId, contactId, messageId, window: window.id, ...by });
    },
  };
}

async function writerOf(core: Core, { caller, id }: Window) {
  const { businessId, agent } = caller;
  const known = agent && (await core.setup(businessId)).agents.get(agent.code);
  return {
    businessId,
    from: 'agent',
    window: id,
    ...(known && { agent: known.code, name: known.displayName ?? known.name }),
  };
}

/** The session that a frame names. What the agent does not see is not there. */
async function sessionIn({ db, setup }: Core, { caller }: Window, { session }: Frame) {
  const { businessId, agent } = caller;
  const found =
    typeof session === 'string' && isId(session) ? await sessions.find(db, businessId, session) : undefined;
  const view = agent && found && viewIn(await setup(businessId), agent.code);
  if (!found || (agent && !(view && sees(view, found))))
    throw notFound('session', 'SESSION_NOT_FOUND', 'There is no such session');
  return found;
}

function viewIn(setup: Setup, code: string): View | undefined {
  const agent = setup.agents.get(code);
  return agent && viewOf(agent, setup);
}

async function isPartial({ setup }: Core, { businessId, agent }: Caller): Promise<boolean> {
  return agent !== undefined && viewIn(await setup(businessId), agent.code)?.all !== true;
}

/** Who sees a part of the sessions hears who is there, and what goes on in the session that his window shows. */
function mayHear({ isPartial, shows }: Window, { type, session }: Frame): boolean {
  return !isPartial || type === 'online' || (session !== undefined && session === shows?.session);
}

/** A signal as windows of agents are told it; undefined: they are not. */
function frameOf({ kind, contactId, sessionId, from, on, agent, messageId, online, page }: Signal) {
  const session = sessionId === undefined ? {} : { session: sessionId };
  switch (kind) {
    case 'typing':
      return from === 'agent'
        ? { type: 'typing', ...session, from, agent, on }
        : { type: 'typing', ...session, from: 'contact', contactId, on };
    case 'seen':
      return { type: 'read', ...session, messageId, agent };
    case 'visitor':
      return { type: 'visitor', contactId, ...session, online, page };
    default:
      return undefined;
  }
}

function objectOf(text: string): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === 'object' && frame !== null && !Array.isArray(frame)
      ? (frame as Frame)
      : undefined;
  } catch {
    return undefined;
  }
}
