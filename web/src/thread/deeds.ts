import { i18n } from '@lingui/core';
import { msg, plural } from '@lingui/core/macro';
import { ApiError, call, keyedPatienceMs, newKey } from '../api/http.ts';
import type { InboxSession } from '../api/types.ts';
import { picked } from '../shell/ui-state.ts';
import { me, names } from '../store/me.ts';
import { knownRow, patchRow, putRow, recount, refreshRow } from '../store/sessions.ts';
import { toast } from '../store/toasts.ts';
import { apart } from '../text/sentence.tsx';
import { moment } from '../theme/format.ts';
import { complain } from '../ui/refusals.ts';

// What an agent does with a conversation: at once on the screen, then on the server, with the way back for a while.

/** To whom a conversation goes; null takes away, what is absent stays. */
export interface Holder {
  agent?: string | null;
  team?: string | null;
  queue?: string;
}

type Write = (id: string) => Promise<InboxSession>;
const write =
  (method: string, path: string, body: unknown = {}): Write =>
  (id) =>
    call<InboxSession>(method, `/inbox/sessions/${id}/${path}`, {
      ...(method !== 'DELETE' && { body }),
      key: newKey(),
      patienceMs: keyedPatienceMs,
    });

const resolve = write('POST', 'resolve');
const reopen = write('POST', 'reopen');
const wake = write('DELETE', 'snooze');
const hold = (to: Holder & { version?: number }) => write('PUT', 'holder', to);

/**
 * Shows the change, makes it, and shows what the server says of it; when it refuses, all is as before. Answers the row as it
 * is then; undefined: it was refused.
 */
async function change(
  id: string,
  shown: Partial<InboxSession>,
  make: Write,
): Promise<InboxSession | undefined> {
  const before = knownRow(id);
  patchRow(id, shown);
  try {
    const after = await make(id);
    putRow(after);
    recount();
    return after;
  } catch (error) {
    if (before) putRow(before);
    void refreshRow(id);
    complainOf(error);
    return undefined;
  }
}

function complainOf(error: unknown): void {
  const code = error instanceof ApiError ? error.code : '';
  if (code === 'OFFLINE') complain(error, i18n._(msg`The server cannot be reached: nothing was changed.`));
  else if (code === 'CHANGED' || code === 'HELD')
    complain(error, i18n._(msg`A colleague was faster. Look again before you go on.`));
  else complain(error);
}

const undoWord = () => i18n._(msg`Undo`);
export const nameOf = (id: string) => apart(knownRow(id)?.contact.name ?? '');

/** Takes back what was done last; the server knows how the conversation stood, and refuses where others did something since. */
function undo(id: string, act: 'resolved' | 'snoozed', before: InboxSession | undefined): void {
  const { state = 'open', agent, waitingSince, snoozedUntil } = before ?? {};
  const shown = { state, agent, waitingSince, snoozedUntil } as Partial<InboxSession>;
  void change(id, shown, write('POST', 'undo', { act }));
}

/** Says what was done; the way back is there as long as the word is. */
export const done = (text: string, back: () => void) =>
  toast(text, { act: { label: undoWord(), run: back } });

const tellResolved = (name: string, id: string, before: InboxSession | undefined) =>
  done(i18n._(msg`Resolved: ${name}`), () => undo(id, 'resolved', before));

export async function resolveSession(id: string): Promise<void> {
  const name = nameOf(id);
  const before = knownRow(id);
  if (await change(id, { state: 'resolved' }, resolve)) tellResolved(name, id, before);
}

/** The server has resolved it with a message that was sent. */
export function resolvedWithMessage(id: string): void {
  const before = knownRow(id);
  patchRow(id, { state: 'resolved' });
  tellResolved(nameOf(id), id, before);
}

export async function reopenSession(id: string): Promise<void> {
  await change(id, { state: 'open' }, reopen);
}

export async function closeSession(id: string): Promise<void> {
  const name = nameOf(id);
  if (await change(id, { state: 'closed' }, write('POST', 'close'))) toast(i18n._(msg`Closed: ${name}`));
}

