import type { Call, Channel, SignalTo } from '../channels/channel.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import * as clock from '../model/clock.ts';
import { SendFailure } from '../model/failure.ts';
import { present } from '../model/present.ts';
import type { ChannelSetup } from '../model/setup.ts';
import { takeSpare } from '../store/channel-budget.ts';
import { isUnavailable } from '../store/database.ts';
import * as marks from '../store/read-marks.ts';
import * as sessions from '../store/sessions.ts';
import { rateOf } from './budget.ts';
import type { Context } from './context.ts';
import { isOfChannel } from './health-notes.ts';
import {
  isShown,
  readWithheld,
  type SignalKind,
  typingEveryMs,
  typingWithheld,
  type Withheld,
} from './signal-rules.ts';

/** What became of a signal. */
export type SignalOutcome =
  | 'told'
  | Withheld
  /** It is shown still. */
  | 'tooSoon'
  /** Messages need what the channel may send, or too many signals are under way. */
  | 'noRoom'
  /** The provider refused, or could not be reached; or had done so a moment ago. */
  | 'failed'
  | 'stopping';

/** A call takes no longer, ms: after that it would tell what is true no more. */
const callMs = 5000;
/** Calls under way in this process, of one business: a provider that hangs is nobody else's. */
const mostUnderWay = 16;
/** A channel that refuses signals for a reason of its own is left alone for so long, ms. */
const quietMs = 60_000;

type Needed = Pick<Context, 'db' | 'log' | 'setup' | 'credentials' | 'call'>;

interface Way {
  channel: ChannelSetup;
  door: Channel;
}

/** One way to show something. */
interface Signal {
  kind: SignalKind;
  needsToken: boolean;
  withheld(door: Channel, to: marks.SignalTarget): Withheld | undefined;
  show(door: Channel): ((to: SignalTo, account: never, call: Call) => Promise<void>) | undefined;
  /** A mark is made once, whoever makes it. */
  once: boolean;
}

/** Somebody is shown as writing in a session. By the clock of this process. */
interface Writing {
  begunAt: number;
  againAt: number;
  until: number;
  /** The agent has stopped. */
  isOver?: true;
  started: Promise<SignalOutcome>;
}

/**
 * Tells the people of a conversation, by its channel, that an agent writes to them or has read what they wrote. The best
 * that can be done at the moment, and no more: nothing is queued or tried again, messages come first, and who calls does
 * not wait. The process that has the agent's socket, or was asked, calls the provider; a queue would tell too late what is
 * true now. How often writing is told is kept in each process, so two agents at two processes may tell it twice; a read
 * mark is claimed in the database, and made once. Refusals are no faults of the channel: the next message finds out.
 */
export class ChannelSignals {
  readonly #ctx: Needed;
  readonly #ending = new AbortController();
  readonly #writing = new Map<string, Writing>();
  /** Channels that are left alone, until when. */
  readonly #quiet = new Map<string, number>();
  readonly #underWay = new Map<number, number>();

  constructor(ctx: Needed) {
    this.#ctx = ctx;
  }

