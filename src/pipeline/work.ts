import * as clock from '../model/clock.ts';
import { isTooSlow, isUnavailable } from '../store/database.ts';
import type { Context } from './context.ts';
import { GroupCommit } from './group-commit.ts';
import { emptied, startLoop } from './loop.ts';
import { Places } from './places.ts';
import type { Topic } from './wake.ts';

/** A claim lasts this long, in ms, and is renewed while the call is under way: after a crash others take
 * over within it. */
const leaseMs = 9000;
const renewEveryMs = 3000;
/** What the database does not take is offered again after this pause, ms. */
const againMs = 250;
/** What took too long for the database so often is given up: others must not wait for it for ever. */
const mostSlow = 3;
/**
 * Without an answer of the database for this long, ms, leases may have run out that nobody could renew. Then nobody takes over
 * for a while after it is back: who did the work is about to record it.
 */
const silentMs = leaseMs - renewEveryMs;
const graceMs = 2000;
/** A stop waits this long for calls under way, ms; who takes over then finds them by their lease. */
const stopWithinMs = 7000;
/** Calls under way at a time, in all and per channel or endpoint. */
const maxInFlight = 512;
const maxPerPlace = 128;
const maxPerLook = 128;

/** Whose places a piece of work takes: a channel, or an endpoint. */
export interface Place {
  businessId: number;
  placeId: string;
}

/** How much may be claimed. */
export interface Share {
  limit: number;
  share: number;
  rooms: (Place & { free: number })[];
  leaseMs: number;
  /**
   * What somebody else had, and whose lease ran out, is taken over only until then, epoch ms by the house's clock: a claim that
   * was asked for before the database froze is made when it wakes, at once with the outcomes of those who have it.
   */
  takeOverBy: number;
}

/** What was claimed. `unpark` is to be called when the claim is committed, with `parked` behind others. */
export interface Claim<Item> {
  claimed: Item[];
  parked: number;
  unpark(): Promise<unknown>;
}

/** One kind of work that calls the outside: messages to send, events to tell. */
export interface WorkKind<Item, Done> {
  name: string;
  topic: Topic;
  nameOf(item: Item): string;
  placeOf(item: Item): Place;
  claim(how: Share): Promise<Claim<Item>>;
  /** The same item was claimed once more by this process, which still works on it. */
  claimedAgain(ours: Item, again: Item): void;
  /** Which of them are to be worked on now; the others are given back. */
  admit?(fresh: Item[]): Promise<Item[]>;
  /** Prolongs leases; answers how many of these items are still ours. */
  renew(items: Item[], leaseMs: number): Promise<number>;
  /** Does it, and says what came of it. Throws only before the outside was asked. */
  attempt(item: Item): Promise<Done>;
  /** Records outcomes in one transaction. Answers what is to be done once that is committed. */
  settle(batch: Done[]): Promise<() => Promise<void>>;
  /** The same outcome without what the store may have refused of it. */
  withoutDetails(done: Done): Done;
}

/** Work under way in this process. */
export interface Work {
  inFlight(): number;
  /** Looks for more now. */
  look(): void;
  /** Starts nothing new, and ends what is under way. Takes some seconds at most. */
  stop(): Promise<void>;
}

