import { queryOptions, useQuery } from '@tanstack/react-query';
import { ApiError, call, queryOf } from '../api/http.ts';
import type { Counts, InboxSession, Page, SessionDetail, State } from '../api/types.ts';
import { client } from './client.ts';
import { useFurther } from './further.ts';
import { me } from './me.ts';

/** Which sessions a list shows. */
export interface Filter {
  view: 'mine' | 'unassigned' | 'all' | 'mentions';
  state: State | 'any';
  queue?: string;
  team?: string;
  agent?: string;
  channel?: string;
  tag?: number;
  unread?: boolean;
  text?: string;
  sort: 'latest' | 'waiting';
}

type Rows = Page<InboxSession>;
const keyOf = (filter: Filter) => ['sessions', filter] as const;
const pageSize = 50;
/** Who drags the bar far down waits for fewer answers. */
const farPageSize = 200;

const read = (filter: Filter, after?: string, signal?: AbortSignal) =>
  call<Rows>(
    'GET',
    `/inbox/sessions${queryOf({ ...filter, limit: after === undefined ? pageSize : farPageSize, after })}`,
    signal ? { signal } : {},
  );

/** The rows of a list, and how to have more of them. */
export function useSessions(filter: Filter) {
  const query = useQuery({
    queryKey: keyOf(filter),
    async queryFn({ signal }) {
      const from = performance.now();
      return withTold(filter, await read(filter, undefined, signal), from);
    },
    staleTime: 60_000,
    // What is looked for in a list leaves its rows until there are others; another list has nothing of them.
    placeholderData: (before, query) => (query && isSameList(query.queryKey[1], filter) ? before : undefined),
  });
  const next = query.isPlaceholderData ? undefined : query.data?.next;
  const further = useFurther<Rows>(keyOf(filter), next, (after) => read(filter, after));
  return { ...query, rows: query.data?.items ?? [], hasMore: next !== undefined, ...further };
}

/** Whether both show a part of the same list: what is unread in it, what has a text, or all, in any order. */
function isSameList(one: Filter, other: Filter): boolean {
  const bare = ({ unread: _u, text: _t, sort: _s, ...rest }: Filter) =>
    JSON.stringify(Object.entries(rest).sort());
  return bare(one) === bare(other);
}

export const useCounts = () =>
  useQuery({
    queryKey: ['counts'],
    queryFn: ({ signal }) => call<Counts>('GET', '/inbox/counts', { signal }),
    staleTime: 20_000,
  });

export const sessionKey = (id: string) => ['session', id] as const;

async function askDetail(id: string, signal?: AbortSignal): Promise<SessionDetail> {
  const askedAt = Date.now();
  const detail = await call<SessionDetail>('GET', `/inbox/sessions/${id}`, signal ? { signal } : {});
  return { ...detail, askedAt };
}

const sessionQuery = (id: string) =>
  queryOptions({
    queryKey: sessionKey(id),
    queryFn: ({ signal }) => askDetail(id, signal),
    staleTime: 30_000,
  });

/** Asks for what the server knows of a conversation that is about to be shown. */
export const readDetail = (id: string): void => void client.prefetchQuery(sessionQuery(id));

/** A session; what the lists know of it, where the server has not answered, or cannot be reached. */
export function useSession(id: string) {
  const { data, error, refetch } = useQuery(sessionQuery(id));
  return { data: data ?? (knownRow(id) as SessionDetail | undefined), error, refetch };
}

/** A row as some list has it: the thread need not wait for what is known. */
export function knownRow(id: string): InboxSession | undefined {
  const detail = client.getQueryData<SessionDetail>(sessionKey(id));
  if (detail) return detail;
  for (const [, rows] of client.getQueriesData<Rows>({ queryKey: ['sessions'] })) {
    const found = rows?.items.find((row) => row.id === id);
    if (found) return found;
  }
  return undefined;
}

/** Who is mentioned is always told newest first. */
export const isByWaiting = ({ sort, view }: Filter) => sort === 'waiting' && view !== 'mentions';

/** True when the server would list this row under the filter, whatever its text. */
export function matches(filter: Filter, row: InboxSession): boolean {
  const mine = me()?.agent.code;
  // What is over is with nobody, and of who held it.
  const isOver = filter.state !== 'open' && filter.state !== 'snoozed';
  const holder = row.agent ?? (isOver ? row.resolvedBy : undefined);
  const byView = {
    mine: holder !== undefined && holder === mine,
    unassigned: row.agent === undefined,
    all: true,
    mentions: row.mentioned,
  }[filter.view];
  return (
    byView &&
    (filter.state === 'any' || row.state === filter.state) &&
    (filter.queue === undefined || row.queue === filter.queue) &&
    (filter.team === undefined || row.team === filter.team) &&
    (filter.agent === undefined || holder === filter.agent) &&
    (filter.channel === undefined || row.channelId === filter.channel) &&
    (filter.tag === undefined || row.contact.tags.includes(filter.tag)) &&
    (!filter.unread || row.unread > 0) &&
    // Who waits for nothing is not among those who wait.
    (!isByWaiting(filter) || row.waitingSince !== undefined)
  );
}

