import { Plural, useLingui } from '@lingui/react/macro';
import { IconCircleCheck, IconDots, IconMoonStars, IconUserPlus, IconX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useNamedActs } from '../keys/table.ts';
import { picked } from '../shell/ui-state.ts';
import { useMe } from '../store/me.ts';
import { useSignal } from '../store/signal.ts';
import { AssignMenu } from '../thread/assign-menu.tsx';
import { assignMany, assignSession, resolveMany, snoozeMany, snoozeSession } from '../thread/deeds.ts';
import { SnoozeMenu } from '../thread/menus.tsx';
import { unreadMany } from '../thread/unread.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu, MenuAnchor } from '../ui/menu.tsx';
import { useBulkMore, useBulkTags } from './bulk-menus.tsx';
import css from './list.module.css';
import { type BulkMenu, bulkMenu } from './picks.ts';

const open = (which: BulkMenu) => bulkMenu.set({ which });

/** The menu is closed: a row that was picked for it alone is let go. */
function close(which: BulkMenu): void {
  const now = bulkMenu.get();
  if (now?.which !== which) return;
  bulkMenu.set(undefined);
  if (now.alone !== undefined) picked.set(new Set());
}

/** What can be done with all that are picked, by button and by key. `goOn` leaves the open one, where it is among them. */
export function Bulk({ goOn }: { goOn(from: string[]): void }) {
  const { t } = useLingui();
  const { agent } = useMe();
  const many = useSignal(picked);
  const ids = [...many];
  const menu = useSignal(bulkMenu);
  useEffect(() => () => bulkMenu.set(undefined), []);
  const opened = (which: BulkMenu) => ({
    opened: menu?.which === which,
    onChange: (is: boolean) => (is ? open(which) : close(which)),
  });
  // From one menu to the next they stay picked, whichever of closing and opening is told first.
  const goTo = (which: BulkMenu) => {
    picked.set(many);
    bulkMenu.set({ ...menu, which });
  };
  const more = useBulkMore(ids, () => goTo('tag'));
  const tags = useBulkTags(ids);
  useNamedActs(
    {
      resolve: () => void resolveMany(ids),
      'resolve-next': () => {
        goOn(ids);
        void resolveMany(ids);
      },
      snooze: () => open('snooze'),
      assign: () => open('assign'),
      'assign-me': () => void assignMany(ids, { agent: agent.code }),
      unread: () => void unreadMany(ids),
      labels: () => open('tag'),
      more: () => open('more'),
    },
    'selected',
  );
  const [one] = ids;
  const isOne = ids.length === 1 && one !== undefined && menu?.alone === one;
  return (
    <div className={css.bulk} role="toolbar" aria-label={t`With the selected ones`}>
      <b>
        <Plural value={many.size} one="# selected" other="# selected" />
      </b>
      <AssignMenu
        assign={(to) => void (isOne ? assignSession(one, to) : assignMany(ids, to))}
        {...opened('assign')}
      >
        <IconButton label={t`Assign`} act="assign">
          <IconUserPlus size={18} />
        </IconButton>
      </AssignMenu>
      <SnoozeMenu
        snooze={(until) => void (isOne ? snoozeSession(one, until) : snoozeMany(ids, until))}
        onChoosing={(is) => (is ? goTo('time') : close('time'))}
        {...opened('snooze')}
      >
        <IconButton label={t`Snooze`} act="snooze">
          <IconMoonStars size={18} />
        </IconButton>
      </SnoozeMenu>
      <IconButton label={t`Resolve`} act="resolve" onClick={() => void resolveMany(ids)}>
        <IconCircleCheck size={18} />
      </IconButton>
      <Menu position="bottom-end" width={230} entries={more} {...opened('more')}>
        <IconButton label={t`More actions`} act="more">
          <IconDots size={18} />
        </IconButton>
      </Menu>
      <Menu position="bottom-end" width={230} most={300} entries={tags} {...opened('tag')}>
        <MenuAnchor label={t`Tags`} />
      </Menu>
      <IconButton label={t`Clear selection`} onClick={() => picked.set(new Set())}>
        <IconX size={18} />
      </IconButton>
    </div>
  );
}
