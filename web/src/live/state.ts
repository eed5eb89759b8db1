import { signal } from '../store/signal.ts';

/** How the window hangs together with the server. */
export type Line = 'connecting' | 'live' | 'catching-up' | 'offline';

export const line = signal<Line>('connecting');

/** Who looks at what, who is writing, who is there: nothing of it is kept, and all of it passes. */
export interface Presence {
  /** Agents that are there; true: away from the screen. */
  online: Record<string, boolean>;
  /** Session → codes of the agents that have it on their screens. */
  viewers: Record<string, string[]>;
  /** Session → who is writing in it: agents by code, the person as `contact`; with the end of their time, epoch ms. */
  typing: Record<string, Record<string, number>>;
}

export const presence = signal<Presence>({ online: {}, viewers: {}, typing: {} });

const typingMs = 5000;

/** Somebody writes, or has stopped; who says nothing more is forgotten after five seconds. */
export function typed(session: string, who: string, on: boolean): void {
  presence.set((now) => {
    const { [who]: _gone, ...others } = now.typing[session] ?? {};
    const here = on ? { ...others, [who]: Date.now() + typingMs } : others;
    return { ...now, typing: { ...now.typing, [session]: here } };
  });
  if (on) setTimeout(forgetSilent, typingMs + 50, session, who);
}

function forgetSilent(session: string, who: string): void {
  const until = presence.get().typing[session]?.[who];
  if (until !== undefined && until <= Date.now()) typed(session, who, false);
}
