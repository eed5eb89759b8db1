import { Trans, useLingui } from '@lingui/react/macro';
import { Menu } from '@mantine/core';
import { lazy, type ReactElement, useState } from 'react';
import { moment } from '../theme/format.ts';
import { Later } from '../ui/later.tsx';
import css from './thread.module.css';

const TimeModal = lazy(() => import('./time-modal.tsx'));

export interface MenuProps {
  children: ReactElement;
  opened?: boolean;
  onChange?: (opened: boolean) => void;
}

/** Times to come back at, in the time of this screen. */
export function soon(now = new Date()): { id: string; at: number }[] {
  const at = (days: number, hours: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hours).getTime();
  const toMonday = (8 - now.getDay()) % 7 || 7;
  return [
    { id: 'hour', at: now.getTime() + 3_600_000 },
    { id: 'later', at: now.getTime() + 3 * 3_600_000 },
    { id: 'tomorrow', at: at(1, 9) },
    { id: 'monday', at: at(toMonday, 9) },
  ];
}

/** When a conversation comes back. */
export function SnoozeMenu({
  snooze,
  children,
  opened,
  onChange,
}: MenuProps & { snooze(until: number): void }) {
  const { t } = useLingui();
  const [choosing, setChoosing] = useState(false);
  const words: Record<string, string> = {
    hour: t`In an hour`,
    later: t`In three hours`,
    tomorrow: t`Tomorrow morning`,
    monday: t`Next Monday`,
  };
  return (
    <>
      <Menu
        position="bottom-end"
        width={290}
        shadow="md"
        {...(opened !== undefined && { opened })}
        onChange={(now) => onChange?.(now)}
      >
        <Menu.Target>{children}</Menu.Target>
        <Menu.Dropdown>
          {soon().map(({ id, at }) => (
            <Menu.Item
              key={id}
              rightSection={<span className={css.menuTime}>{moment(at)}</span>}
              onClick={() => snooze(at)}
            >
              {words[id]}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setChoosing(true)}>
            <Trans>Choose a time…</Trans>
          </Menu.Item>
        </Menu.Dropdown>
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
