import { useLingui } from '@lingui/react/macro';
import {
  IconClock,
  IconLayoutSidebarRight,
  IconLock,
  IconMailOpened,
  IconMoonStars,
  IconSearch,
} from '@tabler/icons-react';
import type { InboxSession } from '../api/types.ts';
import { useMe } from '../store/me.ts';
import type { MenuEntry } from '../ui/menu.tsx';
import { reopenSession, wakeSession } from './deeds.ts';
import { unreadSession } from './unread.ts';

interface More {
  session: InboxSession;
  search(): void;
  toggleContact(): void;
  showsContact: boolean;
  /** Without room for a button of its own, snoozing stands here too. */
  isSmall: boolean;
  setMenu(menu: 'snooze'): void;
  setClosing(is: true): void;
}

/** What else can be done with a conversation as a whole. */
export function useMore({
  session,
  search,
  toggleContact,
  showsContact,
  isSmall,
  setMenu,
  setClosing,
}: More): () => MenuEntry[] {
  const { t } = useLingui();
  const { rights } = useMe();
  const { id, state } = session;
  return () => {
    const entries: MenuEntry[] = [
      { id: 'search', label: t`Search in this conversation`, icon: <IconSearch size={16} />, run: search },
      {
        id: 'contact',
        label: showsContact ? t`Hide the customer’s data` : t`Show the customer’s data`,
        icon: <IconLayoutSidebarRight size={16} className="mirror" />,
        run: toggleContact,
      },
      {
        id: 'unread',
        label: t`Mark as unread`,
        icon: <IconMailOpened size={16} />,
        run: () => void unreadSession(id),
      },
    ];
    if (isSmall && state !== 'closed')
      entries.push({
        id: 'snooze',
        label: state === 'snoozed' ? t`End snooze` : t`Snooze`,
        icon: <IconMoonStars size={16} />,
        run: () => (state === 'snoozed' ? void wakeSession(id) : setMenu('snooze')),
      });
    if (state === 'resolved')
      entries.push({
        id: 'reopen',
        label: t`Reopen`,
        icon: <IconClock size={16} />,
        run: () => void reopenSession(id),
      });
    if (state !== 'closed' && rights.assignOthers)
      entries.push('rule', {
        id: 'close',
        label: t`Close for good…`,
        icon: <IconLock size={16} />,
        danger: true,
        run: () => setClosing(true),
      });
    return entries;
  };
}
