import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { Problem } from '../model/problem.ts';
import * as cannedAnswers from '../store/canned-answers.ts';
import type { Queryable } from '../store/database.ts';
import type { LoadedSetup } from '../store/setup.ts';

/** Something that is set up and changed as a whole: the plural of what it is, and the key in its address. */
export interface Thing {
  noun: keyof typeof found;
  key: string;
}

/** What a request says of the thing that it changes. */
export interface Expectation {
  thing: Thing;
  /** It is one of these versions; `*`: it is there. */
  match?: readonly string[] | '*';
  /** It is not there yet. */
  isNew?: boolean;
  /** By which field the caller names it. */
  field: string;
}

type Loaded = Pick<LoadedSetup, 'setup' | 'sealed'>;

/** What the version of each kind of thing is made of: what people set, and nothing that changes by itself. */
const found = {
  business: ({ setup }: Loaded) => ({
    ...setup.business,
    defaultQueue: [...setup.queues.values()].find(({ isDefault }) => isDefault)?.code,
  }),
  apps: ({ setup: { apps } }: Loaded, key: string) =>
    apps.get(key) ?? [...apps.values()].find((one) => one.code === key),
  queues: ({ setup }: Loaded, key: string) => setup.queues.get(key),
  teams: ({ setup }: Loaded, key: string) => setup.teams.get(key),
  // Mail addresses are kept in lower case.
  agents: ({ setup }: Loaded, key: string) => setup.agents.get(key.includes('@') ? key.toLowerCase() : key),
  tags: ({ setup }: Loaded, key: string) => setup.tags.get(Number(key)),
  customFields: ({ setup }: Loaded, key: string) =>
    [...setup.customFields.values()].find((one) => one.key === key),
  channels({ setup, sealed }: Loaded, key: string) {
    const channel = setup.channels.get(key);
    if (!channel) return undefined;
    const { attention: _, pausedUntil: __, ...set } = channel;
    return { ...set, sealed: sealed.channels.get(key)?.toString('base64') };
  },
  templates({ setup }: Loaded, key: string) {
    const template = setup.templates.find(({ code, lang }) => `${code}/${lang}` === key);
    // Providers tell of these by themselves.
    return template && { ...template, approvals: undefined };
  },
  vars: ({ setup }: Loaded, key: string) =>
    setup.vars.find((one) => `${one.key}/${one.channelId ?? ''}` === key),
  endpoints({ setup, sealed }: Loaded, key: string) {
    const endpoint = setup.endpoints.get(key);
    if (!endpoint) return undefined;
    const { disabledAt: _, disabledReason: __, updatedAt: ___, ...set } = endpoint;
    return { ...set, sealed: sealed.endpoints.get(key)?.toString('base64') };
  },
  // They are not part of what is kept in memory.
  cannedAnswers: () => undefined,
};

/** The version of a thing: another one whenever somebody has changed it. Undefined when there is no such thing. */
export async function versionOf(
  db: Queryable,
  loaded: Loaded,
  { noun, key }: Thing,
): Promise<string | undefined> {
  const thing =
    noun === 'cannedAnswers'
      ? await cannedAnswers.find(db, loaded.setup.business.id, '', key)
      : found[noun](loaded, key);
  return thing && createHash('sha256').update(canonical(thing)).digest('base64url').slice(0, 22);
}

/** The same text for the same thing, in whatever order its parts came. */
function canonical(thing: unknown): string {
  return JSON.stringify(thing, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const asked = new AsyncLocalStorage<{
  expected: Expectation;
  checked: boolean;
  became?: string | undefined;
}>();

/**
 * Changes a thing as `work` does, provided that it is as the caller expects: that is looked at where other changes of
 * the setup wait, so that two people cannot both be right. Answers the version that it has then, too.
 */
export async function changeExpected<T>(
  expected: Expectation,
  work: () => Promise<T>,
): Promise<{ answer: T; version: string | undefined }> {
  const now: NonNullable<ReturnType<typeof asked.getStore>> = { expected, checked: false };
  const answer = await asked.run(now, work);
  return { answer, version: now.became };
}

/** Throws `stale` when the request that changes this setup expects something else of it. */
export async function assertExpected(tx: Queryable, loaded: Loaded): Promise<void> {
  const now = asked.getStore();
  if (!now || now.checked) return;
  now.checked = true;
  const { thing, match, isNew, field } = now.expected;
  if (match === undefined && !isNew) return;
  const version = await versionOf(tx, loaded, thing);
  if (isNew && version !== undefined)
    throw new Problem('stale', `There is one of this ${field} already.`, {
      field,
      code: 'TAKEN',
      value: thing.key,
    });
  if (match === undefined || (version !== undefined && (match === '*' || match.includes(version)))) return;
  throw new Problem('stale', 'It has been changed since you read it: read it again.', { code: 'STALE' });
}

/** Notes what the thing became, for who changes it. */
export async function noteVersion(tx: Queryable, loaded: Loaded): Promise<void> {
  const now = asked.getStore();
  if (now) now.became = await versionOf(tx, loaded, now.expected.thing);
}