/** Works on one kind: claims what is due, calls the outside, records what became of it. */
export function startWork<Item, Done>(ctx: Pick<Context, 'log' | 'wake'>, kind: WorkKind<Item, Done>): Work {
  const { log } = ctx;
  const held = new Map<string, Item>();
  const places = new Places(maxInFlight, maxPerPlace);
  let stuck = 0;
  let stopping = false;
  let givenUp = false;
  let answeredAt = performance.now();
  let takingOverFrom = 0;
  const settle = new GroupCommit<Done, void>(write, { isolate: (error) => !isAway(error) });
  const loop = startLoop(kind.name, look, 500, log);
  const unlisten = ctx.wake.on(kind.topic, () => loop.wake());
  const renewing = setInterval(() => {
    if (held.size === 0) return;
    kind.renew([...held.values()], leaseMs).then(noteAnswer, warn('leases could not be renewed'));
  }, renewEveryMs);

  /** The database answered. */
  function noteAnswer(): void {
    const now = performance.now();
    if (now - answeredAt > silentMs) takingOverFrom = now + graceMs;
    answeredAt = now;
  }

  /** Until when a claim that is asked for now may take over what others had. */
  function takeOverBy(): number {
    const now = performance.now();
    return now < takingOverFrom || now - answeredAt > silentMs ? 0 : clock.now() + graceMs;
  }

  async function look(): Promise<boolean> {
    if (places.free <= 0 || stuck > 0) return false;
    const limit = Math.min(places.free, maxPerLook);
    const rooms = places.rooms().map(({ key, free }) => ({ ...placeNamed(key), free }));
    const before = performance.now();
    const how = { limit, share: places.share, rooms, leaseMs, takeOverBy: takeOverBy() };
    const { claimed, parked, unpark } = await kind.claim(how);
    noteAnswer();
    const fresh = claimed.filter((item) => !isOurs(item));
    const { admitted, isRepeated } = await admittedOf(fresh);
    // What was given back the first time may be somebody else's by now: its lease is asked for before it is worked on.
    for (const item of admitted) void workOn(item, isRepeated ? 0 : before + leaseMs);
    // Those for which this fails wait for the sweep, which looks for strays.
    if (parked > 0) await unpark();
    // Behind what was parked there may be others.
    return claimed.length === limit || parked > 0;
  }

  /** Which of them are to be worked on now, and whether that had to be asked more than once. */
  async function admittedOf(fresh: Item[]): Promise<{ admitted: Item[]; isRepeated: boolean }> {
    const { admit } = kind;
    if (!admit || fresh.length === 0) return { admitted: fresh, isRepeated: false };
    let times = 0;
    const admitted = await whileAway(() => {
      times += 1;
      return admit(fresh);
    }, isStopping);
    return { admitted, isRepeated: times > 1 };
  }

  /** Still under way with us, though its lease ran out: the database was away. It is not done once more. */
  function isOurs(item: Item): boolean {
    const ours = held.get(kind.nameOf(item));
    if (ours) kind.claimedAgain(ours, item);
    return ours !== undefined;
  }

  /** `leasedUntil` by the clock of this process. */
  async function workOn(item: Item, leasedUntil: number): Promise<void> {
    const { businessId, placeId } = kind.placeOf(item);
    const place = `${businessId} ${placeId}`;
    held.set(kind.nameOf(item), item);
    places.take(place);
    try {
      // While the database is away nothing was tried. When it is back, others may have taken over.
      const done = await whileAway(async () => {
        const lapsed = performance.now() > leasedUntil;
        if (lapsed && (await kind.renew([item], leaseMs)) === 0) return undefined;
        return { outcome: await kind.attempt(item) };
      }, isGivenUp);
      if (done) await record(item, done.outcome);
    } catch (error) {
      // The lease ends, and it is tried again: nothing is lost.
      log.error({ err: error, [kind.name]: kind.nameOf(item) }, 'what became of it could not be recorded');
    } finally {
      held.delete(kind.nameOf(item));
      if (places.give(place)) loop.wake();
    }
  }

  /** What the store refuses is recorded without details: else it would be done again. */
  async function record(item: Item, done: Done): Promise<void> {
    try {
      await whileAway(() => settle.add(done), isGivenUp);
    } catch (error) {
      if (isAway(error)) throw error;
      log.error({ err: error, [kind.name]: kind.nameOf(item) }, 'an outcome is recorded without its details');
      await whileAway(() => settle.add(kind.withoutDetails(done)), isGivenUp);
    }
  }

  /** What fails after the commit must not have it recorded again: the sweep does it, which looks for strays. */
  async function write(batch: Done[]): Promise<undefined[]> {
    const follow = await kind.settle(batch);
    noteAnswer();
    await follow().catch(warn('what follows outcomes has to wait for the sweep'));
    return batch.map(() => undefined);
  }

  /** Tries again while the database is away; meanwhile nothing new is claimed. What is too slow is tried again, too, but not for ever. */
  async function whileAway<T>(work: () => Promise<T>, isOver: () => boolean): Promise<T> {
    let waits = false;
    let slow = 0;
    try {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          if (isOver() || !isUnavailable(error)) throw error;
          if (isTooSlow(error)) slow += 1;
          else if (!waits) {
            stuck += 1;
            waits = true;
          }
          if (slow === mostSlow) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
    } finally {
      if (waits) stuck -= 1;
    }
  }

  const isStopping = () => stopping;
  const isGivenUp = () => givenUp;

  function warn(text: string): (error: unknown) => void {
    return (error) => log.warn({ err: error, loop: kind.name }, text);
  }

  return {
    inFlight: () => held.size,
    look: () => loop.wake(),
    async stop() {
      stopping = true;
      unlisten();
      await loop.stop();
      await emptied(held, stopWithinMs);
      givenUp = true;
      clearInterval(renewing);
    },
  };
}

/** The database is away, rather than that one statement asks too much of it. */
function isAway(error: unknown): boolean {
  return isUnavailable(error) && !isTooSlow(error);
}

function placeNamed(key: string): Place {
  const at = key.indexOf(' ');
  return { businessId: Number(key.slice(0, at)), placeId: key.slice(at + 1) };
}
