import { Trans, useLingui } from '@lingui/react/macro';
import {
  IconArrowsSort,
  IconCheck,
  IconChevronDown,
  IconLayoutSidebarLeftExpand,
  IconX,
} from '@tabler/icons-react';
import { memo, type RefObject, useCallback } from 'react';
import { useSearch } from 'wouter';
import { picked } from '../shell/ui-state.ts';
import { isSimulating } from '../simulator/where.ts';
import { useNames } from '../store/me.ts';
import { type Filter, isByWaiting, useCounts, type useSessions } from '../store/sessions.ts';
import { useSignal } from '../store/signal.ts';
import { number } from '../theme/format.ts';
import { prefer, usePreferences } from '../theme/preferences.ts';
import { FindBox } from '../ui/find-box.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu, type MenuEntry } from '../ui/menu.tsx';
import { useStable } from '../ui/stable.ts';
import { NoticePlace } from '../ui/toasts.tsx';
import { useWidth } from '../ui/width.ts';
import { Bulk } from './bulk.tsx';
import { isList, isOn, useFilter } from './filter.ts';
import css from './list.module.css';
import { List } from './list.tsx';
import { usePicksOf } from './picks.ts';
import viewsCss from './views.module.css';
import { useViews } from './views.tsx';
import { stateWords } from './words.ts';

interface ListPaneProps {
  sessions: ReturnType<typeof useSessions>;
  selected: string | undefined;
  open(id: string): void;
  findBox: RefObject<HTMLInputElement | null>;
}

/** The list of conversations with its title, search and filters. */
export function ListPane({ sessions, selected, open, findBox }: ListPaneProps) {
  const { t } = useLingui();
  const { filter, change } = useFilter();
  const total = useTotal(filter);
  usePicksOf(filter, sessions.rows);
  const goOn = useStable((from: string[]) => {
    if (selected === undefined || !from.includes(selected)) return;
    const { rows } = sessions;
    const at = rows.findIndex(({ id }) => id === selected);
    const next = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0)).reverse()];
    const to = next.find(({ id }) => !from.includes(id));
    if (to) open(to.id);
  });
  return (
    <section className={css.pane} aria-label={t`Conversations`} id="list" tabIndex={-1} data-region="list">
      <Top findBox={findBox} total={total} goOn={goOn} />
      <List
        filter={filter}
        sessions={sessions}
        total={total}
        selected={selected}
        open={open}
        reset={() => change({ text: undefined }, { fresh: true })}
      />
      <NoticePlace rank="list" />
    </section>
  );
}

interface TopProps extends Pick<ListPaneProps, 'findBox'> {
  total: number | undefined;
  goOn(from: string[]): void;
}

/** What stands above the list. Not drawn anew with each conversation. */
const Top = memo(function Top({ findBox, total, goOn }: TopProps) {
  const many = useSignal(picked);
  return (
    <header className={css.head}>
      {many.size > 0 ? <Bulk goOn={goOn} /> : <TitleLine total={total} />}
      <Find findBox={findBox} />
      <Chips />
    </header>
  );
});

/** How many conversations the list has, where that is counted. */
function useTotal(filter: Filter): number | undefined {
  const { data } = useCounts();
  // Of those who wait nobody counts how many wait for something.
  if (
    !data ||
    isByWaiting(filter) ||
    filter.unread ||
    filter.text ||
    filter.tag !== undefined ||
    filter.agent !== undefined
  )
    return undefined;
  const isNarrowed = filter.queue !== undefined || filter.team !== undefined || filter.channel !== undefined;
  if (filter.state === 'snoozed' && filter.view === 'all' && !isNarrowed) return data.snoozed;
  if (filter.state !== 'open') return undefined;
  const by = [
    filter.queue !== undefined && data.byQueue[filter.queue],
    filter.team !== undefined && data.byTeam[filter.team],
    filter.channel !== undefined && data.byChannel[filter.channel],
  ].filter((one): one is number => typeof one === 'number');
  if (isNarrowed) return by.length === 1 && filter.view === 'all' ? by[0] : undefined;
  return data[filter.view];
}

