import { useLingui } from '@lingui/react/macro';
import {
  IconCheck,
  IconClock,
  IconMailCheck,
  IconMailOpened,
  IconMoonStars,
  IconTag,
} from '@tabler/icons-react';
import { useNames } from '../store/me.ts';
import { knownRow } from '../store/sessions.ts';
import { reopenMany, wakeMany } from '../thread/deeds.ts';
import { haveAll, tagMany } from '../thread/tagging.ts';
import { isUnread, readMany, unreadMany } from '../thread/unread.ts';
import type { MenuEntry } from '../ui/menu.tsx';

/** What else can be done with rows: as far as there is one among them with which it can be done. */
export function useBulkMore(ids: string[], tag: () => void): () => MenuEntry[] {
  const { t } = useLingui();
  return () => {
    const rows = ids.map(knownRow).filter((row) => row !== undefined);
    const inState = (state: string) => rows.filter((row) => row.state === state).map(({ id }) => id);
    const [snoozed, resolved] = [inState('snoozed'), inState('resolved')];
    const entries: MenuEntry[] = [
      {
        id: 'unread',
        label: t`Mark as unread`,
        icon: <IconMailOpened size={16} />,
        run: () => void unreadMany(ids),
      },
    ];
    if (rows.some(isUnread))
      entries.push({
        id: 'read',
        label: t`Mark as read`,
        icon: <IconMailCheck size={16} />,
        run: () => void readMany(ids),
      });
    entries.push({ id: 'tag', label: t`Tag the customer`, icon: <IconTag size={16} />, run: tag });
    if (snoozed.length > 0)
      entries.push({
        id: 'wake',
        label: t`End snooze`,
        icon: <IconMoonStars size={16} />,
        run: () => void wakeMany(snoozed),
      });
    if (resolved.length > 0)
      entries.push({
        id: 'reopen',
        label: t`Reopen`,
        icon: <IconClock size={16} />,
        run: () => void reopenMany(resolved),
      });
    return entries;
  };
}

/** Tags for the customers of rows; those that all of them have are marked, and are taken away. */
export function useBulkTags(ids: string[]): () => MenuEntry[] {
  const { t } = useLingui();
  const { tags } = useNames();
  return () =>
    tags.length === 0
      ? [{ id: 'none', heading: t`There are no tags yet.` }]
      : tags.map(({ id, name }) => ({
          id: String(id),
          label: <bdi>{name}</bdi>,
          end: haveAll(ids, id) ? <IconCheck size={16} aria-label={t`chosen`} /> : null,
          run: () => void tagMany(ids, id),
        }));
}
