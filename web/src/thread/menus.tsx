import { useLingui } from '@lingui/react/macro';
import { type ReactElement, useState } from 'react';
import { firstWorkday, moment } from '../theme/format.ts';
import { Later, patient } from '../ui/later.tsx';
import { Menu, type MenuButtonProps, type MenuEntry } from '../ui/menu.tsx';
import css from './menus.module.css';

const TimeModal = patient(() => import('./time-modal.tsx'));

export interface MenuProps {
  children: ReactElement<MenuButtonProps>;
  opened?: boolean;
  onChange?: (opened: boolean) => void;
}

/** Times to come back at, in the time of this screen. */
export function soon(now = new Date()): { id: string; at: number }[] {
  const at = (days: number, hours: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hours).getTime();
  const toWeek = (firstWorkday() - now.getDay() + 7) % 7 || 7;
  return [
    { id: 'hour', at: now.getTime() + 3_600_000 },
    { id: 'later', at: now.getTime() + 3 * 3_600_000 },
    { id: 'tomorrow', at: at(1, 9) },
    { id: 'week', at: at(toWeek, 9) },
  ];
}

/** When a conversation comes back. */
export function SnoozeMenu({
  snooze,
  children,
  opened,
  onChange,
  onChoosing,
}: MenuProps & {
  snooze(until: number): void;
  /** Another time is being chosen, in a dialog. */
  onChoosing?(is: boolean): void;
}) {
  const { t } = useLingui();
  const [choosing, setIsChoosing] = useState(false);
  const setChoosing = (is: boolean) => {
    setIsChoosing(is);
    onChoosing?.(is);
  };
  const words: Record<string, string> = {
    hour: t`In an hour`,
    later: t`In three hours`,
    tomorrow: t`Tomorrow morning`,
    week: t`Next week`,
  };
  const entries = (): MenuEntry[] => [
    ...soon().map(({ id, at }) => ({
      id,
      label: words[id],
      end: <span className={css.menuTime}>{moment(at)}</span>,
      run: () => snooze(at),
    })),
    'rule',
    { id: 'choose', label: t`Choose a time…`, run: () => setChoosing(true) },
  ];
  return (
    <>
      <Menu
        position="bottom-end"
        width={290}
        entries={entries}
        {...(opened !== undefined && { opened })}
        {...(onChange && { onChange })}
      >
        {children}
      </Menu>
      <Later wanted={choosing}>
        {(opened) => (
          <TimeModal
            opened={opened}
            title={t`Snooze until`}
            close={() => setChoosing(false)}
            choose={snooze}
          />
        )}
      </Later>
    </>
  );
}