function TitleLine({ total }: { total: number | undefined }) {
  const { t } = useLingui();
  const { filter, press } = useFilter();
  const { viewsFolded } = usePreferences();
  const width = useWidth();
  const groups = useViews();
  // What narrows the list stands below, each with the way to take it away.
  const title = groups[0]?.entries.find(({ set }) => isOn(filter, set))?.label;
  const simulating = isSimulating(useSearch());
  const hasColumn = width === 'wide' && !viewsFolded && !simulating;
  return (
    <div className={css.titleLine}>
      {width === 'wide' && viewsFolded && !simulating && (
        <IconButton label={t`Show the lists`} onClick={() => prefer({ viewsFolded: false })}>
          <IconLayoutSidebarLeftExpand size={18} className="mirror" />
        </IconButton>
      )}
      <h1 className={`${css.title} one-line`}>
        {hasColumn ? (
          <span dir="auto">{title}</span>
        ) : (
          <Menu
            position="bottom-start"
            width={240}
            most="70vh"
            entries={() => groups.flatMap((group) => entriesOf(group, filter, press))}
          >
            <button type="button" className={css.titleButton}>
              <span className="one-line" dir="auto">
                {title}
              </span>
              <IconChevronDown size={16} />
            </button>
          </Menu>
        )}
        {total !== undefined && <span className={`${css.count} numbers`}>{number(total)}</span>}
      </h1>
      <SortMenu />
    </div>
  );
}

type Group = ReturnType<typeof useViews>[number];

function entriesOf(group: Group, filter: Filter, press: (set: Partial<Filter>) => void): MenuEntry[] {
  const views = group.entries.map(({ id, label, icon, count, set }) => ({
    id,
    label: <bdi>{label}</bdi>,
    icon,
    end:
      !isList(set) && isOn(filter, set) ? (
        <IconCheck size={15} />
      ) : count ? (
        <span className={viewsCss.viewCount}>{number(count)}</span>
      ) : null,
    run: () => press(set),
  }));
  return group.title ? [{ id: `of ${group.title}`, heading: group.title }, ...views] : views;
}

function SortMenu() {
  const { t } = useLingui();
  const { filter, change } = useFilter();
  // For every list from now on; the one that a link led to is no exception any more.
  const order = (sort: Filter['sort']) => {
    prefer({ sort });
    change({ sort: undefined }, { stay: true });
  };
  return (
    <Menu
      position="bottom-end"
      entries={() => [
        {
          id: 'latest',
          label: t`Latest first`,
          run: () => order('latest'),
        },
        {
          id: 'waiting',
          label: t`Longest waiting first`,
          run: () => order('waiting'),
        },
      ]}
    >
      <button type="button" className={css.chip} aria-label={t`Order`}>
        <IconArrowsSort size={14} />
        {filter.sort === 'waiting' ? <Trans>Longest waiting</Trans> : <Trans>Latest</Trans>}
      </button>
    </Menu>
  );
}

function Find({ findBox }: { findBox: RefObject<HTMLInputElement | null> }) {
  const { t } = useLingui();
  const { filter, change } = useFilter();
  const find = useCallback((text: string | undefined) => change({ text }, { stay: true }), [change]);
  return (
    <FindBox
      field={findBox}
      label={t`Filter by name, number, e-mail or ticket`}
      placeholder={t`Name, number or ticket`}
      now={filter.text ?? ''}
      find={find}
    />
  );
}

function Chips() {
  const { t, i18n } = useLingui();
  const { filter, change } = useFilter();
  const names = useNames();
  const off = (name: keyof Filter, label: string) => (
    <button
      key={name}
      type="button"
      className={css.chip}
      aria-pressed="true"
      onClick={() => change({ [name]: undefined }, { stay: true })}
      aria-label={t`Filter ${label}: take away`}
    >
      <bdi className="one-line">{label}</bdi>
      <IconX size={12} />
    </button>
  );
  return (
    <div className={css.chips}>
      <button
        type="button"
        className={css.chip}
        aria-pressed={filter.unread === true}
        onClick={() => change({ unread: filter.unread ? undefined : true }, { stay: true })}
      >
        <Trans>Unread</Trans>
      </button>
      {filter.state !== 'open' && off('state', i18n._(stateWords[filter.state]!))}
      {filter.queue !== undefined && off('queue', names.queueName(filter.queue))}
      {filter.team !== undefined && off('team', names.teamName(filter.team))}
      {filter.channel !== undefined && off('channel', names.channel(filter.channel)?.name ?? filter.channel)}
      {filter.tag !== undefined && off('tag', names.tag(filter.tag)?.name ?? String(filter.tag))}
      {filter.agent !== undefined && off('agent', names.agentName(filter.agent))}
    </div>
  );
}
