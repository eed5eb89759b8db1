import { useLingui } from '@lingui/react/macro';
import { IconPlugConnected } from '@tabler/icons-react';
import { ChannelIcon } from '../../list/channel-icon.tsx';
import { number } from '../../theme/format.ts';
import { itemAt, newAt } from '../address.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll } from '../list/rows.ts';
import { Named } from '../ui/named.tsx';
import { When } from '../ui/when.tsx';
import { type ChannelSetup, type Health, type HealthState, useHealth, useTypes } from './channel.ts';
import css from './channels.module.css';
import { StateMark, stateRank } from './state.tsx';
import { useProblemWords, useStateWords } from './words.ts';

interface Row extends ChannelSetup {
  health: Health | undefined;
}

const stateOf = ({ health, enabled }: Row): HealthState =>
  health?.state ?? (enabled === false ? 'off' : 'untried');

/** All channels with how they fare, those first that somebody has to look at. */
export function ChannelList() {
  const { t } = useLingui();
  const states = useStateWords();
  const words = useProblemWords();
  const { types } = useTypes();
  const { health } = useHealth();
  const rows = useAll<ChannelSetup>('/channels');
  const items = rows.items
    ?.map((one): Row => ({ ...one, health: health?.get(one.id) }))
    .toSorted((a, b) => stateRank[stateOf(a)] - stateRank[stateOf(b)]);
  const kindOf = (type: string) => types?.find((one) => one.type === type)?.name ?? type;
  const kinds = [...new Set(rows.items?.map(({ type }) => type) ?? [])];
  return (
    <ListPage<Row>
      title={t`Channels`}
      sentence={t`The doors over which customers reach you, and how they fare.`}
      act={{ label: t`New channel`, href: newAt('set-up', 'channels') }}
      rows={{ ...rows, items }}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => itemAt('set-up', 'channels', id)}
      textOf={({ id, name = '', type }) => `${id} ${name} ${kindOf(type)}`}
      filters={[
        {
          id: 'state',
          label: t`Every state`,
          options: Object.entries(states),
          holds: (row, value) => stateOf(row) === value,
        },
        {
          id: 'type',
          label: t`Every kind`,
          options: kinds.length > 1 ? kinds.map((type) => [type, kindOf(type)]) : [],
          holds: ({ type }, value) => type === value,
        },
      ]}
      columns={[
        {
          id: 'name',
          title: t`Channel`,
          cell: ({ id, name, contactType }) => (
            <span className={css.channel}>
              <ChannelIcon type={contactType} size={18} />
              <Named name={name || id} code={id} />
            </span>
          ),
          by: ({ id, name }) => name || id,
        },
        {
          id: 'kind',
          title: t`Kind`,
          cell: ({ type }) => <bdi lang="en">{kindOf(type)}</bdi>,
          by: ({ type }) => kindOf(type),
          minor: true,
        },
        {
          id: 'state',
          title: t`State`,
          cell: (row) => (
            <span className={css.stateCell}>
              <StateMark state={stateOf(row)} />
              {row.health?.problems[0] && <small>{words(row.health.problems[0]).text}</small>}
            </span>
          ),
          by: (row) => stateRank[stateOf(row)],
        },
        {
          id: 'call',
          title: t`Last call`,
          cell: ({ health: of }) => (of?.lastCall ? <When at={of.lastCall.at} /> : '–'),
          by: ({ health: of }) => of?.lastCall?.at ?? 0,
          minor: true,
        },
        {
          id: 'heard',
          title: t`Last heard`,
          cell: ({ health: of }) => (of?.lastHeardAt ? <When at={of.lastHeardAt} /> : '–'),
          by: ({ health: of }) => of?.lastHeardAt ?? 0,
          minor: true,
        },
        {
          id: 'days',
          title: t`Days left`,
          cell: ({ health: of }) => (of?.credentials ? daysOf(of.credentials, t`renewed`) : '–'),
          by: ({ health: of }) => (of?.credentials?.renewed === false ? of.credentials.daysLeft : 1e6),
          minor: true,
          end: true,
        },
      ]}
      empty={{
        icon: <IconPlugConnected size={24} />,
        title: t`No channels yet`,
        text: t`Begin with a sandbox: it needs no provider, and shows everything. Or connect a real one at once.`,
      }}
    />
  );
}

const daysOf = ({ daysLeft, renewed }: NonNullable<Health['credentials']>, word: string) =>
  renewed ? word : number(Math.max(0, daysLeft));
