import { ApiError, call, keyedPatienceMs, newKey } from '../api/http.ts';
import type { Compose, Mode, ThreadMessage } from '../api/message-types.ts';
import { line } from '../live/state.ts';
import { afterSent, ledOn, tellRefused } from '../thread/outcomes.ts';
import { db, type Outgoing } from './db.ts';
import { owner } from './me.ts';
import { patchRow, recount, refreshRow } from './sessions.ts';
import { signal } from './signal.ts';
import { putMessages, readNewer } from './thread.ts';

/**
 * Messages on their way to the server, in the order in which they were written. Each is in the browser's database
 * before it is tried, so a reload or a cut loses none; its key makes every repeat the same message.
 */
export const outbox = signal<Outgoing[]>([]);

/** Rows of the thread keep their place when the server's message takes over from ours: message id → key. */
export const keysOfSent = new Map<string, string>();

const sending = new Set<string>();

export interface ToSend {
  sessionId: string;
  mode: Mode;
  compose: Compose;
  mentions?: string[];
  snoozeUntil?: number;
}

/** Takes a message; it is on the screen at once. */
export function send({ sessionId, mode, compose, mentions, snoozeUntil }: ToSend): string {
  const one: Outgoing = {
    key: newKey(),
    of: owner(),
    sessionId,
    mode,
    compose,
    ...(mentions?.length && { mentions }),
    ...(snoozeUntil !== undefined && { snoozeUntil }),
    at: Date.now(),
    state: 'queued',
    attempts: 0,
  };
  outbox.set((all) => [...all, one]);
  if (mode === 'reply') {
    const text = compose.content?.text ?? compose.content?.media?.caption ?? '';
    patchRow(sessionId, {
      activeAt: one.at,
      last: {
        id: one.key,
        direction: 'O',
        type: compose.content?.type ?? 'text',
        text,
        at: one.at,
        senderType: 'AGENT',
        tick: 'queued',
      },
    });
  }
  void keep(one).then(() => pump(sessionId));
  return one.key;
}

/** In a browser that keeps nothing memory has to do. */
const keep = async (one: Outgoing) => void (await (await db())?.put('outbox', one).catch(() => {}));

async function forget(key: string): Promise<void> {
  await (await db())?.delete('outbox', key).catch(() => {});
}

function change(key: string, by: Partial<Outgoing>): void {
  outbox.set((all) => all.map((one) => (one.key === key ? { ...one, ...by } : one)));
  const changed = outbox.get().find((one) => one.key === key);
  if (changed) void keep(changed);
}

/**
 * What goes next in a conversation. What was refused is stepped over: its writer was told. What waits for a word of the
 * agent holds back the answers that were written after it, and no note.
 */
function nextIn(sessionId: string): Outgoing | undefined {
  const mine = owner();
  let holds = false;
  for (const one of outbox.get()) {
    if (one.sessionId !== sessionId || one.of !== mine || one.state === 'failed') continue;
    if (one.state === 'stale') holds = true;
    else if (one.mode === 'note' || !holds) return one;
  }
  return undefined;
}

/** Sends what waits in one conversation, one after the other. */
async function pump(sessionId: string): Promise<void> {
  if (sending.has(sessionId)) return;
  sending.add(sessionId);
  try {
    for (;;) {
      const next = nextIn(sessionId);
      if (next?.state !== 'queued' || !(await attempt(next))) return;
    }
  } finally {
    sending.delete(sessionId);
  }
}

const requests = new Set<AbortController>();

async function post(one: Outgoing): Promise<ThreadMessage> {
  const request = new AbortController();
  requests.add(request);
  try {
    return await call('POST', pathOf(one), {
      body: bodyOf(one),
      key: one.key,
      signal: request.signal,
      patienceMs: keyedPatienceMs,
    });
  } finally {
    requests.delete(request);
  }
}

/** True when the next one may follow. */
async function attempt(one: Outgoing): Promise<boolean> {
  change(one.key, { state: 'sending' });
  let message: ThreadMessage;
  try {
    message = await post(one);
  } catch (error) {
    return failed(one, error as Error);
  }
  keysOfSent.set(message.id, one.key);
  putMessages(message.sessionId, [message]);
  outbox.set((all) => all.filter(({ key }) => key !== one.key));
  if (message.sessionId !== one.sessionId) takeOn(one, message.sessionId);
  await afterSent(one, message.sessionId);
  // A window that closed before this asks for the same answer again, and does then what was to follow.
  await forget(one.key);
  recount();
  return true;
}

