import { Problem, type Use } from '../model/problem.ts';
import type { Setup } from '../model/setup.ts';
import { endpointName } from '../model/web-address.ts';
import * as cannedAnswers from '../store/canned-answers.ts';
import * as store from '../store/setup-use.ts';
import type { Draft } from './setup-draft.ts';

/** As many things of one kind are named; the others are only counted. */
const mostNamed = 20;

type Named = { id: string; name: string };

/**
 * Throws `conflict` (IN_USE) when something relies on a thing that is to be taken away: with all of it at once, so that
 * nobody has to try again and again.
 */
export function assertUnused(noun: string, uses: (Use | undefined)[]): void {
  const found = uses.filter((use) => use !== undefined);
  if (found.length === 0) return;
  const by = found.map(({ noun: kind, count, some }) => {
    const names = some.map(({ id }) => id).join(', ');
    return `${kind} (${names || (count === store.mostCounted ? `${count} or more` : count)})`;
  });
  throw new Problem('conflict', `The ${noun} is in use by ${by.join(', ')}.`, {
    field: noun,
    code: 'IN_USE',
    uses: found,
  });
}

/** What of a list relies on something; undefined: nothing. */
function usedBy(noun: Use['noun'], things: Iterable<Named>): Use | undefined {
  const all = [...things];
  if (all.length === 0) return undefined;
  return { noun, count: all.length, some: all.slice(0, mostNamed).map(({ id, name }) => ({ id, name })) };
}

const coded = <T extends { code: string; name: string }>(
  all: Iterable<T>,
  isOne: (one: T) => boolean,
): Named[] => [...all].filter(isOne).map(({ code, name }) => ({ id: code, name }));

async function counted(
  draft: Draft,
  noun: Use['noun'],
  by: Parameters<typeof store.countUses>[2],
  key: string,
): Promise<Use | undefined> {
  const count = await store.countUses(draft.tx, draft.businessId, by, key);
  return count === 0 ? undefined : { noun, count, some: [] };
}

/** What relies on an app, a queue, a team, an agent or a channel. */
export const usesOf = {
  app: async (draft: Draft, id: string) => [
    usedBy(
      'queues',
      coded(draft.setup.queues.values(), ({ appId }) => appId === id),
    ),
    usedBy(
      'endpoints',
      [...draft.setup.endpoints.values()]
        .filter(({ appId }) => appId === id)
        .map((one) => ({ id: one.id, name: endpointName(one) })),
    ),
    await counted(draft, 'keys', 'app', id),
  ],
  queue: async (draft: Draft, code: string) => [
    usedBy('channels', channelsOf(draft.setup, code)),
    usedBy(
      'agents',
      coded(draft.setup.agents.values(), ({ queues }) => queues.includes(code)),
    ),
    await counted(draft, 'sessions', 'queue', code),
  ],
  team: async (draft: Draft, code: string) => [
    usedBy(
      'agents',
      coded(draft.setup.agents.values(), ({ teams }) => teams.includes(code)),
    ),
    usedBy(
      'canned-answers',
      (await cannedAnswers.list(draft.tx, draft.businessId, ''))
        .filter(({ team }) => team === code)
        .map(({ code: id, title }) => ({ id, name: title })),
    ),
    await counted(draft, 'sessions', 'team', code),
  ],
  agent: async (draft: Draft, code: string) => [await counted(draft, 'sessions', 'agent', code)],
  channel: async (draft: Draft, id: string) => [
    usedBy(
      'vars',
      draft.setup.vars.filter(({ channelId }) => channelId === id).map(({ key }) => ({ id: key, name: key })),
    ),
    await counted(draft, 'sessions', 'channel', id),
  ],
};

function channelsOf({ channels }: Setup, queue: string): Named[] {
  return [...channels.values()].filter((one) => one.queue === queue).map(({ id, name }) => ({ id, name }));
}