  /** An agent writes a reply in a session, or has stopped. Never throws. */
  typing(businessId: number, session: SessionRef, on: boolean): Promise<SignalOutcome> {
    return this.#safely(businessId, session.channelId, async () => {
      const way = await this.#way(businessId, session.channelId, 'typing');
      if (!way) return 'notShown';
      return on ? this.#start(businessId, session, way.door) : this.#end(businessId, session, way.door);
    });
  }

  /** A person of the business has read all of a session, or all up to a message. Never throws. */
  read(businessId: number, sessionId: string, upTo?: string): Promise<SignalOutcome> {
    return this.#safely(businessId, sessionId, async () => {
      const session = await sessions.find(this.#ctx.db, businessId, sessionId);
      const way = session && (await this.#way(businessId, session.channelId, 'read'));
      if (!way) return 'notShown';
      return this.#tell(businessId, session, {
        kind: 'read',
        needsToken: way.door.signals?.read?.needs === 'readToken',
        withheld: (door, to) => readWithheld(door, to, upTo),
        show: ({ signals }) => signals?.read?.mark,
        once: true,
      });
    });
  }

  /** Tells nothing any more, and breaks off what is under way. Takes no time. */
  stop(): void {
    this.#ending.abort();
  }

  async #start(businessId: number, session: SessionRef, door: Channel): Promise<SignalOutcome> {
    const { showsMs } = door.signals!.typing!;
    const key = `${businessId} ${session.id}`;
    const now = performance.now();
    if (now < (this.#writing.get(key)?.againAt ?? 0)) return 'tooSoon';
    this.#forget(now, key);
    const started = this.#tell(businessId, session, {
      ...typingSignal,
      show: ({ signals }) => signals?.typing?.start,
    });
    const times = { begunAt: now, againAt: now + typingEveryMs(showsMs), until: now + showsMs };
    this.#writing.set(key, { ...times, started: started.catch(() => 'failed' as const) });
    return started;
  }

  /** Ends what is shown still. Who writes again is shown soon, and not at once: nobody makes more calls by stopping. */
  async #end(businessId: number, session: SessionRef, door: Channel): Promise<SignalOutcome> {
    const key = `${businessId} ${session.id}`;
    const before = this.#writing.get(key);
    if (!before || before.isOver) return 'notShown';
    const over: Writing = { ...before, isOver: true, againAt: before.begunAt + typingEveryMs(0) };
    this.#writing.set(key, over);
    if (!door.signals?.typing?.stop || performance.now() > before.until) return 'notShown';
    if ((await before.started) !== 'told' || this.#writing.get(key) !== over) return 'notShown';
    return this.#tell(businessId, session, { ...typingSignal, show: ({ signals }) => signals?.typing?.stop });
  }

  /** Those that have ended, oldest first. */
  #forget(now: number, key: string): void {
    this.#writing.delete(key);
    for (const [old, { until }] of this.#writing) {
      if (until > now) break;
      this.#writing.delete(old);
    }
  }

  async #tell(businessId: number, { id }: SessionRef, signal: Signal): Promise<SignalOutcome> {
    const { db, credentials } = this.#ctx;
    const to = await marks.target(db, businessId, id, signal.needsToken);
    const way = to && (await this.#way(businessId, to.channelId, signal.kind));
    if (!way) return 'notShown';
    const { channel, door } = way;
    const why = signal.withheld(door, to);
    const show = signal.show(door);
    if (why || !show) return why ?? 'notShown';
    const key = `${businessId} ${channel.id}`;
    if (performance.now() < (this.#quiet.get(key) ?? 0)) return 'failed';
    if (!(await this.#hasRoom(businessId, channel))) return 'noRoom';
    if (signal.once && !(await marks.claim(db, businessId, to.message!.id))) return 'alreadyTold';
    try {
      const account = await credentials.inForce({ businessId, channelId: channel.id });
      const { providerId, readToken } = to.message ?? {};
      await show(present({ csid: to.csid, providerId, readToken }), account as never, this.#call);
    } catch (error) {
      this.#leaveAlone(key, error);
      throw error;
    }
    if (signal.kind === 'typing' && door.signals?.typing?.marksRead && to.message?.isMarked === false)
      await marks.claim(db, businessId, to.message.id);
    return 'told';
  }

  readonly #call: Call = (request) =>
    this.#ctx.call({ timeoutMs: callMs, ...request, signal: this.#ending.signal });

  async #way(businessId: number, channelId: string, kind: SignalKind): Promise<Way | undefined> {
    const channel = (await this.#ctx.setup(businessId)).channels.get(channelId);
    const door = channel && doorOf(channel.type);
    return door && isShown(door, channel, kind) ? { channel, door } : undefined;
  }

  async #hasRoom(businessId: number, channel: ChannelSetup): Promise<boolean> {
    const perSecond = rateOf(channel);
    return (
      perSecond === undefined || takeSpare(this.#ctx.db, { businessId, channelId: channel.id, perSecond })
    );
  }

  #leaveAlone(key: string, error: unknown): void {
    const failure = error instanceof SendFailure ? error.failure : undefined;
    if (!failure || !isOfChannel(failure)) return;
    this.#quiet.set(key, performance.now() + Math.max(quietMs, failure.retryAfterMs ?? 0));
  }

  async #safely(
    businessId: number,
    about: string,
    work: () => Promise<SignalOutcome>,
  ): Promise<SignalOutcome> {
    const isEnding = () => this.#ending.signal.aborted;
    if (isEnding()) return 'stopping';
    const underWay = this.#underWay.get(businessId) ?? 0;
    if (underWay >= mostUnderWay) return 'noRoom';
    this.#underWay.set(businessId, underWay + 1);
    try {
      return await work();
    } catch (error) {
      if (isEnding()) return 'stopping';
      const isOurs = !(error instanceof SendFailure) && !isUnavailable(error);
      this.#ctx.log[isOurs ? 'warn' : 'debug']({ err: error, about }, 'a signal could not be told');
      return 'failed';
    } finally {
      const left = this.#underWay.get(businessId)! - 1;
      if (left > 0) this.#underWay.set(businessId, left);
      else this.#underWay.delete(businessId);
    }
  }
}

/** A session, and the channel by which it goes on. */
export interface SessionRef {
  id: string;
  channelId: string;
}

const typingSignal = {
  kind: 'typing',
  needsToken: false,
  withheld: (door, to) => typingWithheld(door, to, clock.now()),
  once: false,
} as const satisfies Omit<Signal, 'show'>;
