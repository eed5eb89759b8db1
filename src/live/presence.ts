import { randomBytes } from 'node:crypto';
import type { Signal, Wake } from '../pipeline/wake.ts';

/** Windows are told again this often, ms, and forgotten when nothing is heard of them for the other time. */
const againMs = 10_000;
const forgottenMs = 30_000;
/** Windows in one signal: it must fit into a notification of the database. */
const mostAtOnce = 40;

/** What a window of an agent shows. */
export interface AgentWindow {
  agent: string;
  /** Nobody sits before it at the moment. */
  away: boolean;
  /** Id of the session that it shows. */
  session?: string | undefined;
}

/** Something that the windows of a business are told of who is there. */
export type PresenceFrame =
  | { type: 'online'; agent: string; online: boolean; away: boolean }
  | { type: 'viewers'; session: string; agents: string[] };

/** Who of a business is there, and looks at what: over all processes, as far as is known here. */
export interface Presence {
  /** Notes what a window of this process shows; undefined: it was closed. */
  put(businessId: number, id: string, window: AgentWindow | undefined): void;
  /** An id for a window of this process. */
  newId(): string;
  /** Agents who are there, and who looks at what. */
  now(businessId: number): {
    online: { agent: string; away: boolean }[];
    viewing: { session: string; agents: string[] }[];
  };
  /** How many agents are there, and not away. */
  count(businessId: number): number;
  /** `changed` is told of every change; answers how to stop. */
  on(changed: (businessId: number, frames: PresenceFrame[]) => void): () => void;
  stop(): void;
}

interface Known extends AgentWindow {
  at: number;
}

/** A window as it goes over the line: `[id, agent, away, session]`, or `[id]` for one that was closed. */
type Told = [id: string, agent?: string, away?: 0 | 1, session?: string | null];

export function openPresence(
  wake: Pick<Wake, 'signal' | 'onSignal'>,
  now: () => number = Date.now,
): Presence {
  const self = randomBytes(6).toString('hex');
  const own = new Map<string, { businessId: number; window: AgentWindow }>();
  const known = new Map<number, Map<string, Known>>();
  const listeners = new Set<(businessId: number, frames: PresenceFrame[]) => void>();
  let count = 0;

  const change = (businessId: number, apply: (windows: Map<string, Known>) => void) => {
    const windows = known.get(businessId) ?? new Map<string, Known>();
    const before = pictureOf(windows);
    apply(windows);
    if (windows.size > 0) known.set(businessId, windows);
    else known.delete(businessId);
    const frames = differences(before, pictureOf(windows));
    if (frames.length > 0) for (const changed of listeners) changed(businessId, frames);
  };
  const hear = ({ kind, businessId, windows }: Signal) => {
    if (kind === 'who') return tellAll();
    if (kind !== 'windows' || !Array.isArray(windows)) return;
    change(businessId, (map) => {
      for (const [id, agent, away, session] of windows as Told[]) {
        if (agent === undefined) map.delete(id);
        else map.set(id, { agent, away: away === 1, at: now(), ...(session && { session }) });
      }
    });
  };
  const tell = (businessId: number, windows: Told[]) => wake.signal({ kind: 'windows', businessId, windows });
  const tellAll = () => {
    const byBusiness = new Map<number, Told[]>();
    for (const [id, { businessId, window }] of own)
      byBusiness.set(businessId, [...(byBusiness.get(businessId) ?? []), toldOf(id, window)]);
    for (const [businessId, all] of byBusiness)
      for (let i = 0; i < all.length; i += mostAtOnce) tell(businessId, all.slice(i, i + mostAtOnce));
  };
  const forget = () => {
    const oldest = now() - forgottenMs;
    for (const [businessId, windows] of known)
      if ([...windows.values()].some(({ at }) => at < oldest))
        change(businessId, (map) => {
          for (const [id, { at }] of map) if (at < oldest) map.delete(id);
        });
  };
  const unhear = wake.onSignal(hear);
  const timer = setInterval(() => {
    tellAll();
    forget();
  }, againMs).unref();
  // Whoever is there already says so.
  wake.signal({ kind: 'who', businessId: 0 });

  return {
    newId: () => `${self}${(++count).toString(36)}`,
    put(businessId, id, window) {
      if (window) own.set(id, { businessId, window });
      else own.delete(id);
      tell(businessId, [window ? toldOf(id, window) : [id]]);
    },
    now(businessId) {
      const { online, viewing } = pictureOf(known.get(businessId) ?? new Map());
      return {
        online: [...online].map(([agent, away]) => ({ agent, away })),
        viewing: [...viewing].map(([session, agents]) => ({ session, agents: [...agents].sort() })),
      };
    },
    count: (businessId) =>
      [...pictureOf(known.get(businessId) ?? new Map()).online.values()].filter((away) => !away).length,
    on(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    stop() {
      clearInterval(timer);
      unhear();
      for (const [id, { businessId }] of own) tell(businessId, [[id]]);
      own.clear();
    },
  };
}

function toldOf(id: string, { agent, away, session }: AgentWindow): Told {
  return [id, agent, away ? 1 : 0, session ?? null];
}

/** Who is there, with whether he is away at all of his windows; and who looks at what. */
interface Picture {
  online: Map<string, boolean>;
  viewing: Map<string, Set<string>>;
}

function pictureOf(windows: ReadonlyMap<string, Known>): Picture {
  const picture: Picture = { online: new Map(), viewing: new Map() };
  for (const { agent, away, session } of windows.values()) {
    picture.online.set(agent, away && (picture.online.get(agent) ?? true));
    if (session === undefined) continue;
    const viewers = picture.viewing.get(session) ?? new Set();
    picture.viewing.set(session, viewers.add(agent));
  }
  return picture;
}

function differences(before: Picture, after: Picture): PresenceFrame[] {
  const frames: PresenceFrame[] = [];
  for (const agent of new Set([...before.online.keys(), ...after.online.keys()])) {
    const [was, is] = [before.online.get(agent), after.online.get(agent)];
    if (was !== is) frames.push({ type: 'online', agent, online: is !== undefined, away: is ?? false });
  }
  for (const session of new Set([...before.viewing.keys(), ...after.viewing.keys()])) {
    const [was, is] = [before, after].map(({ viewing }) => [...(viewing.get(session) ?? [])].sort());
    if (was!.join('\n') !== is!.join('\n')) frames.push({ type: 'viewers', session, agents: is! });
  }
  return frames;
}
