import { useEffect, useState } from 'react';
import { ApiError, call } from '../api/http.ts';
import type { InboxSession } from '../api/types.ts';
import { tellRead } from '../live/socket.ts';
import { line } from '../live/state.ts';
import { knownRow, patchRow, recount, refreshRow } from '../store/sessions.ts';
import { usePreferences } from '../theme/preferences.ts';
import { complain } from '../ui/refusals.ts';

// How far somebody has read, here and on the server.

/** What somebody has marked as unread: it is not read because it stands on the screen. */
const kept = new Set<string>();

/** What was read while the server could not be told, with the last message of it: it is told again. */
const untold = new Map<string, string | undefined>();
const againMs = 15_000;

line.on(() => {
  if (line.get() === 'live') for (const [id, upTo] of untold) void markRead(id, upTo);
});

/** Marks a conversation as unread, for this person; tells whether it is so. */
export async function markUnread(id: string): Promise<boolean> {
  kept.add(id);
  untold.delete(id);
  patchRow(id, { unread: Math.max(1, knownRow(id)?.unread ?? 0) });
  try {
    const { unread } = await call<{ unread: number }>('DELETE', `/inbox/sessions/${id}/read`);
    patchRow(id, { unread });
    recount();
    return true;
  } catch (error) {
    kept.delete(id);
    void refreshRow(id);
    complain(error);
    return false;
  }
}

/** Marks a conversation as read, up to a message where that is known. Answers what went wrong; nobody is told of it here. */
export async function markRead(id: string, upTo?: string): Promise<unknown> {
  const { unread = 0, mentioned = false } = knownRow(id) ?? {};
  untold.delete(id);
  kept.delete(id);
  patchRow(id, { unread: 0, mentioned: false });
  let failed: unknown;
  try {
    await call('PUT', `/inbox/sessions/${id}/read`, { body: { ...(upTo !== undefined && { upTo }) } });
  } catch (error) {
    failed = error;
    // The row says what the server knows.
    patchRow(id, { unread, mentioned });
    if (!(error instanceof ApiError) || !error.passes) {
      void refreshRow(id);
      return failed;
    }
    untold.set(id, upTo);
    setTimeout(() => {
      if (line.get() === 'live' && untold.has(id)) void markRead(id, untold.get(id));
    }, againMs);
  }
  recount();
  return failed;
}

const readAfterMs = 2000;
const isInFront = () => document.hasFocus() && document.visibilityState === 'visible';

/** Marks the conversation as read after two seconds in view, with the window in front. */
export function useReading(
  sessionId: string,
  session: Pick<InboxSession, 'unread' | 'mentioned'> | undefined,
  last: string | undefined,
): (is: boolean) => void {
  // A note is no message of the customer: who is mentioned has something to read all the same.
  const isNew = session !== undefined && (session.unread > 0 || session.mentioned);
  const { read } = usePreferences();
  const [atEnd, setAtEnd] = useState(true);
  const [inFront, setInFront] = useState(isInFront);
  useEffect(() => {
    const look = () => setInFront(isInFront());
    const names = ['focus', 'blur', 'visibilitychange'] as const;
    for (const name of names) addEventListener(name, look);
    return () => {
      for (const name of names) removeEventListener(name, look);
    };
  }, []);
  // Marked as unread it stays so, until one leaves it or something new comes.
  useEffect(() => () => void kept.delete(sessionId), [sessionId, last]);
  useEffect(() => {
    if (read !== 'view' || !isNew || !atEnd || !inFront) return;
    const timer = setTimeout(() => {
      if (kept.has(sessionId) || (untold.has(sessionId) && untold.get(sessionId) === last)) return;
      void markRead(sessionId, last);
      if (last !== undefined) tellRead(sessionId, last);
    }, readAfterMs);
    return () => clearTimeout(timer);
  }, [read, sessionId, isNew, atEnd, inFront, last]);
  return setAtEnd;
}