/** An answer to a conversation that was over has begun another one: what was written after it goes there, too. */
function takeOn(one: Outgoing, to: string): void {
  // What was tried stays what it is, under its key.
  for (const { key, sessionId, state, attempts } of outbox.get())
    if (sessionId === one.sessionId && state === 'queued' && attempts === 0) change(key, { sessionId: to });
  ledOn(one, to);
  void pump(to);
}

const pathOf = ({ sessionId, mode }: Outgoing) =>
  `/inbox/sessions/${sessionId}/${mode === 'note' ? 'notes' : 'messages'}`;

function bodyOf({ mode, compose, mentions }: Outgoing): unknown {
  if (mode === 'reply') return compose;
  const { draft, content } = compose;
  return { text: content?.text ?? '', ...(mentions && { mentions }), ...(draft !== undefined && { draft }) };
}

function failed(one: Outgoing, error: Error): boolean {
  if (error instanceof ApiError && !error.passes && error.status !== 401) {
    const told = {
      code: error.code,
      message: error.message,
      ...(error.traceId !== undefined && { traceId: error.traceId }),
    };
    const isStale = error.code === 'NEWER_MESSAGES';
    change(one.key, { state: isStale ? 'stale' : 'failed', error: told });
    tellRefused({ ...one, error: told }, isStale);
    // Who shall decide has to see what came.
    if (isStale) void readNewer(one.sessionId);
    return true;
  }
  const attempts = one.attempts + 1;
  change(one.key, { state: 'queued', attempts });
  const after = error instanceof ApiError ? error.retryAfterMs : undefined;
  const wait = after ?? Math.min(1000 * 2 ** (attempts - 1), 30_000) * (0.75 + Math.random() / 2);
  setTimeout(() => void pump(one.sessionId), wait);
  return false;
}

/** Sends again what failed, or what waited for the agent to look at newer messages. */
export function again(key: string, withoutSeen = false): void {
  const one = outbox.get().find((each) => each.key === key);
  if (!one) return;
  const { seen: _seen, ...compose } = one.compose;
  const { error: _error, ...rest } = one;
  // Another body needs another key: under the old one the server knows the old one. The same body keeps its key, for the
  // server may have it after all.
  const next: Outgoing = {
    ...rest,
    state: 'queued',
    ...(withoutSeen && { compose, key: newKey() }),
  };
  outbox.set((all) => all.map((each) => (each.key === key ? next : each)));
  void keep(next)
    .then(() => (next.key === key ? undefined : forget(key)))
    .then(() => pump(one.sessionId));
}

/** Takes a message back that the server does not have; answers it, so that it can be written again. */
export function takeBack(key: string): Outgoing | undefined {
  const one = outbox.get().find((each) => each.key === key);
  outbox.set((all) => all.filter((each) => each.key !== key));
  void forget(key).then(() => {
    if (!one) return;
    void pump(one.sessionId);
    // Its row has shown it.
    void refreshRow(one.sessionId);
  });
  return one;
}

/** Puts back what was taken by mistake, where it was. */
export function putBack(one: Outgoing): void {
  outbox.set((all) => [...all, one].sort((a, b) => a.at - b.at));
  void keep(one);
}

/** Whether a message is on its way to the server. */
export const isSending = (sessionId: string, mode: Mode): boolean =>
  outbox.get().some((one) => one.sessionId === sessionId && one.mode === mode && one.state === 'sending');

/** Whether a message in a conversation was refused, or waits for its writer to look. */
export const isStuck = (all: Outgoing[], sessionId: string): boolean =>
  all.some((one) => one.sessionId === sessionId && (one.state === 'failed' || one.state === 'stale'));

/** Sends everything that waits: after a start, a sign-in, or when the server is back. */
export function pumpAll(): void {
  for (const sessionId of new Set(outbox.get().map((one) => one.sessionId))) void pump(sessionId);
}

/** Finds what an earlier window left behind. Answers how to stop. */
export function openOutbox(): () => void {
  void db().then(async (database) => {
    const kept = await database?.getAll('outbox').catch(() => []);
    const left = (kept ?? []).filter(({ of }) => of === owner());
    const known = new Set(outbox.get().map(({ key }) => key));
    const back = left
      .filter(({ key }) => !known.has(key))
      // Whether the server had it is unknown; under its key it is safe to ask again.
      .map((one) => (one.state === 'sending' ? { ...one, state: 'queued' as const } : one));
    outbox.set((all) => [...back, ...all].sort((a, b) => a.at - b.at));
    pumpAll();
  });
  let wasCut = false;
  return line.on(() => {
    if (line.get() === 'offline') wasCut = true;
    if (line.get() !== 'live') return;
    // What went out over the line that was cut may wait for an answer for ever.
    if (wasCut) for (const request of requests) request.abort();
    wasCut = false;
    pumpAll();
  });
}