const rankOf = (filter: Filter, row: InboxSession) =>
  isByWaiting(filter) ? (row.waitingSince ?? Number.MAX_SAFE_INTEGER) : -row.activeAt;

/** What events and answers told of rows, and when; undefined: it is gone. A list that is being read may be older. */
const told = new Map<string, { row: InboxSession | undefined; at: number }>();
const mostTold = 200;

function keepTold(id: string, row: InboxSession | undefined): void {
  told.delete(id);
  told.set(id, { row, at: performance.now() });
  if (told.size > mostTold) told.delete(told.keys().next().value!);
}

/** A page of a list with what was told since it was asked for. */
function withTold(filter: Filter, page: Rows, from: number): Rows {
  let rows = page;
  for (const [id, { row, at }] of told) {
    if (at < from) continue;
    const read = rows.items.find((one) => one.id === id);
    if (!row) rows = { ...rows, items: rows.items.filter((one) => one.id !== id) };
    else if (!read || (row.version >= read.version && row.activeAt >= read.activeAt))
      rows = placed(filter, rows, row);
  }
  return rows;
}

/** A list with a row where it belongs, or without it where it does not. */
function placed(filter: Filter, rows: Rows, row: InboxSession): Rows {
  const isThere = rows.items.some(({ id }) => id === row.id);
  // Only the server knows whom a text finds; what it found goes on as in every list.
  if (filter.text && !isThere) return rows;
  const items = rows.items.filter(({ id }) => id !== row.id);
  if (!matches(filter, row)) return isThere ? { ...rows, items } : rows;
  const at = items.findIndex((one) => rankOf(filter, one) > rankOf(filter, row));
  if (at >= 0) items.splice(at, 0, row);
  // Behind the last one that is loaded it comes with its page.
  else if (rows.next === undefined) items.push(row);
  return { ...rows, items };
}

/** Puts a row where it belongs in every list that is loaded, and takes it out of those where it does not. */
export function putRow(row: InboxSession): void {
  keepTold(row.id, row);
  for (const [key, rows] of client.getQueriesData<Rows>({ queryKey: ['sessions'] })) {
    if (!rows) continue;
    const next = placed(key[1] as Filter, rows, row);
    if (next !== rows) client.setQueryData<Rows>(key, next);
  }
  client.setQueryData<SessionDetail>(sessionKey(row.id), (before) => before && { ...before, ...row });
}

type HeardLost = (id: string) => void;
const hearLost = new Set<HeardLost>();

/** Is told of each session that is no longer ours to see. */
export const onLost = (heard: HeardLost): void => void hearLost.add(heard);

/** A session is gone, or no longer ours to see: it goes out of every list, and the screen that shows it says why. */
function lose(id: string): void {
  keepTold(id, undefined);
  for (const [key, rows] of client.getQueriesData<Rows>({ queryKey: ['sessions'] })) {
    if (rows?.items.some((row) => row.id === id))
      client.setQueryData<Rows>(key, { ...rows, items: rows.items.filter((row) => row.id !== id) });
  }
  for (const queryKey of [sessionKey(id), ['thread', id]])
    client.removeQueries({ queryKey, type: 'inactive' });
  void client.invalidateQueries({ queryKey: sessionKey(id) });
  for (const heard of hearLost) heard(id);
}

/** Changes a row at once, before the server has answered. */
export function patchRow(id: string, change: Partial<InboxSession>): void {
  const row = knownRow(id);
  if (row) putRow({ ...row, ...change });
}

const asked = new Map<string, 'reading' | 'again'>();

/** Reads a row again; however often it is asked for at once, it is read once, and once more after that. */
export async function refreshRow(id: string): Promise<void> {
  if (asked.has(id)) {
    asked.set(id, 'again');
    return;
  }
  asked.set(id, 'reading');
  try {
    const detail = await askDetail(id);
    putRow(detail);
    client.setQueryData<SessionDetail>(sessionKey(id), detail);
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.status)) lose(id);
  } finally {
    const again = asked.get(id) === 'again';
    asked.delete(id);
    if (again) void refreshRow(id);
  }
}

let counting = false;

/** Counts again, soon: many changes at once are counted once. */
export function recount(): void {
  if (counting) return;
  counting = true;
  setTimeout(() => {
    counting = false;
    void client.invalidateQueries({ queryKey: ['counts'] });
  }, 400);
}
