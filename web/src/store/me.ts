import { hashKey, queryOptions } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { ApiError, call, token } from '../api/http.ts';
import type { AgentCard, Channel, InboxSetup, Me, Tag } from '../api/types.ts';
import { client } from './client.ts';
import { signal } from './signal.ts';

/** What the page says of its own request: whether a cookie came along, which a script cannot see. */
let isKnown = document.querySelector<HTMLMetaElement>('meta[name="known"]')?.content !== 'no';

async function askMe(signal: AbortSignal): Promise<Me> {
  if (!isKnown && token() === undefined) {
    isKnown = true;
    throw new ApiError(401, 'UNAUTHORIZED', 'Nobody is signed in');
  }
  // Who was signed in, and is no longer known, is signed out; nobody is, where nobody was.
  return call<Me>('GET', '/me', { signal, open: me() === undefined });
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => askMe(signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The server no longer knows who was signed in: nothing of theirs is shown, and nothing asked for, until they are back. */
export const isOut = signal(false);

/** Asks the server who we are: it may have forgotten. Once; or, where that counts, until it can be reached. */
export async function askAgain(until: 'answered' | 'tried' = 'tried'): Promise<Me> {
  if (until === 'answered') await client.cancelQueries({ queryKey: meQuery.queryKey });
  const retry = (_failures: number, error: Error) =>
    until === 'answered' && error instanceof ApiError && error.passes;
  return client.fetchQuery({ ...meQuery, staleTime: 0, retry });
}

/** Asks the server whose a token is, until it can be reached; undefined: nobody's, under which nothing can be done. */
export async function askWho(token: string): Promise<Me | undefined> {
  try {
    return await client.fetchQuery({
      queryKey: ['whose', token],
      queryFn: ({ signal }) => call<Me>('GET', '/me', { signal, token, open: true }),
      staleTime: 0,
      gcTime: 0,
      retry: (_failures, error) => error instanceof ApiError && error.passes,
    });
  } catch {
    return undefined;
  }
}

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => call<InboxSetup>('GET', '/inbox/setup', { signal }),
  staleTime: 5 * 60_000,
});

const heard = new Set<() => void>();
client.getQueryCache().subscribe(({ type, query }) => {
  const [key] = query.queryKey;
  if (type === 'updated' && (key === 'me' || key === 'setup')) for (const one of heard) one();
});

/** Every row of a list asks for these: that has to cost less than a query, and the shell keeps the queries alive. */
function onChange(listener: () => void): () => void {
  heard.add(listener);
  return () => heard.delete(listener);
}

/** Who is signed in; only below the screens that need it. */
export function useMe(): Me {
  const data = useSyncExternalStore(onChange, me);
  if (!data) throw new Error('Nobody is signed in');
  return data;
}

/** What is known under a key. Every row asks for it several times at each drawing: the key is not made anew each time. */
function known<T>(key: readonly unknown[]): () => T | undefined {
  const hash = hashKey(key);
  return () => client.getQueryCache().get(hash)?.state.data as T | undefined;
}

export const me = known<Me>(meQuery.queryKey);
const setup = known<InboxSetup>(setupQuery.queryKey);

/** Business and agent in one word: what this browser keeps is kept by it. */
export const ownerOf = ({ business, agent }: Me) => `${business.uuid}/${agent.code}`;

/** That of who is signed in. */
export const owner = () => {
  const mine = me();
  return mine ? ownerOf(mine) : '';
};

const nothing: InboxSetup = {
  agents: [],
  teams: [],
  queues: [],
  channels: [],
  tags: [],
  customFields: [],
  settings: { agentsSee: 'all', sessionHours: 24 },
};

export interface Names extends InboxSetup {
  agent(code: string | undefined): AgentCard | undefined;
  agentName(code: string | undefined): string;
  channel(id: string): Channel | undefined;
  tag(id: number): Tag | undefined;
  queueName(code: string): string;
  teamName(code: string): string;
}

let made: { of: InboxSetup; names: Names } | undefined;

function namesOf(setup: InboxSetup): Names {
  if (made?.of === setup) return made.names;
  const agents = new Map(setup.agents.map((one) => [one.code, one]));
  const channels = new Map(setup.channels.map((one) => [one.id, one]));
  const tags = new Map(setup.tags.map((one) => [one.id, one]));
  const queues = new Map(setup.queues.map((one) => [one.code, one.name]));
  const teams = new Map(setup.teams.map((one) => [one.code, one.name]));
  const agentName = (code: string | undefined) => {
    const found = code === undefined ? undefined : agents.get(code);
    return found?.displayName || found?.name || code || '';
  };
  const names: Names = {
    ...setup,
    agent: (code) => (code === undefined ? undefined : agents.get(code)),
    agentName,
    channel: (id) => channels.get(id),
    tag: (id) => tags.get(id),
    queueName: (code) => queues.get(code) || code,
    teamName: (code) => teams.get(code) || code,
  };
  made = { of: setup, names };
  return names;
}

/** Agents, channels, tags, queues and teams by their ids. */
export const useNames = (): Names => useSyncExternalStore(onChange, names);

export const names = () => namesOf(setup() ?? nothing);
