import type { Call, Channel, Person } from '../channels/channel.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import { isNameless, normalLang } from '../model/contact.ts';
import { type Failure, type FailureClass, failureClasses, SendFailure } from '../model/failure.ts';
import { groupBy } from '../model/group.ts';
import type { ChannelSetup } from '../model/setup.ts';
import { isFull, takeSpare } from '../store/channel-budget.ts';
import * as lookups from '../store/contact-lookups.ts';
import * as contacts from '../store/contacts.ts';
import { isUnavailable, type Queryable } from '../store/database.ts';
import * as events from '../store/events.ts';
import { rateOf } from './budget.ts';
import { updatedEvents } from './contacts.ts';
import type { Context } from './context.ts';
import { isPassingFailure, renewedCode, withFreshCredentials } from './fresh-credentials.ts';
import { isOfChannel } from './health-notes.ts';
import { startLoop } from './loop.ts';
import { Interrupted } from './outside.ts';
import { storable } from './storable.ts';
import type { Stored } from './store-inbound.ts';

/** A claim lasts this long, ms: longer than a call, with credentials that are renewed for it. */
const leaseMs = 60_000;
/** A name that comes later can wait for the next try, ms. */
const callMs = 10_000;
/** Calls under way in this process, and those of one channel. */
const mostUnderWay = 8;
const mostOfChannel = 2;
const lookEveryMs = 5000;
/** What a channel may send goes to its messages, or somebody takes of it at this very moment: asked again then, ms. */
const noRoomMs = 500;
/** How long after each failed try the next one is, ms; after the last of them the next session begins anew. */
const waitsMs = [60_000, 10 * 60_000, 3_600_000, 6 * 3_600_000];
/** A channel whose provider refuses for a reason of its own is left alone for so long, ms. */
const quietMs = 60_000;
/** There is nobody of that address, or one who is not to be known. All else may be otherwise at the next session. */
const neverTold: ReadonlySet<FailureClass> = new Set<FailureClass>(['INVALID_RECIPIENT', 'UNREACHABLE']);
/** Characters of a name that are kept. */
const longestName = 200;

type Needed = Pick<Context, 'db' | 'log' | 'wake' | 'setup' | 'credentials' | 'call' | 'health' | 'tells'>;

/**
 * Notes whom the provider is to be asked about, in the transaction that stores what they wrote: at the first message of a
 * session, where the channel tells no names with messages and nobody has named the person. Answers how many.
 */
export async function keepLookups(
  tx: Queryable,
  stored: Pick<Stored, 'arrival' | 'talk' | 'starts'>[],
): Promise<number> {
  const nameless = stored.filter(
    ({ arrival: { channel }, talk, starts }) =>
      starts && !channel.sandbox && isNameless(talk.contact) && doorOf(channel.type)?.person,
  );
  if (nameless.length === 0) return 0;
  return lookups.keep(
    tx,
    nameless.map(({ arrival: { channel }, talk }) => ({
      businessId: talk.businessId,
      contactId: talk.contact.id,
      channelId: channel.id,
    })),
  );
}

/**
 * Asks providers who people are, after the messages and apart from them: the best that can be done, and nobody waits for
 * it. Who was named in the meantime keeps that name. Each is asked about by one process at a time.
 */
