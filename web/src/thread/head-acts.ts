import type { InboxSession } from '../api/types.ts';
import { useNamedActs } from '../keys/table.ts';
import { focusComposer, picked, tagsWanted } from '../shell/ui-state.ts';
import { useMe } from '../store/me.ts';
import { usePart } from '../store/signal.ts';
import { assignSession, resolveSession } from './deeds.ts';
import { markUnread } from './reading.ts';

interface HeadActs {
  session: InboxSession;
  next(): void;
  setMenu(menu: 'assign' | 'snooze' | 'more'): void;
  search(): void;
  toggleContact(): void;
  showsContact: boolean;
}

/** The same by key. With rows picked in the list, what can be done with all of them is done there. */
export function useHeadActs({ session, next, setMenu, search, toggleContact, showsContact }: HeadActs): void {
  const { agent } = useMe();
  const arePicked = usePart(picked, ({ size }) => size > 0);
  const { id } = session;
  useNamedActs({
    reply: () => focusComposer.set({ mode: 'reply', at: Date.now() }),
    note: () => focusComposer.set({ mode: 'note', at: Date.now() }),
    ...(!arePicked && {
      resolve: () => void resolveSession(id),
      snooze: () => setMenu('snooze'),
      assign: () => setMenu('assign'),
      'assign-me': () => void assignSession(id, { agent: agent.code }),
    }),
    'resolve-next': () => {
      next();
      void resolveSession(id);
    },
    unread: () => void markUnread(id),
    more: () => setMenu('more'),
    'thread-search': {
      run: search,
      // Pressed again in its field it is the browser's.
      unless: () => document.activeElement?.closest('search') != null,
    },
    labels: () => {
      tagsWanted.set(Date.now());
      if (!showsContact) toggleContact();
    },
    contact: toggleContact,
  });
}
