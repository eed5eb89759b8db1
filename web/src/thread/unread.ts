import { i18n } from '@lingui/core';
import { msg, plural } from '@lingui/core/macro';
import { knownRow } from '../store/sessions.ts';
import { toast } from '../store/toasts.ts';
import { done, many, nameOf } from './deeds.ts';
import { markRead, markUnread } from './reading.ts';

const isUnread = (id: string) => (knownRow(id)?.unread ?? 0) > 0;

/** Marks a conversation as unread, with the way back. */
export async function unreadSession(id: string): Promise<void> {
  const name = nameOf(id);
  const was = isUnread(id);
  if (!(await markUnread(id))) return;
  const text = i18n._(msg`Marked as unread: ${name}`);
  if (was) toast(text);
  else done(text, () => void markRead(id));
}

/** The same for many; those that were unread before stay so when it is taken back. */
export function unreadMany(ids: string[]): Promise<void> {
  const before = new Set(ids.filter(isUnread));
  return many(
    ids,
    markUnread,
    (id) => void (before.has(id) || markRead(id)),
    (count) =>
      i18n._(
        msg`${plural(count, { one: '# conversation marked as unread', other: '# conversations marked as unread' })}`,
      ),
  );
}

/** Marks many as read. */
export function readMany(ids: string[]): Promise<void> {
  const read = ids.filter(isUnread);
  return many(
    read,
    async (id) => {
      await markRead(id);
      return true;
    },
    (id) => void markUnread(id),
    (count) =>
      i18n._(
        msg`${plural(count, { one: '# conversation marked as read', other: '# conversations marked as read' })}`,
      ),
  );
}
