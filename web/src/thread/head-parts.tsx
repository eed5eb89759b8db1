import { useLingui } from '@lingui/react/macro';
import { IconClock } from '@tabler/icons-react';
import type { InboxSession } from '../api/types.ts';
import { presence } from '../live/state.ts';
import { useNames } from '../store/me.ts';
import { usePart } from '../store/signal.ts';
import { duration, list, moment, number } from '../theme/format.ts';
import { Avatar } from '../ui/avatar.tsx';
import { useNow } from '../ui/now.ts';
import css from './head.module.css';

/** How long the customer can be answered freely, from two hours before the end. */
export function WindowClock({ session }: { session: InboxSession }) {
  const { t } = useLingui();
  const now = useNow();
  const ends = session.window?.endsAt;
  if (!session.window || (session.window.open && ends === undefined)) return null;
  const left = (ends ?? 0) - now;
  const isOpen = session.window.open && left > 0;
  if (isOpen && left > 2 * 3_600_000) return null;
  const rest = duration(left);
  return (
    <span className={css.clock} data-open={isOpen || undefined} title={ends ? moment(ends) : undefined}>
      <IconClock size={14} />
      <span className={css.clockWord}>{isOpen ? t`${rest} left to reply` : t`Templates only`}</span>
    </span>
  );
}

/** Colleagues who have the same conversation on their screens. */
export function Viewers({ sessionId, mine }: { sessionId: string; mine: string }) {
  const { t } = useLingui();
  const names = useNames();
  const others = usePart(presence, (all) => all.viewers[sessionId])?.filter((code) => code !== mine) ?? [];
  if (others.length === 0) return null;
  const who = list(others.map(names.agentName));
  return (
    <span className={css.viewers} role="img" aria-label={t`Also here: ${who}`} title={t`Also here: ${who}`}>
      {others.slice(0, 3).map((code) => (
        <Avatar
          key={code}
          id={code}
          name={names.agentName(code)}
          imageUrl={names.agent(code)?.imageUrl}
          size={26}
        />
      ))}
      {others.length > 3 && <span className={css.moreViewers}>+{number(others.length - 3)}</span>}
    </span>
  );
}
