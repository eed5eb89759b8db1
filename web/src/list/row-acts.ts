import { actOnceThere } from '../keys/acts.ts';
import { useNamedActs } from '../keys/table.ts';
import { useMe } from '../store/me.ts';
import { assignSession, resolveSession } from '../thread/deeds.ts';
import { unreadSession } from '../thread/unread.ts';
import { openFor } from './picks.ts';

/**
 * What the keys do with the row that the keyboard is on, while another conversation is open, or none: it is done there. What
 * is written needs its place first: that opens it.
 */
export function RowActs({ id, open }: { id: string; open(id: string): void }): null {
  const { agent } = useMe();
  const opened = (act: string) => () => {
    open(id);
    actOnceThere(act, () => document.querySelector(`#thread[data-shown="${CSS.escape(id)}"]`) !== null);
  };
  useNamedActs(
    {
      resolve: () => void resolveSession(id),
      'resolve-next': () => void resolveSession(id),
      snooze: () => openFor(id, 'snooze'),
      assign: () => openFor(id, 'assign'),
      'assign-me': () => void assignSession(id, { agent: agent.code }),
      unread: () => void unreadSession(id),
      labels: () => openFor(id, 'tag'),
      more: () => openFor(id, 'more'),
      reply: opened('reply'),
      note: opened('note'),
      template: opened('template'),
    },
    'row',
  );
  return null;
}
