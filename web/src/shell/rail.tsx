import { useLingui } from '@lingui/react/macro';
import {
  IconAddressBook,
  IconAdjustmentsHorizontal,
  IconDeviceMobile,
  IconInbox,
  IconKeyboard,
  IconLogout,
  IconSearch,
  IconSettings,
} from '@tabler/icons-react';
import { Link, useSearch } from 'wouter';
import { isSimulating, toggleSimulator } from '../simulator/where.ts';
import { useMe } from '../store/me.ts';
import { useCounts } from '../store/sessions.ts';
import { number } from '../theme/format.ts';
import { prefer, usePreferences } from '../theme/preferences.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import { useGo, useIsInThread, useScreen } from './go.ts';
import css from './shell.module.css';
import { signOut } from './sign-out.ts';
import { layer } from './ui-state.ts';

/** The narrow column at the start: where to go, and who one is. At the foot of a phone. */
export function Rail() {
  const { t } = useLingui();
  const go = useGo();
  const screen = useScreen();
  const isInThread = useIsInThread();
  const search = useSearch();
  const { rights, role } = useMe();
  const unread = useCounts().data?.unread ?? 0;
  return (
    <nav className={css.rail} aria-label={t`Main`} data-region="rail" data-thread={isInThread || undefined}>
      <Link
        href="/inbox"
        className={css.railLink ?? ''}
        aria-current={screen === 'inbox' ? 'page' : undefined}
        aria-label={t`Inbox`}
        title={t`Inbox`}
      >
        <IconInbox size={22} />
        {unread > 0 && (
          <span className={css.badge} aria-hidden="true">
            {unread > 99 ? `${number(99)}+` : number(unread)}
          </span>
        )}
      </Link>
      <Link
        href="/contacts"
        className={css.railLink ?? ''}
        aria-current={screen === 'contacts' ? 'page' : undefined}
        aria-label={t`Contacts`}
        title={t`Contacts`}
      >
        <IconAddressBook size={22} />
      </Link>
      <IconButton
        label={t`Search`}
        // There the key searches the contacts.
        act={screen === 'contacts' ? undefined : 'search'}
        size="large"
        side="end"
        onClick={() => layer.set('search')}
      >
        <IconSearch size={21} />
      </IconButton>
      {rights.simulate && (
        <IconButton
          label={t`Simulator`}
          act="simulator"
          size="large"
          side="end"
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
          act="keys"
          size="large"
          side="end"
          onClick={() => layer.set('keys')}
        >
          <IconKeyboard size={21} />
        </IconButton>
      </span>
      {role !== 'agent' && (
        <Link
          href="/console"
          className={css.railLink ?? ''}
          aria-current={screen === 'console' ? 'page' : undefined}
          aria-label={t`Administration`}
          title={t`Administration`}
        >
          <IconAdjustmentsHorizontal size={21} />
        </Link>
      )}
      <Link
        href="/settings"
        className={css.railLink ?? ''}
        aria-current={screen === 'settings' ? 'page' : undefined}
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
  const go = useGo();
  const name = agent.displayName || agent.name;
  return (
    <Menu
      position="right-end"
      width={230}
      entries={() => [
        { id: 'name', heading: <bdi>{name}</bdi> },
        { id: 'settings', label: t`Settings`, icon: <IconSettings size={16} />, run: () => go('/settings') },
        {
          id: 'colours',
          label: theme === 'dark' ? t`Light colours` : t`Dark colours`,
          run: () => prefer({ theme: theme === 'dark' ? 'light' : 'dark' }),
        },
        'rule',
        {
          id: 'out',
          label: t`Sign out`,
          icon: <IconLogout size={16} className="mirror" />,
          run: () => void signOut(),
        },
      ]}
    >
      <button type="button" className={css.mine} aria-label={t`You: ${name}`}>
        <Avatar id={agent.code} name={name} imageUrl={agent.imageUrl} size={32} />
      </button>
    </Menu>
  );
}
