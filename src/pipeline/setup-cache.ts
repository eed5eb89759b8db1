import { present } from '../model/present.ts';
import { notFound } from '../model/problem.ts';
import type { Setup } from '../model/setup.ts';
import { byAccount } from '../store/channels.ts';
import type { Database } from '../store/database.ts';
import * as store from '../store/setup.ts';
import type { ChangeFeed } from '../store/setup-feed.ts';
import {
  channelSecrets,
  type EndpointSecrets,
  inForce,
  type KeptEndpointSecrets,
  openEndpoint,
  type Seal,
} from './setup-secrets.ts';
import { type Thing, versionOf } from './setup-version.ts';

/** What is set up, as the rest of the pipeline reads it: from memory, and never older than the last commit. */
export interface SetupCache {
  /** Everything that is set up in a business. Throws `notFound` when there is none of this id. */
  setup(businessId: number): Promise<Setup>;
  /** The version of something that is set up; undefined when there is no such thing. */
  version(businessId: number, thing: Thing): Promise<string | undefined>;
  /** A channel's full settings, secrets opened. Throws `notFound` for an unknown channel. */
  account(businessId: number, channelId: string): Promise<Record<string, unknown>>;
  /** The same, with what tells whether the secrets among them are still those of the store. Throws as `account`. */
  entered(businessId: number, channelId: string): Promise<Entered>;
  /** An endpoint's secrets. Throws `notFound` for an unknown endpoint. */
  endpointSecrets(businessId: number, endpointId: string): Promise<EndpointSecrets>;
  /** The channel that the webhook address `/webhook/{type}/{accountId}` belongs to. */
  channelAt(type: string, accountId: string): Promise<ChannelKey | undefined>;
}

/** The settings of a channel as they were read. */
export interface Entered {
  account: Record<string, unknown>;
  /** The secrets among them as they are stored, other bytes with each change of the channel; absent when there are none. */
  sealed?: Buffer;
}

/** Names a channel of a business. */
export interface ChannelKey {
  businessId: number;
  id: string;
}

/** The setup of one business as loaded, with what was opened of its secrets. */
interface Entry extends store.LoadedSetup {
  accounts: Map<string, Record<string, unknown>>;
  opened: Map<string, KeptEndpointSecrets>;
}

/**
 * The setup of every business, kept in memory. A change is heard through `feed`: at once in this process,
 * through the database in others. While the feed is not live nothing is kept: every reading goes to the
 * database, where readings of the same moment share one.
 */
export function makeSetupCache(deps: { db: Database; seal: Seal; feed: ChangeFeed }): SetupCache {
  const { db, seal, feed } = deps;
  const kept = new Map<number, Promise<Entry>>();
  let addresses = new Map<string, ChannelKey>();
  feed.on('setup', (businessId) => {
    if (businessId === undefined) kept.clear();
    else kept.delete(businessId);
    // A reading that began before the change fills the map that is thrown away.
    addresses = new Map();
  });

  const load = async (businessId: number): Promise<Entry> => {
    const loaded = await store.load(db, businessId);
    if (!loaded) throw notFound('business', 'BUSINESS_NOT_FOUND', 'There is no such business.');
    return { ...loaded, accounts: new Map(), opened: new Map() };
  };
  const readThrough = sharedPerMoment(load);
  const entryOf = (businessId: number): Promise<Entry> => {
    if (!feed.live) return readThrough(businessId);
    const held = kept.get(businessId);
    if (held) return held;
    const loading = load(businessId);
    kept.set(businessId, loading);
    loading.catch(() => kept.get(businessId) === loading && kept.delete(businessId));
    return loading;
  };

  const entered = async (businessId: number, channelId: string): Promise<Entered> => {
    const entry = await entryOf(businessId);
    const channel = entry.setup.channels.get(channelId);
    if (!channel) throw notFound('channelId', 'CHANNEL_NOT_FOUND', 'There is no such channel.');
    const sealed = entry.sealed.channels.get(channelId);
    const account = once(entry.accounts, channelId, () => ({
      ...channel.settings,
      ...channelSecrets(seal, businessId, channelId, sealed),
    }));
    return present({ account, sealed });
  };

  return {
    setup: async (businessId) => (await entryOf(businessId)).setup,
    entered,
    account: async (businessId, channelId) => (await entered(businessId, channelId)).account,
    version: async (businessId, thing) => versionOf(db, await entryOf(businessId), thing),
    async endpointSecrets(businessId, endpointId) {
      const entry = await entryOf(businessId);
      const sealed = entry.sealed.endpoints.get(endpointId);
      if (!sealed) throw notFound('endpointId', 'ENDPOINT_NOT_FOUND', 'There is no such endpoint.');
      return inForce(
        once(entry.opened, endpointId, () => openEndpoint(seal, businessId, endpointId, sealed)),
      );
    },
    async channelAt(type, accountId) {
      const address = `${type} ${accountId}`;
      const keep = addresses;
      const held = feed.live ? keep.get(address) : undefined;
      if (held) return held;
      const found = await byAccount(db, accountId, type);
      if (found && feed.live) keep.set(address, found);
      return found;
    },
  };
}

function once<V>(map: Map<string, V>, key: string, make: () => V): V {
  const held = map.get(key);
  if (held !== undefined) return held;
  const made = make();
  map.set(key, made);
  return made;
}

/**
 * Calls that come while one runs share the next, which starts after they came: each gets an answer that is
 * no older than its question, and at most two run at a time per key.
 */
function sharedPerMoment<T>(load: (key: number) => Promise<T>): (key: number) => Promise<T> {
  const running = new Map<number, Promise<T>>();
  const next = new Map<number, Promise<T>>();
  const start = (key: number): Promise<T> => {
    const work = load(key);
    running.set(key, work);
    const done = () => void running.delete(key);
    work.then(done, done);
    return work;
  };
  return (key) => {
    const now = running.get(key);
    if (!now) return start(key);
    const waiting = next.get(key);
    if (waiting) return waiting;
    const after = () => {
      next.delete(key);
      return start(key);
    };
    const queued = now.then(after, after);
    next.set(key, queued);
    return queued;
  };
}
