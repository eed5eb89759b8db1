import { WebSocket as Reconnecting } from 'partysocket';
import { onToken, token } from '../api/http.ts';
import type { Mode } from '../api/message-types.ts';
import type { LiveEvent } from '../api/types.ts';
import { client } from '../store/client.ts';
import { hearDraft } from '../store/drafts.ts';
import { askAgain, isOut, me } from '../store/me.ts';
import { hear } from './events.ts';
import { line, presence, typed } from './state.ts';

type Frame =
  | { type: 'hello'; seq: number; oldest?: number }
  | { type: 'live'; seq: number }
  | { type: 'event'; seq: number; event: LiveEvent }
  | {
      type: 'presence';
      online: { agent: string; away: boolean }[];
      viewing: { session: string; agents: string[] }[];
      typing: { session: string; agent: string }[];
    }
  | { type: 'online'; agent: string; online: boolean; away: boolean }
  | { type: 'viewers'; session: string; agents: string[] }
  | { type: 'typing'; session: string; from: 'agent' | 'contact'; agent?: string; on: boolean }
  | { type: 'read'; session: string; agent: string }
  | { type: 'draft'; session: string; mode: Mode; savedAt: number }
  | { type: 'pong' };

let socket: Reconnecting | undefined;
/** Number of the last event that this window has. */
let seq = 0;
let viewing: string | null = null;

/** How often the server is asked whether it is still there, and how long it has for a word, ms. */
const askMs = 25_000;
const wordMs = 8000;
let heardAt = 0;

/** A line can be dead and look open, after a night in a bag for example: one that stays silent is taken up again. */
function ask(one: Reconnecting): void {
  if (one.readyState !== one.OPEN) return;
  const at = performance.now();
  say({ type: 'ping' });
  setTimeout(() => {
    if (one === socket && one.readyState === one.OPEN && heardAt < at) {
      line.set('offline');
      takeUp();
    }
  }, wordMs);
}

/** Where the line goes, from what this window has on; each time that it is taken up. */
function address(): string {
  const url = new URL('/api/v1/live', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  url.searchParams.set('after', String(seq));
  return url.href;
}

/** Who takes it up: the page around us may have handed over another token since. */
function protocols(): string[] {
  const bearer = token();
  return bearer === undefined ? ['parley.v1'] : ['parley.v1', `bearer.${bearer}`];
}

/** The token or key of the line is no longer good. */
const refusedCode = 4001;

/** Follows the server from the event `from` on, and again after every cut and every sign-in, until it is stopped. */
export function connect(from: number): () => void {
  seq = from;
  takeUp();
  const stop = [followWindow(), followSignIn()];
  const asking = setInterval(() => socket && ask(socket), askMs);
  return () => {
    clearInterval(asking);
    for (const each of stop) each();
    hangUp();
  };
}

/** Takes the line up now, whatever is under way; one that was refused or cut is taken up again after a while. */
function takeUp(): void {
  hangUp();
  const one = new Reconnecting(address, protocols, {
    minReconnectionDelay: 400 + Math.random() * 600,
    maxReconnectionDelay: 15_000,
    reconnectionDelayGrowFactor: 1.6,
    connectionTimeout: 8000,
  });
  socket = one;
  let isTaken = false;
  one.addEventListener('open', () => {
    isTaken = true;
    if (line.get() !== 'connecting') line.set('catching-up');
    say({ type: 'viewing', session: viewing });
  });
  one.addEventListener('message', ({ data }) => {
    heardAt = performance.now();
    take(JSON.parse(String(data)) as Frame);
  });
  one.addEventListener('close', ({ code }) => {
    line.set('offline');
    presence.set({ online: {}, viewers: {}, typing: {} });
    // A browser does not say whether nobody was there or we were refused: that the server is asked.
    if (socket === one && (code === refusedCode || !isTaken)) void askAgain().catch(() => {});
    isTaken = false;
  });
}

function hangUp(): void {
  const one = socket;
  socket = undefined;
  one?.close();
}

/** A window that is looked at again, or has its cable back, takes the line up at once. */
function followWindow(): () => void {
  const wake = () => {
    if (document.visibilityState !== 'visible' || !socket) return;
    if (socket.readyState === socket.OPEN) ask(socket);
    else takeUp();
  };
  const away = () => say({ type: 'away', away: document.visibilityState === 'hidden' });
  const cut = () => line.set('offline');
  document.addEventListener('visibilitychange', wake);
  document.addEventListener('visibilitychange', away);
  addEventListener('online', wake);
  addEventListener('offline', cut);
  return () => {
    document.removeEventListener('visibilitychange', wake);
    document.removeEventListener('visibilitychange', away);
    removeEventListener('online', wake);
    removeEventListener('offline', cut);
  };
}

/** While nobody is signed in there is no line; who is back, or has another token, goes on from what this window has. */
function followSignIn(): () => void {
  const stop = [
    isOut.on(() => (isOut.get() ? hangUp() : takeUp())),
    onToken(() => {
      if (socket && token() !== undefined) takeUp();
    }),
  ];
  return () => {
    for (const each of stop) each();
  };
}

function take(frame: Frame): void {
  switch (frame.type) {
    case 'hello':
      // What lies between was forgotten: everything on the screen is read again.
      if (frame.oldest !== undefined && frame.oldest > seq + 1) {
        seq = frame.seq;
        void client.invalidateQueries();
      }
      return;
    case 'live':
      line.set('live');
      return;
    case 'event':
      if (frame.seq <= seq) return;
      seq = frame.seq;
      hear(frame.event);
      return;
    case 'draft':
      hearDraft(frame.session, frame.mode, frame.savedAt);
      return;
    default:
      takePresence(frame);
  }
}

function takePresence(frame: Exclude<Frame, { type: 'hello' | 'live' | 'event' | 'draft' }>): void {
  switch (frame.type) {
    case 'presence':
      presence.set({
        online: Object.fromEntries(frame.online.map(({ agent, away }) => [agent, away])),
        viewers: Object.fromEntries(frame.viewing.map(({ session, agents }) => [session, agents])),
        typing: {},
      });
      for (const { session, agent } of frame.typing) typed(session, agent, true);
      return;
    case 'online':
      presence.set((now) => {
        const { [frame.agent]: _before, ...others } = now.online;
        return { ...now, online: frame.online ? { ...others, [frame.agent]: frame.away } : others };
      });
      return;
    case 'viewers':
      presence.set((now) => ({ ...now, viewers: { ...now.viewers, [frame.session]: frame.agents } }));
      return;
    case 'typing':
      typed(frame.session, frame.from === 'agent' ? (frame.agent ?? '') : 'contact', frame.on);
  }
}

function say(frame: object): void {
  if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify(frame));
}

/** Tells colleagues which conversation is on this screen. */
export function view(session: string | null): void {
  viewing = session;
  say({ type: 'viewing', session });
}

let lastTyping = 0;

/** Tells that somebody writes here, at most every three seconds; and that they have stopped. */
export function tellTyping(session: string, on: boolean): void {
  const now = Date.now();
  if (on && now - lastTyping < 3000) return;
  lastTyping = on ? now : 0;
  if (me()) say({ type: 'typing', session, on });
}

/** Tells how far somebody here has read, to the person's widget and to our other windows. */
export function tellRead(session: string, messageId: string): void {
  say({ type: 'read', session, messageId });
}
