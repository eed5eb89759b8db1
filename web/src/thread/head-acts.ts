import { useLingui } from '@lingui/react/macro';
import type { InboxSession } from '../api/types.ts';
import { useActs } from '../keys/acts.ts';
import { focusComposer, picked, tagsWanted } from '../shell/ui-state.ts';
import { useMe } from '../store/me.ts';
import { useSignal } from '../store/signal.ts';
import { assignMany, assignSession, markUnread, resolveMany, resolveSession, snoozeMany } from './deeds.ts';

interface HeadActs {
  session: InboxSession;
  next(): void;
  setMenu(menu: 'assign' | 'snooze' | 'more'): void;
  search(): void;
  toggleContact(): void;
  showsContact: boolean;
}

/** The same by key; with rows picked in the list, on all of them. */
export function useHeadActs({ session, next, setMenu, search, toggleContact, showsContact }: HeadActs): void {
  const { t } = useLingui();
  const { agent } = useMe();
  const many = [...useSignal(picked)];
  const { id } = session;
  useActs([
    {
      id: 'reply',
      label: t`Write a reply`,
      keys: ['KeyR'],
      run: () => focusComposer.set({ mode: 'reply', at: Date.now() }),
    },
    {
      id: 'note',
      label: t`Write a note`,
      keys: ['KeyN'],
      run: () => focusComposer.set({ mode: 'note', at: Date.now() }),
    },
    {
      id: 'resolve',
      label: t`Resolve`,
      keys: ['KeyE'],
      run: () => void (many.length > 0 ? resolveMany(many) : resolveSession(id)),
    },
    {
      id: 'resolve-next',
      label: t`Resolve, and go to the next`,
      keys: ['Shift+KeyE'],
      run: () => {
        next();
        void resolveSession(id);
      },
    },
    {
      id: 'snooze',
      label: t`Snooze`,
      keys: ['KeyS'],
      run: () => (many.length > 0 ? void snoozeMany(many, Date.now() + 3 * 3_600_000) : setMenu('snooze')),
    },
    { id: 'assign', label: t`Assign`, keys: ['KeyA'], run: () => setMenu('assign') },
    {
      id: 'assign-me',
      label: t`Assign to me`,
      keys: ['KeyM'],
      run: () =>
        void (many.length > 0
          ? assignMany(many, { agent: agent.code })
          : assignSession(id, { agent: agent.code })),
    },
    { id: 'unread', label: t`Mark as unread`, keys: ['KeyU'], run: () => void markUnread(id) },
    { id: 'more', label: t`More actions`, keys: ['Period'], run: () => setMenu('more') },
    {
      id: 'thread-search',
      label: t`Search in this conversation`,
      keys: ['Mod+KeyF'],
      inFields: false,
      run: search,
    },
    {
      id: 'labels',
      label: t`Tag the customer`,
      keys: ['KeyL'],
      run: () => {
        tagsWanted.set(Date.now());
        if (!showsContact) toggleContact();
      },
    },
    { id: 'contact', label: t`Show or hide the customer’s data`, keys: ['KeyI'], run: toggleContact },
  ]);
}
