import { ApiError, call } from '../api/http.ts';
import type { Mode } from '../api/message-types.ts';
import type { Draft, DraftData, SessionDetail } from '../api/types.ts';
import { client } from './client.ts';
import { db, type KeptDraft } from './db.ts';
import { owner } from './me.ts';
import { knownRow, patchRow, refreshRow, sessionKey } from './sessions.ts';
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
export const keepDraft = (sessionId: string, mode: Mode, text: string): void =>
  keep(sessionId, mode, { ...known(sessionId, mode), text });

/** Keeps what is chosen beside the text; undefined: nothing is. */
export function keepData(sessionId: string, mode: Mode, data: DraftData | undefined): void {
  const { data: _before, ...rest } = known(sessionId, mode);
  keep(sessionId, mode, { ...rest, ...(data && { data }) });
}

const known = (sessionId: string, mode: Mode): Omit<KeptDraft, 'id' | 'at' | 'saved'> =>
  draftOf(sessionId, mode) ?? { text: '' };

function keep(sessionId: string, mode: Mode, draft: Omit<KeptDraft, 'id' | 'at' | 'saved'>): void {
  const id = idOf(sessionId, mode);
  drafts.set(id, { ...draft, id, at: Date.now(), saved: false });
  void keepHere(id);
  saveSoon(sessionId, mode, id, saveAfterMs);
}

function saveSoon(sessionId: string, mode: Mode, id: string, ms: number): void {
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => void save(sessionId, mode, id), ms),
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

/** Its text was sent: nothing is left of it, here and on the server. What was typed at another screen comes in its place. */
export function endDraft(sessionId: string, mode: Mode): void {
  const draft = draftOf(sessionId, mode);
  if (draft?.other) takeOver(idOf(sessionId, mode), draft.other);
  else if (draft?.text) keepDraft(sessionId, mode, '');
  patchRow(sessionId, {});
}

const saving = new Set<string>();

async function save(sessionId: string, mode: Mode, id: string): Promise<void> {
  const draft = drafts.get(id);
  // Who has signed in meanwhile has not written it; and what another screen has kept is looked at first.
  if (!draft || draft.saved || draft.other || saving.has(id) || !id.startsWith(`${owner()}/`)) return;
  saving.add(id);
  let wait: number | undefined;
  try {
    const body = { text: draft.text, ...(draft.data && { data: draft.data }), was: draft.version ?? 0 };
    const { savedAt } = await call<{ savedAt: number }>(
      'PUT',
      `/inbox/sessions/${sessionId}/drafts/${mode}`,
      { body },
    );
    const now = drafts.get(id) ?? draft;
    const isLast = now === draft;
    drafts.set(id, { ...now, version: savedAt, ...(isLast && { saved: true, savedAt: Date.now() }) });
    if (isLast) markRow(sessionId);
    else wait = saveAfterMs;
    await keepHere(id);
  } catch (error) {
    const passes = !(error instanceof ApiError) || error.passes || error.status === 401;
    // Without a line it stays in the browser, and is tried again.
    if (passes) wait = 8000;
    else if (error.code === 'DRAFT_CHANGED') void lookAgain(sessionId);
  } finally {
    saving.delete(id);
    if (wait !== undefined) saveSoon(sessionId, mode, id, wait);
  }
}

/** Reads what the server has of a conversation's drafts. */
async function lookAgain(sessionId: string): Promise<void> {
  await refreshRow(sessionId);
  const detail = client.getQueryData<SessionDetail>(sessionKey(sessionId));
  if (detail?.drafts) takeDrafts(detail, () => false);
}

/** Hears that a draft of this person was kept or taken away, at this screen or another. */
export function hearDraft(sessionId: string, mode: Mode, savedAt: number): void {
  const id = idOf(sessionId, mode);
  const isNews = () => (drafts.get(id)?.version ?? 0) < savedAt;
  // It may be what this screen is saving.
  const look = () =>
    saving.has(id) ? void setTimeout(look, saveAfterMs) : isNews() && void lookAgain(sessionId);
  if (knownRow(sessionId) || drafts.has(id)) look();
}

