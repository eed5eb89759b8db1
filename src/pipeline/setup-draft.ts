import type { Channel } from '../channels/channel.ts';
import type { Deed } from '../model/audit.ts';
import type { EventType } from '../model/event.ts';
import { notFound } from '../model/problem.ts';
import type { Setup } from '../model/setup.ts';
import type { Database, Transaction } from '../store/database.ts';
import * as store from '../store/setup.ts';
import type { ChangeFeed } from '../store/setup-feed.ts';
import { audit, type By } from './audit.ts';
import { changeOnce } from './idempotency.ts';
import type { Change } from './setup.ts';
import { deedsOf } from './setup-audit.ts';
import type { Seal } from './setup-secrets.ts';
import { assertExpected, noteVersion } from './setup-version.ts';

/** What changing the setup needs to know of the rest of the house. */
export interface SetupTools {
  readonly db: Database;
  readonly seal: Seal;
  readonly feed: ChangeFeed;
  /** All channels that there are. */
  readonly channels: readonly Channel[];
  /** The surfaces that endpoints can choose, and what each can tell. */
  readonly surfaces: readonly SurfaceFacts[];
  /** Why an address may not be called (scheme, private network); undefined when it may (decision D30). */
  refuseTarget(url: string): string | undefined;
}

/** What the setup needs to know of a surface. */
export interface SurfaceFacts {
  readonly name: string;
  readonly tells: readonly EventType[];
  /**
   * Where each endpoint of it hears one event: the names of these events, with what is behind each. None
   * when nothing is told of it yet.
   */
  readonly topics?: Readonly<Record<string, readonly EventType[]>>;
}

/** What can be told by which surface, in the words of `events.append`. */
export function tellsOf(surfaces: SetupTools['surfaces']): string[] {
  return surfaces.flatMap(({ name, tells }) => tells.map((type) => `${name} ${type}`));
}

/**
 * The setup of one business while it is being changed: held in one transaction, read once, and kept up to
 * date with what has been written, so that a whole document of changes can be applied to it.
 */
export interface Draft {
  readonly tools: SetupTools;
  readonly tx: Transaction;
  readonly businessId: number;
  /** Who changes it. */
  readonly by: By;
  readonly setup: Setup;
  readonly sealed: store.LoadedSetup['sealed'];
  /** What must be announced. */
  readonly changed: Set<store.ChangedNoun>;
  /** As it was when the draft was opened: the audit log tells what differs. */
  readonly before: Setup;
  readonly sealedBefore: store.LoadedSetup['sealed'];
  /** What was done besides, to what is not read with the setup (keys, secrets): to be told by who does it. */
  readonly deeds: Deed[];
}

/**
 * Opens the draft of a business inside a transaction: other changes of it wait until that ends. Throws `stale` when the
 * request expects something else of it (`changeExpected`).
 */
export async function openDraft(tools: SetupTools, tx: Transaction, by: By): Promise<Draft> {
  const { businessId } = by;
  const loaded = (await store.lock(tx, businessId)) && (await store.load(tx, businessId));
  if (!loaded) throw notFound('business', 'BUSINESS_NOT_FOUND', 'There is no such business.');
  await assertExpected(tx, loaded);
  const { setup, sealed } = loaded;
  return {
    ...{ tools, tx, businessId, by, setup, sealed, changed: new Set(), deeds: [] },
    before: copyOf(setup),
    sealedBefore: { channels: new Map(sealed.channels), endpoints: new Map(sealed.endpoints) },
  };
}

/** The same things in lists of their own. What is in them is replaced, never changed: the first who tries is stopped. */
function copyOf(setup: Setup): Setup {
  const { business, templates, vars, ...maps } = setup;
  for (const things of [[business], templates, vars, ...Object.values(maps).map((map) => [...map.values()])])
    for (const one of things) Object.freeze(one);
  const copies = Object.entries(maps).map(([noun, map]) => [noun, new Map(map as Map<unknown, unknown>)]);
  return { business, templates: [...templates], vars: [...vars], ...Object.fromEntries(copies) };
}

/**
 * Ends a draft before its transaction does: the audit log says what was done in it and by whom, and every process hears
 * of it. Both at once: a change that nobody wrote down would not take effect either.
 */
export async function finish(draft: Draft): Promise<void> {
  const { tools, tx, businessId, by, changed } = draft;
  await noteVersion(tx, draft);
  await audit(tx, by, deedsOf(draft));
  for (const noun of changed) await tools.feed.announce(tx, businessId, noun);
}

/** Runs one change of a business's setup: one transaction, then everybody hears of it. */
export async function changeSetup<T>(
  tools: SetupTools,
  by: By,
  work: (draft: Draft) => Promise<T>,
): Promise<T> {
  return changeOnce(tools, async (tx) => {
    const draft = await openDraft(tools, tx, by);
    const result = await work(draft);
    await finish(draft);
    return result;
  });
}

/** What a `put…` answers, after it has written what differs. */
export async function settle<T>(
  draft: Draft,
  value: T,
  how: { exists: boolean; differs: boolean; write: () => Promise<void> },
): Promise<Change<T>> {
  if (how.exists && !how.differs) return { value, change: 'none' };
  await how.write();
  draft.changed.add('setup');
  return { value, change: how.exists ? 'changed' : 'created' };
}