export async function snoozeSession(id: string, until: number): Promise<void> {
  const when = moment(until);
  const before = knownRow(id);
  if (await change(id, { state: 'snoozed', snoozedUntil: until }, write('PUT', 'snooze', { until })))
    done(i18n._(msg`Snoozed until ${when}`), () => undo(id, 'snoozed', before));
}

export async function wakeSession(id: string): Promise<void> {
  await change(id, { state: 'open' }, wake);
}

const undefinedWhenNull = <T>(value: T | null) => (value === null ? undefined : value);

/** As a row shows it at once. */
function shownHolder(to: Holder): Partial<InboxSession> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(to)) shown[name] = undefinedWhenNull(value);
  return shown as Partial<InboxSession>;
}

const heldBy = (row: InboxSession | undefined): Holder => ({
  agent: row?.agent ?? null,
  team: row?.team ?? null,
  ...(row && { queue: row.queue }),
});

/** Gives it back, unless somebody else has given it on since. */
function holdAgain(id: string, back: Holder, { version }: InboxSession): void {
  void change(id, shownHolder(back), hold({ ...back, version }));
}

/** Hands a conversation to an agent, a team or a queue. */
export async function assignSession(id: string, to: Holder): Promise<void> {
  const before = knownRow(id);
  const version = before?.version;
  const after = await change(id, shownHolder(to), hold({ ...to, ...(version !== undefined && { version }) }));
  if (after) done(holderWord(to), () => holdAgain(id, heldBy(before), after));
}

function holderWord({ agent, team, queue }: Holder): string {
  const all = names();
  if (agent && agent === me()?.agent.code) return i18n._(msg`Assigned to you`);
  const name = agent ? all.agentName(agent) : team ? all.teamName(team) : queue ? all.queueName(queue) : '';
  if (!name) return i18n._(msg`Nobody is assigned now`);
  const to = apart(name);
  return i18n._(msg`Assigned to ${to}`);
}

/** Takes a conversation that nobody holds; when somebody was faster, says so. */
export async function claimSession(id: string): Promise<void> {
  const mine = me()?.agent.code;
  if (mine !== undefined) await change(id, { agent: mine }, write('POST', 'claim'));
}

/** Does one thing with many, and takes them all back with one undo. */
export async function many<T>(
  ids: string[],
  one: (id: string) => Promise<T | false | undefined>,
  back: (id: string, before: InboxSession | undefined, after: T) => void,
  word: (count: number) => string,
) {
  picked.set(new Set());
  const worked = (
    await Promise.all(
      ids.map(async (id) => {
        const before = knownRow(id);
        const after = await one(id);
        return after ? { id, before, after } : undefined;
      }),
    )
  ).filter((each) => each !== undefined);
  const undoAll = () => {
    for (const { id, before, after } of worked) back(id, before, after);
  };
  if (worked.length > 0) done(word(worked.length), undoAll);
}

export const resolveMany = (ids: string[]) =>
  many(
    ids,
    (id) => change(id, { state: 'resolved' }, resolve),
    (id, before) => undo(id, 'resolved', before),
    (count) =>
      i18n._(msg`${plural(count, { one: '# conversation resolved', other: '# conversations resolved' })}`),
  );

export const snoozeMany = (ids: string[], until: number) =>
  many(
    ids,
    (id) => change(id, { state: 'snoozed', snoozedUntil: until }, write('PUT', 'snooze', { until })),
    (id, before) => undo(id, 'snoozed', before),
    (count) =>
      i18n._(msg`${plural(count, { one: '# conversation snoozed', other: '# conversations snoozed' })}`),
  );

/** Those that rest are there again. */
export const wakeMany = (ids: string[]) => again(ids, wake);

/** Those that were resolved are open again. */
export const reopenMany = (ids: string[]) => again(ids, reopen);

async function again(ids: string[], make: Write): Promise<void> {
  picked.set(new Set());
  await Promise.all(ids.map((id) => change(id, { state: 'open' }, make)));
}

export const assignMany = (ids: string[], to: Holder) =>
  many(
    ids,
    (id) => change(id, shownHolder(to), hold(to)),
    (id, before, after) => holdAgain(id, heldBy(before), after),
    (count) =>
      i18n._(msg`${plural(count, { one: '# conversation assigned', other: '# conversations assigned' })}`),
  );
