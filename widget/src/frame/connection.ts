import type { Identity, Page } from '../talk.ts';
import { type Hello, type Link, openSocket } from './link.ts';
import { type ClientFrame, closed, type ServerFrame } from './protocol.ts';
import { askSession, type Refusal, type Session, type SessionRequest } from './server.ts';
import type { Storage } from './storage.ts';

export type Line = 'connecting' | 'online' | 'offline';

/** What a connection tells. */
export interface ConnectionHearer {
  frame(frame: ServerFrame): void;
  line(line: Line): void;
  /** A session of a visitor, new or renewed. */
  session(session: Session): void;
  /** It is over: the visitor may not chat here, or not without signing in. */
  refused(code: string): void;
  /** The identity is too old, or wrong: the page is asked for another one. */
  identityNeeded(code: string): void;
}

/** What a connection needs to know of the rest. */
export interface ConnectionNeeds {
  siteKey: string;
  storage: Storage;
  hearer: ConnectionHearer;
  /** Where the conversation stands here. */
  cursor(): { lastSeq?: number | undefined; conversation?: string | undefined };
  page(): Page | undefined;
  lang(): string;
}

/** The line to the server: it comes back by itself whenever it breaks. */
export interface Connection {
  readonly token: string | undefined;
  start(identity?: Identity): void;
  /** Another person, or nobody that is known. */
  become(identity: Identity | undefined): void;
  say(frame: ClientFrame): void;
  /** Begins anew, without a cursor: everything is told again. */
  refresh(): void;
}

/** Waits between tries, ms: doubled each time, by chance up to half of it less. */
const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** After being told that it was too much, ms. */
const coolMs = 30_000;
/** After this many sockets that were never welcomed, plain HTTP is taken, for so long, ms. */
const mostDeafSockets = 2;
const pollForMs = 300_000;

export function openConnection(needs: ConnectionNeeds): Connection {
  const { hearer, storage } = needs;
  let session: Session | undefined;
  let identity: Identity | undefined;
  let link: Link | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let renewal: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  let deafSockets = 0;
  let pollUntil = 0;
  let isWelcome = false;
  /** Grows with each try; what comes from an earlier one counts no more. */
  let turn = 0;
  let isOver = false;
  let fromStart = false;

  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(connect, ms * (1 - Math.random() / 2));
  };
  const drop = () => {
    turn += 1;
    clearTimeout(timer);
    link?.close();
    link = undefined;
    isWelcome = false;
  };
  const failed = (wait = Math.min(longestWaitMs, firstWaitMs * 2 ** tries)) => {
    drop();
    tries += 1;
    hearer.line(navigator.onLine && tries < 2 ? 'connecting' : 'offline');
    later(wait);
  };
  const refuse = (code: string) => {
    drop();
    isOver = true;
    hearer.refused(code);
  };

  async function newSession(renew = false): Promise<Session> {
    const visitorId = storage.get<string>('visitor');
    const page = needs.page();
    const request: SessionRequest = {
      siteKey: needs.siteKey,
      lang: needs.lang(),
      ...(visitorId && { visitorId }),
      ...(page && { page }),
      ...(renew && session?.visitor.identified ? { token: session.token } : identity && { identity }),
    };
    const made = await askSession(request);
    storage.set('visitor', made.visitorId);
    return made;
  }

  /** A session that was asked for before somebody else came is nobody's. */
  async function obtain(renew: boolean): Promise<boolean> {
    const mine = turn;
    try {
      const made = await newSession(renew);
      if (mine !== turn) return false;
      session = made;
      planRenewal();
      hearer.session(made);
      return true;
    } catch (error) {
      if (mine === turn) sessionFailed(error);
      return false;
    }
  }

  function sessionFailed(error: unknown): void {
    const { code, retryAfter } = error as Refusal;
    if (code === 'IDENTITY_EXPIRED') {
      hearer.identityNeeded(code);
      failed();
    } else if (code === 'IDENTITY') {
      // Whom nobody vouches for is a visitor like any other.
      identity = undefined;
      hearer.identityNeeded(code);
      failed();
    } else if (['IDENTITY_REQUIRED', 'ORIGIN', 'SITE_OFF', 'UNKNOWN_SITE'].includes(code)) refuse(code);
    else if (code === 'TOKEN') {
      session = undefined;
      failed();
    } else failed(retryAfter && retryAfter * 1000);
  }

  function planRenewal(): void {
    clearTimeout(renewal);
    const left = session!.expiresAt - Date.now();
    renewal = setTimeout(
      async () => {
        if ((await obtain(true)) && isWelcome) link?.say({ t: 'renew', token: session!.token });
      },
      Math.max(10_000, left * 0.8),
    );
  }

  async function connect(): Promise<void> {
    drop();
    if (isOver) return;
    hearer.line(tries < 2 ? 'connecting' : 'offline');
    const mine = turn;
    const isGood = session && session.expiresAt - Date.now() > 60_000;
    if (!isGood && !(await obtain(session !== undefined))) return;
    if (mine !== turn) return;
    const { lastSeq, conversation } = fromStart ? {} : needs.cursor();
    const hello: Hello = {
      token: session!.token,
      page: needs.page(),
      ...(lastSeq !== undefined && { lastSeq, conversation }),
    };
    const isPoll = Date.now() < pollUntil;
    // A socket is better: it is tried again now and then.
    if (isPoll) timer = setTimeout(connect, pollForMs);
    const open = isPoll ? await plainHttp() : openSocket;
    if (mine !== turn || !open) return;
    link = open(hello, {
      frame: (frame) => mine === turn && heard(frame),
      ended: (code) => mine === turn && ended(code, isPoll),
    });
  }

  /** Fetched where it is needed only. */
  const plainHttp = () =>
    import('./poll.ts').then(
      ({ openPoll }) => openPoll,
      () => failed(),
    );

  function heard(frame: ServerFrame): void {
    if (!isWelcome) {
      isWelcome = true;
      fromStart = false;
      tries = 0;
      deafSockets = 0;
      hearer.frame(frame);
      hearer.line('online');
    } else hearer.frame(frame);
  }

  function ended(code: number, isPoll: boolean): void {
    if (code === closed.forbidden) {
      refuse('SITE_OFF');
      return;
    }
    if (code === closed.token || code === closed.moved) session = undefined;
    if (code === closed.tooMuch) {
      failed(coolMs);
      return;
    }
    // It was not the socket: nobody is there at all.
    if (isPoll && !isWelcome) pollUntil = 0;
    if (!isWelcome && !isPoll && code < 4000 && navigator.onLine) {
      deafSockets += 1;
      if (deafSockets >= mostDeafSockets) {
        deafSockets = 0;
        pollUntil = Date.now() + pollForMs;
      }
    }
    failed();
  }

  const hurry = () => {
    if (isOver || link || (!session && tries === 0)) return;
    tries = 0;
    void connect();
  };
  window.addEventListener('online', hurry);
  window.addEventListener('offline', () => link && failed());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    if (link) link.say({ t: 'ping' });
    else hurry();
  });

  return {
    get token() {
      return session?.token;
    },
    start(who) {
      identity = who;
      void connect();
    },
    become(who) {
      identity = who;
      session = undefined;
      isOver = false;
      tries = 0;
      void connect();
    },
    say: (frame) => link?.say(frame),
    refresh() {
      fromStart = true;
      void connect();
    },
  };
}