export function startLookups(ctx: Needed): { stop(): Promise<void> } {
  const held = new Map<string, lookups.ClaimedLookup>();
  const asker = new Asker(ctx);
  const loop = startLoop('names of people', claimAndAsk, lookEveryMs, ctx.log);
  const unlisten = ctx.wake.on('lookups', () => loop.wake());

  async function claimAndAsk(): Promise<boolean> {
    const limit = Math.min(mostOfChannel, mostUnderWay - held.size);
    if (limit <= 0) return false;
    const full = [...groupBy(held.values(), keyOf).values()].filter((list) => list.length >= mostOfChannel);
    const busy = [...full.map(([one]) => one!), ...asker.quiet()];
    const claimed = await lookups.claim(ctx.db, { limit, leaseMs, busy });
    for (const one of claimed) void ask(one);
    return claimed.length > 0;
  }

  async function ask(one: lookups.ClaimedLookup): Promise<void> {
    const key = `${one.businessId} ${one.contactId}`;
    held.set(key, one);
    try {
      if ((await asker.ask(one)) === 'noRoom') setTimeout(() => loop.wake(), noRoomMs).unref();
    } catch (error) {
      // The claim ends, and it is asked again.
      ctx.log.warn({ err: error, contact: one.contactId }, 'what a provider tells of a person is not kept');
    } finally {
      held.delete(key);
      loop.wake();
    }
  }

  return {
    async stop() {
      unlisten();
      await loop.stop();
      asker.stop();
      while (held.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
}

/** Names a channel of a business. */
type ChannelKey = Pick<lookups.ClaimedLookup, 'businessId' | 'channelId'>;

const keyOf = ({ businessId, channelId }: ChannelKey) => `${businessId} ${channelId}`;

/** Asks about one person at a time, and remembers which channels are better left alone. */
class Asker {
  readonly #ctx: Needed;
  readonly #ending = new AbortController();
  readonly #quiet = new Map<string, { channel: ChannelKey; until: number }>();
  /** Channels of which it was noted that their credentials are refused: that they are not again is noted, too. */
  readonly #refused = new Set<string>();
  /** People for whom the credentials were renewed at the last try: that it helped nothing is no matter of freshness. */
  readonly #renewedFor = new Set<string>();

  constructor(ctx: Needed) {
    this.#ctx = ctx;
  }

  /** Breaks off what is under way. */
  stop(): void {
    this.#ending.abort();
  }

  /** Channels that are left alone now. */
  quiet(): ChannelKey[] {
    const now = performance.now();
    for (const [key, { until }] of this.#quiet) if (until <= now) this.#quiet.delete(key);
    return [...this.#quiet.values()].map(({ channel }) => channel);
  }

  /** Asks, and keeps what was answered, or when to ask again. Throws when the database is away. */
  async ask(one: lookups.ClaimedLookup): Promise<'noRoom' | undefined> {
    const { db, setup } = this.#ctx;
    const channel = (await setup(one.businessId)).channels.get(one.channelId);
    const door = channel && doorOf(channel.type);
    if (!door?.person || !isNameless(one)) {
      await lookups.end(db, one);
      return undefined;
    }
    if (!(await this.#hasRoom(one, channel!))) {
      await lookups.postpone(db, one, noRoomMs, false);
      return 'noRoom';
    }
    await this.#askAt(door, one);
    return undefined;
  }

  async #askAt(door: Channel, one: lookups.ClaimedLookup): Promise<void> {
    let account: Record<string, unknown> | undefined;
    try {
      account = await this.#ctx.credentials.inForce(one);
      const told = await door.person!(one.csid, account as never, this.#call);
      if (this.#refused.delete(keyOf(one))) this.#ctx.health.called(one);
      await this.#keep(one, told);
    } catch (error) {
      if (error instanceof Interrupted) return lookups.postpone(this.#ctx.db, one, 0, false);
      if (!(error instanceof SendFailure) && isUnavailable(error)) throw error;
      const failure = storable(this.#failureOf(error, one));
      await this.#failed(one, account ? await this.#withFresh(one, account, failure) : failure);
    }
  }

  async #withFresh(
    one: lookups.ClaimedLookup,
    account: Record<string, unknown>,
    failure: Failure,
  ): Promise<Failure> {
    const key = `${one.businessId} ${one.contactId}`;
    const before: Failure | undefined = this.#renewedFor.delete(key)
      ? { class: 'UNAVAILABLE', code: renewedCode }
      : undefined;
    const became = await withFreshCredentials(
      this.#ctx,
      { ...one, ...(before && { failure: before }) },
      account,
      failure,
    );
    if (became.code === renewedCode) this.#renewedFor.add(key);
    return became;
  }

  readonly #call: Call = (request) =>
    this.#ctx.call({ timeoutMs: callMs, ...request, signal: this.#ending.signal });

  /** Messages come first: a channel that is slow is asked about nobody until it has been silent for a moment. */
  async #hasRoom({ businessId, channelId }: ChannelKey, channel: ChannelSetup): Promise<boolean> {
    const perSecond = rateOf(channel);
    if (perSecond === undefined) return true;
    const budget = { businessId, channelId, perSecond };
    return perSecond < 2 ? isFull(this.#ctx.db, budget) : takeSpare(this.#ctx.db, budget);
  }

  async #keep(one: lookups.ClaimedLookup, told: Person): Promise<void> {
    const { businessId, contactId } = one;
    const name = nameIn(told);
    if (name === undefined) {
      await lookups.end(this.#ctx.db, one);
      return;
    }
    const setup = await this.#ctx.setup(businessId);
    await this.#ctx.db.transaction(async (tx) => {
      const before = await contacts.lock(tx, businessId, contactId);
      if (!(await lookups.end(tx, one)) || !before || !isNameless(before)) return;
      const lang = before.lang === undefined ? langIn(told) : undefined;
      const contact = {
        ...before,
        profile: { ...before.profile, name },
        ...(lang !== undefined && { lang }),
      };
      await contacts.update(tx, businessId, contact);
      const changed = ['profile', ...(lang === undefined ? [] : ['lang'])];
      await events.append(tx, await updatedEvents(tx, setup, [contact], () => changed), this.#ctx.tells);
    });
    this.#ctx.wake.call('deliveries');
  }

  async #failed(one: lookups.ClaimedLookup, failure: Failure): Promise<void> {
    const { db, log, health } = this.#ctx;
    log.debug({ contact: one.contactId, failure, attempt: one.attempt }, 'a provider told no name');
    if (neverTold.has(failure.class)) return lookups.close(db, one);
    const passes = isPassingFailure(failure);
    if (isOfChannel(failure) && !passes) {
      const until = performance.now() + Math.max(quietMs, failure.retryAfterMs ?? 0);
      this.#quiet.set(keyOf(one), { channel: one, until });
      // Of other refusals messages need not know: who may not ask for names may send all the same.
      if (failure.class === 'AUTH') {
        this.#refused.add(keyOf(one));
        health.called(one, failure);
      }
    }
    const { retry } = failureClasses[failure.class];
    const mayPass = retry !== 'no' && retry !== 'once';
    const waitMs = mayPass ? waitsMs[one.attempt - 1] : undefined;
    if (waitMs === undefined) await lookups.end(db, one);
    else await lookups.postpone(db, one, Math.max(passes ? 0 : waitMs, failure.retryAfterMs ?? 0), true);
  }

  #failureOf(error: unknown, one: lookups.ClaimedLookup): Failure {
    if (error instanceof SendFailure) return error.failure;
    this.#ctx.log.error({ err: error, channelId: one.channelId }, 'a person could not be asked about');
    return { class: 'INTERNAL' };
  }
}

function nameIn({ name = '' }: Person): string | undefined {
  const clean = storable(name)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return [...clean].slice(0, longestName).join('') || undefined;
}

/** `zh_TW` of `zh-TW`, and `zh` of `zh-Hant`. */
function langIn({ lang = '' }: Person): string | undefined {
  return normalLang(lang) ?? normalLang(lang.split(/[-_]/)[0]!);
}
