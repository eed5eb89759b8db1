import type { InboxSession } from '../api/types.ts';
import { useNamedActs } from '../keys/table.ts';
import { focusComposer, tagsWanted } from '../shell/ui-state.ts';
import { useMe } from '../store/me.ts';
import { assignSession, resolveSession } from './deeds.ts';
import { unreadSession } from './unread.ts';

interface HeadActs {
  session: InboxSession;
  next(): void;
  setMenu(menu: 'assign' | 'snooze' | 'more'): void;
  search(): void;
  toggleContact(): void;
  showsContact: boolean;
}

/** The same by key. */
export function useHeadActs({ session, next, setMenu, search, toggleContact, showsContact }: HeadActs): void {
  const { agent } = useMe();
  const { id } = session;
  useNamedActs({
    reply: () => focusComposer.set({ mode: 'reply', at: Date.now() }),
    note: () => focusComposer.set({ mode: 'note', at: Date.now() }),
    resolve: () => void resolveSession(id),
    snooze: () => setMenu('snooze'),
    assign: () => setMenu('assign'),
    'assign-me': () => void assignSession(id, { agent: agent.code }),
    'resolve-next': () => {
      next();
      void resolveSession(id);
    },
    unread: () => void unreadSession(id),
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
