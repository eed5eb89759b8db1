import { Plural, useLingui } from '@lingui/react/macro';
import { IconCircleCheck, IconMoonStars, IconUserPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useNamedActs } from '../keys/table.ts';
import { picked } from '../shell/ui-state.ts';
import { useMe } from '../store/me.ts';
import { useSignal } from '../store/signal.ts';
import { AssignMenu } from '../thread/assign-menu.tsx';
import { assignMany, resolveMany, snoozeMany } from '../thread/deeds.ts';
import { SnoozeMenu } from '../thread/menus.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import css from './list.module.css';

/** What can be done with all that are picked, by button and by key. */
export function Bulk() {
  const { t } = useLingui();
  const { agent } = useMe();
  const many = useSignal(picked);
  const ids = [...many];
  const [menu, setMenu] = useState<'assign' | 'snooze'>();
  const opened = (one: typeof menu) => ({
    opened: menu === one,
    onChange: (is: boolean) => setMenu((now) => (is ? one : now === one ? undefined : now)),
  });
  useNamedActs({
    resolve: () => void resolveMany(ids),
    snooze: () => setMenu('snooze'),
    assign: () => setMenu('assign'),
    'assign-me': () => void assignMany(ids, { agent: agent.code }),
  });
  return (
    <div className={css.bulk} role="toolbar" aria-label={t`With the selected ones`}>
      <b>
        <Plural value={many.size} one="# selected" other="# selected" />
      </b>
      <AssignMenu assign={(to) => void assignMany(ids, to)} {...opened('assign')}>
        <IconButton label={t`Assign`} act="assign">
          <IconUserPlus size={18} />
        </IconButton>
      </AssignMenu>
      <SnoozeMenu snooze={(until) => void snoozeMany(ids, until)} {...opened('snooze')}>
        <IconButton label={t`Snooze`} act="snooze">
          <IconMoonStars size={18} />
        </IconButton>
      </SnoozeMenu>
      <IconButton label={t`Resolve`} act="resolve" onClick={() => void resolveMany(ids)}>
        <IconCircleCheck size={18} />
      </IconButton>
      <IconButton label={t`Clear selection`} onClick={() => picked.set(new Set())}>
        <IconX size={18} />
      </IconButton>
    </div>
  );
}