/** The row in the list shows that there is a draft. */
function markRow(sessionId: string): void {
  const mode = (['reply', 'note'] as const).find((one) => {
    const draft = draftOf(sessionId, one);
    return draft?.text || draft?.data;
  });
  const row = client.getQueryData<SessionDetail>(sessionKey(sessionId));
  if (!row || row.draft === mode) return;
  const { draft: _before, ...rest } = row;
  client.setQueryData<SessionDetail>(sessionKey(sessionId), { ...rest, ...(mode && { draft: mode }) });
  patchRow(sessionId, {});
}

const isSame = (one: Pick<Draft, 'text' | 'data'>, other: Pick<Draft, 'text' | 'data'>): boolean =>
  one.text === other.text && JSON.stringify(one.data ?? null) === JSON.stringify(other.data ?? null);

/** The server's draft takes the place of this screen's. */
function takeOver(id: string, { text = '', data, savedAt }: Partial<Draft>, askedAt = Date.now()): void {
  const version = savedAt ?? drafts.get(id)?.version;
  const at = { at: Date.now(), saved: true, savedAt: askedAt };
  drafts.set(id, { id, text, ...(data && { data }), ...at, ...(version !== undefined && { version }) });
  void keepHere(id);
  draftsChanged.set((n) => n + 1);
}

/**
 * The server's drafts of a conversation. What stands in a field of this screen and was not saved is never taken out of it:
 * what was kept at another screen meanwhile is shown beside it. What was saved goes on as the server has it: it was changed
 * at another screen, or sent there.
 */
export function takeDrafts(
  { id: sessionId, drafts: told, askedAt = 0 }: SessionDetail,
  isSending: (mode: Mode) => boolean,
): void {
  for (const mode of ['reply', 'note'] as const) {
    const id = idOf(sessionId, mode);
    const ours = drafts.get(id);
    const theirs = told[mode];
    // The answer is older than what this screen knows.
    if (isSending(mode) || (ours?.saved && (ours.savedAt ?? 0) >= askedAt)) continue;
    if (theirs && (theirs.savedAt ?? 0) < (ours?.version ?? 0)) continue;
    const isEmpty = !ours || (ours.text === '' && !ours.data);
    if (!theirs && isEmpty) continue;
    if (theirs && ours?.saved === false && theirs.savedAt === ours.version) continue;
    if (ours?.saved !== false || isEmpty) {
      if (theirs && ours && isSame(ours, theirs)) drafts.set(id, { ...ours, version: theirs.savedAt ?? 0 });
      else takeOver(id, theirs ?? {}, askedAt);
    } else beside(sessionId, mode, ours, theirs);
  }
}

/** This screen has a text that the server does not have, and the server another one, or none any more. */
function beside(sessionId: string, mode: Mode, ours: KeptDraft, theirs: Draft | undefined): void {
  const { other, ...rest } = ours;
  // What this one has come from is no other.
  const isAhead = theirs && !theirs.data && ours.text.includes(theirs.text);
  if (!theirs || isAhead) {
    drafts.set(ours.id, { ...rest, ...(theirs?.savedAt !== undefined && { version: theirs.savedAt }) });
    saveSoon(sessionId, mode, ours.id, saveAfterMs);
  } else drafts.set(ours.id, { ...rest, other: theirs });
  void keepHere(ours.id);
  if (other || (theirs && !isAhead)) draftsChanged.set((n) => n + 1);
}

/** Ends that there are two: what was kept at the other screen comes before what stands here, or is let go. */
export function settle(sessionId: string, mode: Mode, how: 'add' | 'drop'): void {
  const draft = draftOf(sessionId, mode);
  if (!draft?.other) return;
  const { other, ...rest } = draft;
  const both = [other.text, rest.text].filter((one) => one !== '').join('\n\n');
  const data = rest.data ?? other.data;
  const version = other.savedAt ?? 0;
  keep(sessionId, mode, { ...rest, version, ...(how === 'add' && { text: both, ...(data && { data }) }) });
  draftsChanged.set((n) => n + 1);
}

/** Puts a text before what is typed already. */
export function addToDraft(sessionId: string, mode: Mode, text: string): void {
  const typed = draftOf(sessionId, mode)?.text ?? '';
  keepDraft(sessionId, mode, [text, typed].filter((one) => one !== '').join('\n\n'));
  draftsChanged.set((n) => n + 1);
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
