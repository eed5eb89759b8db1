import { i18n } from '@lingui/core';
import { msg, plural } from '@lingui/core/macro';
import type { InboxSession } from '../api/types.ts';
import { knownRow, refreshRow } from '../store/sessions.ts';
import { toast } from '../store/toasts.ts';
import { complain } from '../ui/refusals.ts';
import { done, many, nameOf } from './deeds.ts';
import { markRead, markUnread } from './reading.ts';

/** Something in it waits to be read: messages of the customer, or a note in which one is mentioned. */
export const isUnread = ({ unread, mentioned }: Pick<InboxSession, 'unread' | 'mentioned'>): boolean =>
  unread > 0 || mentioned;
const waits = (id: string) => {
  const row = knownRow(id);
  return row !== undefined && isUnread(row);
};

/** As it was read before: what the customer has written since waits to be read. */
async function readUpTo(id: string, last: string | undefined): Promise<void> {
  await markRead(id, last);
  await refreshRow(id);
}

/** Marks a conversation as unread, with the way back. */
export async function unreadSession(id: string): Promise<void> {
  const name = nameOf(id);
  const was = waits(id);
  const last = knownRow(id)?.last?.id;
  if (!(await markUnread(id))) return;
  const text = i18n._(msg`Marked as unread: ${name}`);
  if (was) toast(text);
  else done(text, () => void readUpTo(id, last));
}

/** The same for many; those that were unread before stay so when it is taken back. */
export function unreadMany(ids: string[]): Promise<void> {
  const before = new Set(ids.filter(waits));
  return many(
    ids,
    markUnread,
    (id, was) => void (before.has(id) || readUpTo(id, was?.last?.id)),
    (count) =>
      i18n._(
        msg`${plural(count, { one: '# conversation marked as unread', other: '# conversations marked as unread' })}`,
      ),
  );
}

/** Marks many as read. */
export function readMany(ids: string[]): Promise<void> {
  const read = ids.filter(waits);
  return many(
    read,
    async (id) => {
      const error = await markRead(id);
      if (error !== undefined) complain(error);
      return error === undefined;
    },
    (id) => void markUnread(id),
    (count) =>
      i18n._(
        msg`${plural(count, { one: '# conversation marked as read', other: '# conversations marked as read' })}`,
      ),
  );
}
