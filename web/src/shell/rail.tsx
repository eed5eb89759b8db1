import { Trans, useLingui } from '@lingui/react/macro';
import { Menu } from '@mantine/core';
import {
  IconAdjustmentsHorizontal,
  IconDeviceMobile,
  IconInbox,
  IconKeyboard,
  IconLogout,
  IconSearch,
  IconSettings,
} from '@tabler/icons-react';
import { Link, useLocation, useSearch } from 'wouter';
import { isSimulating, toggleSimulator } from '../simulator/where.ts';
import { useMe } from '../store/me.ts';
import { useCounts } from '../store/sessions.ts';
import { number } from '../theme/format.ts';
import { prefer, usePreferences } from '../theme/preferences.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import css from './shell.module.css';
import { signOut } from './sign-out.ts';
import { layer } from './ui-state.ts';

/** The narrow column at the start: where to go, and who one is. At the foot of a phone. */
export function Rail() {
  const { t } = useLingui();
  const [at, go] = useLocation();
  const search = useSearch();
  const { rights, role } = useMe();
  const unread = useCounts().data?.unread ?? 0;
  return (
    <nav
      className={css.rail}
      aria-label={t`Main`}
      data-region="rail"
      data-thread={/^\/inbox\/./.test(at) || undefined}
    >
      <Link
        href="/inbox"
        className={css.railLink ?? ''}
        aria-current={at.startsWith('/inbox') ? 'page' : undefined}
        aria-label={t`Inbox`}
        title={t`Inbox`}
      >
        <IconInbox size={22} />
        {unread > 0 && (
          <span className={css.badge} aria-hidden="true">
            {unread > 99 ? '99+' : number(unread)}
          </span>
        )}
      </Link>
      <IconButton
        label={t`Search`}
        keys="Slash"
        size="large"
        side="right"
        onClick={() => layer.set('search')}
      >
        <IconSearch size={21} />
      </IconButton>
      {rights.simulate && (
        <IconButton
          label={t`Simulator`}
          keys="KeyG KeyP"
          size="large"
          side="right"
          active={isSimulating(search)}
          onClick={() => toggleSimulator(go)}
        >
          <IconDeviceMobile size={21} />
        </IconButton>
      )}
      <span className={css.railGap} />
      <span className={css.wideOnly}>
        <IconButton
          label={t`Keyboard shortcuts`}
          keys="Shift+Slash"
          size="large"
          side="right"
          onClick={() => layer.set('keys')}
        >
          <IconKeyboard size={21} />
        </IconButton>
      </span>
      {role !== 'agent' && (
        <Link
          href="/console"
          className={css.railLink ?? ''}
          aria-current={at.startsWith('/console') ? 'page' : undefined}
          aria-label={t`Administration`}
          title={t`Administration`}
        >
          <IconAdjustmentsHorizontal size={21} />
        </Link>
      )}
      <Link
        href="/settings"
        className={css.railLink ?? ''}
        aria-current={at.startsWith('/settings') ? 'page' : undefined}
        aria-label={t`Settings`}
        title={t`Settings`}
      >
        <IconSettings size={21} />
      </Link>
      <MyMenu />
    </nav>
  );
}

function MyMenu() {
  const { t } = useLingui();
  const { agent } = useMe();
  const { theme } = usePreferences();
  const [, go] = useLocation();
  const name = agent.displayName || agent.name;
  return (
    <Menu position="right-end" width={230} shadow="md">
      <Menu.Target>
        <button type="button" className={css.mine} aria-label={t`You: ${name}`}>
          <Avatar id={agent.code} name={name} imageUrl={agent.imageUrl} size={32} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <bdi>{name}</bdi>
        </Menu.Label>
        <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => go('/settings')}>
          <Trans>Settings</Trans>
        </Menu.Item>
        <Menu.Item onClick={() => prefer({ theme: theme === 'dark' ? 'light' : 'dark' })}>
          {theme === 'dark' ? <Trans>Light colours</Trans> : <Trans>Dark colours</Trans>}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} className="mirror" />} onClick={() => void signOut()}>
          <Trans>Sign out</Trans>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
