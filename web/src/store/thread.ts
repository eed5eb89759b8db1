import { queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { call, queryOf } from '../api/http.ts';
import type { ThreadMessage, ThreadPage, Tick } from '../api/message-types.ts';
import type { LiveEvent } from '../api/types.ts';
import { tellFailed } from '../thread/outcomes.ts';
import { client } from './client.ts';

export const threadKey = (sessionId: string) => ['thread', sessionId] as const;

const read = (
  sessionId: string,
  query: { before?: string; after?: string; around?: string; limit?: number },
  signal?: AbortSignal,
) =>
  call<ThreadPage>(
    'GET',
    `/inbox/sessions/${sessionId}/messages${queryOf({ limit: 50, contact: true, ...query })}`,
    signal ? { signal } : {},
  );

/** Conversations of which something was told while their messages were read for the first time. */
const missed = new Set<string>();

/**
 * A page that was read, with what was put into the thread and taken out of it meanwhile; and with the older messages that
 * somebody read up to, where nothing lies between.
 */
function withMeanwhile(
  page: ThreadPage,
  before: ThreadPage | undefined,
  now: ThreadPage | undefined,
): ThreadPage {
  const first = page.items[0];
  if (!before || !now) return page;
  const idsOf = ({ items }: ThreadPage) => new Set(items.map(({ id }) => id));
  const [read, was, are] = [idsOf(page), idsOf(before), idsOf(now)];
  const meets = now.items.some(({ id }) => read.has(id));
  const isOlder = (one: ThreadMessage) => meets && first !== undefined && later(one, first) < 0;
  const kept = now.items.filter((one) => read.has(one.id) || !was.has(one.id) || isOlder(one));
  const there = page.items.filter(({ id }) => !was.has(id) || are.has(id));
  return {
    ...page,
    items: merged(kept, there),
    before: now.items.some(isOlder) ? now.before : page.before,
  };
}

/** When the latest messages were read, epoch ms. */
const readAt = new Map<string, number>();

const threadQuery = (sessionId: string) =>
  queryOptions({
    queryKey: threadKey(sessionId),
    async queryFn({ signal }) {
      const before = client.getQueryData<ThreadPage>(threadKey(sessionId));
      // Who looks at a part further up stays there.
      if (before?.after) return before;
      const page = await read(sessionId, {}, signal);
      readAt.set(sessionId, Date.now());
      // What came while nothing was there to put it to.
      if (missed.delete(sessionId)) setTimeout(() => void readNewer(sessionId));
      const now = client.getQueryData<ThreadPage>(threadKey(sessionId));
      return now?.after ? now : withMeanwhile(page, before, now);
    },
    staleTime: 60_000,
  });

/**
 * Asks for the messages of a conversation that is about to be shown: they come while its screen is made. Those that are there
 * stay, with the older ones that somebody read up to: the screen asks what is new by itself.
 */
export function readAhead(sessionId: string): void {
  if (client.getQueryData(threadKey(sessionId)) === undefined)
    void client.prefetchQuery(threadQuery(sessionId));
}

/** Whether the latest messages were read just now, so that nothing can be missing that events will not tell. */
export const wasJustRead = (sessionId: string): boolean => (readAt.get(sessionId) ?? 0) > Date.now() - 2000;

/** Whether the messages are there, or an error instead of them. Asks for nothing by itself. */
export const useThreadIsThere = (sessionId: string): boolean =>
  !useQuery({ ...threadQuery(sessionId), enabled: false, notifyOnChangeProps: ['isPending'] }).isPending;

/** The messages of a conversation, oldest first, and how to have older ones. */
export function useThread(sessionId: string) {
  const query = useQuery(threadQuery(sessionId));
  const hasOlder = query.data?.before ?? false;
  const older = useCallback(async () => {
    // The next look at it reads again.
    await readOlder(sessionId).catch(() => {});
  }, [sessionId]);
  const hasNewer = query.data?.after ?? false;
  const newer = useCallback(() => readOn(sessionId).catch(() => {}), [sessionId]);
  const latest = useCallback(() => readLatest(sessionId).catch(() => {}), [sessionId]);
  // Who comes again comes to the end.
  useEffect(
    () => () => {
      if (client.getQueryData<ThreadPage>(threadKey(sessionId))?.after)
        client.removeQueries({ queryKey: threadKey(sessionId) });
    },
    [sessionId],
  );
  return { ...query, messages: query.data?.items ?? [], hasOlder, older, hasNewer, newer, latest };
}

const readingOn = new Set<string>();

/** Reads on below a part further up; at the end of the thread it is as ever again. */
async function readOn(sessionId: string): Promise<void> {
  const last = client.getQueryData<ThreadPage>(threadKey(sessionId))?.items.at(-1);
  if (!last || readingOn.has(sessionId)) return;
  readingOn.add(sessionId);
  try {
    const page = await read(sessionId, { after: last.id, limit: 100 });
    client.setQueryData<ThreadPage>(threadKey(sessionId), (now) =>
      // Another part may be shown by now.
      now?.after && now.items.at(-1)?.id === last.id
        ? { ...now, items: merged(now.items, page.items), after: page.after }
        : now,
    );
    // What came while that was read was put nowhere.
    if (!page.after) void readNewer(sessionId);
  } finally {
    readingOn.delete(sessionId);
  }
}

/** Leaves the part further up for the end of the thread. */
async function readLatest(sessionId: string): Promise<void> {
  if (!client.getQueryData<ThreadPage>(threadKey(sessionId))?.after) return;
  const page = await read(sessionId, {});
  client.setQueryData<ThreadPage>(threadKey(sessionId), page);
  void readNewer(sessionId);
}

const readingOlder = new Map<string, Promise<ThreadMessage[]>>();

/** Reads the messages before the first one that a loaded thread has. Answers them: none, when it has them all. */
export function readOlder(sessionId: string): Promise<ThreadMessage[]> {
  const now = client.getQueryData<ThreadPage>(threadKey(sessionId));
  const first = now?.items[0];
  if (!first || !now.before) return Promise.resolve([]);
  let under = readingOlder.get(sessionId);
  if (!under) {
    under = read(sessionId, { before: first.id })
      .then((page) => {
        client.setQueryData<ThreadPage>(
          threadKey(sessionId),
          (now) => now && { ...now, items: merged(page.items, now.items), before: page.before },
        );
        return page.items;
      })
      .finally(() => readingOlder.delete(sessionId));
    readingOlder.set(sessionId, under);
  }
  return under;
}

/** Shows the part of a conversation in which a message stands. */
export async function goTo(sessionId: string, messageId: string): Promise<void> {
  const known = client.getQueryData<ThreadPage>(threadKey(sessionId));
  if (known?.items.some(({ id }) => id === messageId)) return;
  const page = await read(sessionId, { around: messageId, limit: 100 });
  // What lies between it and the end comes while somebody scrolls there: the thread has no gap.
  client.setQueryData<ThreadPage>(threadKey(sessionId), (now) => {
    const ids = new Set(page.items.map(({ id }) => id));
    const meets = now && !now.after && now.items.some(({ id }) => ids.has(id));
    return meets ? { ...now, items: merged(page.items, now.items), before: page.before } : page;
  });
}

const later = (a: ThreadMessage, b: ThreadMessage) => a.at - b.at || (a.id < b.id ? -1 : 1);

function merged(some: ThreadMessage[], others: ThreadMessage[]): ThreadMessage[] {
  const byId = new Map<string, ThreadMessage>();
  for (const one of [...some, ...others]) byId.set(one.id, further(one, byId.get(one.id)));
  // Whoever sent one that failed anew: it says so on every screen.
  for (const { id, sessionId, retryOf } of byId.values()) {
    const failed = retryOf === undefined ? undefined : byId.get(retryOf);
    if (failed && failed.retriedBy?.id !== id)
      byId.set(failed.id, { ...failed, retriedBy: { id, sessionId } });
  }
  return [...byId.values()].sort(later);
}

const ladder: Tick[] = ['scheduled', 'queued', 'sending', 'sent', 'failed', 'delivered', 'read', 'deleted'];
const isAhead = (tick: Tick, of: Tick | undefined) => ladder.indexOf(tick) > ladder.indexOf(of ?? 'queued');

/** What events told of messages: one may come before the answer that brings its message. */
const heard = new Map<string, Partial<Record<Tick, number>>>();
const mostHeard = 500;

/** A message with the furthest tick that is known of it, whichever way it came. */
function further(message: ThreadMessage, known?: ThreadMessage): ThreadMessage {
  const ticks = { ...known?.ticks, ...heard.get(message.id), ...message.ticks };
  const reached = [known?.tick, ...(Object.keys(ticks) as Tick[])].filter((one) => one !== undefined);
  const tick = reached.reduce((best, one) => (isAhead(one, best) ? one : best), message.tick);
  if (tick === message.tick && !known) return message;
  // An answer to sending that comes late knows nothing of why it failed since.
  const failure = tick === 'failed' ? (message.failure ?? known?.failure) : undefined;
  return { ...message, ...(tick && { tick }), ...(failure && { failure }), ticks };
}

/** A message of a thread that is loaded. */
export const messageIn = (sessionId: string, id: string): ThreadMessage | undefined =>
  client.getQueryData<ThreadPage>(threadKey(sessionId))?.items.find((one) => one.id === id);

/** Puts messages into the thread that shows them, if one is loaded. */
export function putMessages(sessionId: string, messages: ThreadMessage[]): void {
  client.setQueryData<ThreadPage>(
    threadKey(sessionId),
    (now) => now && { ...now, items: merged(now.items, now.after ? within(now, messages) : messages) },
  );
}

/** Those that do not come after the part of a thread that is shown: what lies between would be missing. */
function within({ items }: ThreadPage, messages: ThreadMessage[]): ThreadMessage[] {
  const last = items.at(-1);
  return messages.filter((one) => last !== undefined && later(one, last) <= 0);
}

/** Takes one out of a thread; one that was sent anew by it may be so again. */
export function dropMessage(sessionId: string, messageId: string): void {
  const mayBeRetried = (one: ThreadMessage) => {
    if (one.retriedBy?.id !== messageId) return one;
    const { retriedBy: _, ...rest } = one;
    return rest;
  };
  client.setQueryData<ThreadPage>(
    threadKey(sessionId),
    (now) => now && { ...now, items: now.items.filter(({ id }) => id !== messageId).map(mayBeRetried) },
  );
}

const reading = new Map<string, 'reading' | 'again'>();

/** Reads what came after the last message that a loaded thread has. */
export async function readNewer(sessionId: string): Promise<void> {
  const now = client.getQueryData<ThreadPage>(threadKey(sessionId));
  if (!now) {
    if (client.getQueryState(threadKey(sessionId))?.fetchStatus === 'fetching') missed.add(sessionId);
    return;
  }
  // It is read on while somebody scrolls.
  if (now.after) return;
  if (reading.has(sessionId)) {
    reading.set(sessionId, 'again');
    return;
  }
  reading.set(sessionId, 'reading');
  try {
    const last = now.items.at(-1);
    const page = await read(sessionId, last ? { after: last.id, limit: 200 } : {});
    putMessages(sessionId, page.items);
    if (page.after) reading.set(sessionId, 'again');
  } catch {
    // The next event, or the next look at it, reads again.
  } finally {
    const again = reading.get(sessionId) === 'again';
    reading.delete(sessionId);
    if (again) void readNewer(sessionId);
  }
}

const ticks: Record<string, Tick> = {
  SENT: 'sent',
  DLVRD: 'delivered',
  READ: 'read',
  FAILD: 'failed',
  DELTD: 'deleted',
};
/** Moves the tick of a message; what comes late never moves it back. */
export function tickOf(event: LiveEvent): void {
  const { messageId, session, short, timestamp } = event.data;
  const tick = ticks[String(short)];
  if (!session || !messageId || !tick) return;
  heard.set(messageId, { ...heard.get(messageId), [tick]: Number(timestamp) || event.at });
  if (heard.size > mostHeard) heard.delete(heard.keys().next().value!);
  client.setQueryData<ThreadPage>(
    threadKey(session.id),
    (now) =>
      now && { ...now, items: now.items.map((one) => (one.id === messageId ? further(one, one) : one)) },
  );
  // Why it failed stands in words in the message itself.
  if (tick === 'failed')
    void read(session.id, { around: messageId, limit: 1 }).then(
      (page) => {
        putMessages(session.id, page.items);
        const failed = page.items.find(({ id }) => id === messageId);
        if (failed) tellFailed(failed);
      },
      () => {},
    );
}
