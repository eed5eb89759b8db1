import { Trans, useLingui } from '@lingui/react/macro';
import {
  IconAt,
  IconCircleCheck,
  IconInbox,
  IconLayoutSidebarLeftCollapse,
  IconLock,
  IconMoonStars,
  IconTag,
  IconUser,
  IconUserQuestion,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { useMe, useNames } from '../store/me.ts';
import { type Filter, useCounts } from '../store/sessions.ts';
import { number } from '../theme/format.ts';
import { prefer } from '../theme/preferences.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { ChannelIcon } from './channel-icon.tsx';
import { isList, isOn, useFilter } from './filter.ts';
import css from './views.module.css';

interface ViewEntry {
  id: string;
  label: string;
  icon: ReactNode;
  count?: number | undefined;
  set: Partial<Filter>;
}

/** The lists that there are, in groups, with how many are in each. */
export function useViews(): { title: string | undefined; entries: ViewEntry[] }[] {
  const { t } = useLingui();
  const { data: counts } = useCounts();
  const names = useNames();
  const state: ViewEntry[] = [
    {
      id: 'snoozed',
      label: t`Snoozed`,
      icon: <IconMoonStars size={17} />,
      count: counts?.snoozed,
      set: { state: 'snoozed' },
    },
    {
      id: 'resolved',
      label: t`Resolved`,
      icon: <IconCircleCheck size={17} />,
      set: { state: 'resolved' },
    },
    { id: 'closed', label: t`Closed`, icon: <IconLock size={17} />, set: { state: 'closed' } },
  ];
  const groups: { title: string | undefined; entries: ViewEntry[] }[] = [
    {
      title: undefined,
      entries: [
        {
          id: 'mine',
          label: t`Mine`,
          icon: <IconUser size={17} />,
          count: counts?.mine,
          set: { view: 'mine' },
        },
        {
          id: 'unassigned',
          label: t`Unassigned`,
          icon: <IconUserQuestion size={17} />,
          count: counts?.unassigned,
          set: { view: 'unassigned' },
        },
        { id: 'all', label: t`All`, icon: <IconInbox size={17} />, count: counts?.all, set: { view: 'all' } },
        {
          id: 'mentions',
          label: t`Mentions`,
          icon: <IconAt size={17} />,
          count: counts?.mentions,
          set: { view: 'mentions' },
        },
      ],
    },
    { title: t`State`, entries: state },
    {
      title: t`Queues`,
      entries: names.queues.map(({ code, name }) => ({
        id: `queue-${code}`,
        label: name || code,
        icon: <IconUsersGroup size={17} />,
        count: counts?.byQueue[code] ?? 0,
        set: { queue: code },
      })),
    },
    {
      title: t`Teams`,
      entries: names.teams.map(({ code, name }) => ({
        id: `team-${code}`,
        label: name || code,
        icon: <IconUsers size={17} />,
        count: counts?.byTeam[code] ?? 0,
        set: { team: code },
      })),
    },
    {
      title: t`Channels`,
      entries: names.channels.map(({ id, name, contactType }) => ({
        id: `channel-${id}`,
        label: name || id,
        icon: <ChannelIcon type={contactType} size={17} />,
        count: counts?.byChannel[id] ?? 0,
        set: { channel: id },
      })),
    },
    {
      title: t`Tags`,
      entries: names.tags.map(({ id, name }) => ({
        id: `tag-${id}`,
        label: name,
        icon: <IconTag size={17} />,
        set: { tag: id },
      })),
    },
  ];
  return groups.filter(({ entries }) => entries.length > 0);
}

/** The column of lists. Not drawn anew with each conversation. */
export const Views = memo(function Views() {
  const { t } = useLingui();
  const { business } = useMe();
  const { filter, press } = useFilter();
  return (
    <nav className={css.views} aria-label={t`Lists`} data-region="views">
      <div className={css.business}>
        <span className="one-line" dir="auto">
          {business.name || business.domain}
        </span>
        <IconButton label={t`Hide the lists`} size="small" onClick={() => prefer({ viewsFolded: true })}>
          <IconLayoutSidebarLeftCollapse size={17} className="mirror" />
        </IconButton>
      </div>
      {useViews().map(({ title, entries }) => (
        <div key={title ?? ''}>
          {title && <h2 className={css.group}>{title}</h2>}
          <ul>
            {entries.map(({ id, label, icon, count, set }) => (
              <li key={id}>
                <button
                  type="button"
                  className={css.view}
                  {...(isList(set)
                    ? { 'aria-current': isOn(filter, set) ? 'true' : undefined }
                    : { 'aria-pressed': isOn(filter, set) })}
                  onClick={() => press(set)}
                >
                  {icon}
                  <span className="one-line" dir="auto">
                    {label}
                  </span>
                  {count !== undefined && count > 0 && (
                    <span className={`${css.viewCount} numbers`}>
                      <span className="sr">
                        <Trans>Conversations:</Trans>{' '}
                      </span>
                      {number(count)}
                    </span>
                  )}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
});
