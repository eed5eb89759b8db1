import { ApiError, call } from '../api/http.ts';
import type { Mode } from '../api/message-types.ts';
import type { SessionDetail } from '../api/types.ts';
import { client } from './client.ts';
import { db, type KeptDraft } from './db.ts';
import { owner } from './me.ts';
import { patchRow, sessionKey } from './sessions.ts';
import { signal } from './signal.ts';

/** What was typed and not sent, by user, conversation and kind: text never moves to another conversation. */
const drafts = new Map<string, KeptDraft>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Grows with each draft that came from elsewhere, so that an open composer looks again. */
export const draftsChanged = signal(0);

const idOf = (sessionId: string, mode: Mode) => `${owner()}/${sessionId}/${mode}`;
const saveAfterMs = 500;

export const draftOf = (sessionId: string, mode: Mode): KeptDraft | undefined =>
  drafts.get(idOf(sessionId, mode));

/** Keeps what was typed: in this browser at once, on the server half a second after the last key. */
export function keepDraft(sessionId: string, mode: Mode, text: string, data?: Record<string, unknown>): void {
  const id = idOf(sessionId, mode);
  const draft: KeptDraft = { id, text, ...(data && { data }), at: Date.now(), saved: false };
  drafts.set(id, draft);
  void keepHere(id);
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => void save(sessionId, mode, id), saveAfterMs),
  );
}

const keeping = new Set<string>();

/** Nothing is left of it; that is remembered, for an answer that was asked for before has it still. */
const isOver = ({ text, data, saved }: KeptDraft) => saved && text === '' && !data;

/** Writes the draft into the browser's database; keys that come meanwhile are written together. */
async function keepHere(id: string): Promise<void> {
  if (keeping.has(id)) return;
  keeping.add(id);
  try {
    const database = await db();
    for (let kept: KeptDraft | undefined; kept !== drafts.get(id); ) {
      kept = drafts.get(id);
      if (kept && isOver(kept)) await database?.delete('drafts', id);
      else if (kept) await database?.put('drafts', kept);
    }
  } catch {
    // A browser that keeps nothing: the server has it in half a second.
  } finally {
    keeping.delete(id);
  }
}

const leftKey = 'parley.drafts';

/** A window that closes does not wait for the database: what the server does not have goes where it is kept at once. */
function leave(): void {
  const unsaved = [...drafts.values()].filter(({ saved }) => !saved);
  if (unsaved.length === 0) return;
  try {
    localStorage.setItem(leftKey, JSON.stringify([...unsaved, ...left()]));
  } catch {
    // Full, or forbidden.
  }
}

/** What windows that closed have left. */
function left(): KeptDraft[] {
  try {
    return JSON.parse(localStorage.getItem(leftKey) ?? '[]') as KeptDraft[];
  } catch {
    return [];
  }
}

/** It was sent: nothing is left of it, here and on the server. */
export function endDraft(sessionId: string, mode: Mode): void {
  if (draftOf(sessionId, mode)?.text || draftOf(sessionId, mode)?.data) {
    keepDraft(sessionId, mode, '');
    patchRow(sessionId, {});
  }
}

async function save(sessionId: string, mode: Mode, id: string): Promise<void> {
  const draft = drafts.get(id);
  // Who has signed in meanwhile has not written it.
  if (!draft || draft.saved || !id.startsWith(`${owner()}/`)) return;
  try {
    const body = { text: draft.text, ...(draft.data && { data: draft.data }) };
    await call('PUT', `/inbox/sessions/${sessionId}/drafts/${mode}`, { body });
    if (drafts.get(id) !== draft) return;
    const saved = { ...draft, saved: true, savedAt: Date.now() };
    drafts.set(id, saved);
    markRow(sessionId);
    await keepHere(id);
  } catch (error) {
    const passes = !(error instanceof ApiError) || error.passes || error.status === 401;
    // Without a line it stays in the browser, and is tried again.
    if (passes)
      timers.set(
        id,
        setTimeout(() => void save(sessionId, mode, id), 8000),
      );
  }
}

/** The row in the list shows that there is a draft. */
function markRow(sessionId: string): void {
  const mode = (['reply', 'note'] as const).find((one) => draftOf(sessionId, one)?.text);
  const row = client.getQueryData<SessionDetail>(sessionKey(sessionId));
  if (!row || row.draft === mode) return;
  const { draft: _before, ...rest } = row;
  client.setQueryData<SessionDetail>(sessionKey(sessionId), { ...rest, ...(mode && { draft: mode }) });
  patchRow(sessionId, {});
}

/**
 * The server's drafts of a conversation. One of this browser counts more while the server does not have it, and where the
 * server was asked before it had it. Otherwise the server knows best: what it has no more was sent at another screen.
 */
export function takeDrafts(
  { id: sessionId, drafts: told, askedAt = 0 }: SessionDetail,
  isSending: (mode: Mode) => boolean,
): void {
  let changed = false;
  for (const mode of ['reply', 'note'] as const) {
    const id = idOf(sessionId, mode);
    const ours = drafts.get(id);
    const theirs = told[mode];
    if (ours && (!ours.saved || (ours.savedAt ?? 0) >= askedAt)) continue;
    // With the message the server takes the draft away, and also what was typed since: that is kept again.
    if ((theirs?.text ?? '') === (ours?.text ?? '') || isSending(mode)) continue;
    const { text = '', data } = theirs ?? {};
    drafts.set(id, { id, text, ...(data && { data }), at: Date.now(), saved: true, savedAt: askedAt });
    void keepHere(id);
    changed = true;
  }
  if (changed) draftsChanged.set((n) => n + 1);
}

/** Puts a text before what is typed already. */
export function addToDraft(sessionId: string, mode: Mode, text: string): void {
  const typed = draftOf(sessionId, mode)?.text ?? '';
  keepDraft(sessionId, mode, [text, typed].filter((one) => one !== '').join('\n\n'));
  draftsChanged.set((n) => n + 1);
}

/** The server takes a draft away with every message: what was typed since that one was written is kept once more. */
export function keepAgain(sessionId: string, mode: Mode): void {
  const draft = draftOf(sessionId, mode);
  if (draft?.text || draft?.data) keepDraft(sessionId, mode, draft.text, draft.data);
}

/** Finds what was typed in an earlier window and has not reached the server. Answers how to stop. */
export function openDrafts(): () => void {
  addEventListener('pagehide', leave);
  void findDrafts();
  return () => removeEventListener('pagehide', leave);
}

async function findDrafts(): Promise<void> {
  const mine = `${owner()}/`;
  const isMine = ({ id }: KeptDraft) => id.startsWith(mine);
  const ours = left().filter(isMine);
  const kept = await db().then(
    (database) => database?.getAll('drafts'),
    () => undefined,
  );
  for (const draft of [...ours, ...(kept ?? [])].filter(isMine).sort((a, b) => b.at - a.at)) {
    if (drafts.has(draft.id)) continue;
    drafts.set(draft.id, draft);
    const [sessionId, mode] = draft.id.slice(mine.length).split('/') as [string, Mode];
    if (draft.saved) continue;
    void keepHere(draft.id);
    void save(sessionId, mode, draft.id);
  }
  if (ours.length > 0) localStorage.setItem(leftKey, JSON.stringify(left().filter((one) => !isMine(one))));
  draftsChanged.set((n) => n + 1);
}
