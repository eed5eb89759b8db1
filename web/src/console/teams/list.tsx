import { useLingui } from '@lingui/react/macro';
import { IconUsersGroup } from '@tabler/icons-react';
import { number } from '../../theme/format.ts';
import { itemAt, newAt } from '../address.ts';
import type { Agent } from '../agents/agent.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll } from '../list/rows.ts';
import { Named } from '../ui/named.tsx';
import type { Team } from './team.ts';

export function TeamList() {
  const { t } = useLingui();
  const rows = useAll<Team>('/teams');
  const agents = useAll<Agent>('/agents').items ?? [];
  const members = ({ code }: Team) => agents.filter(({ teams }) => teams.includes(code)).length;
  return (
    <ListPage<Team>
      title={t`Teams`}
      sentence={t`Agents who work together: a conversation can be given to a team, and whoever is free takes it.`}
      act={{ label: t`New team`, href: newAt('set-up', 'teams') }}
      rows={rows}
      keyOf={({ code }) => code}
      hrefOf={({ code }) => itemAt('set-up', 'teams', code)}
      textOf={({ code, name }) => `${code} ${name}`}
      columns={[
        {
          id: 'name',
          title: t`Team`,
          cell: ({ name, code }) => <Named name={name} code={code} />,
          by: ({ name }) => name,
        },
        { id: 'members', title: t`Members`, cell: (team) => number(members(team)), by: members, end: true },
      ]}
      empty={{
        icon: <IconUsersGroup size={24} />,
        title: t`No teams yet`,
        text: t`Make one for each group that answers together, such as “Returns” or “Night shift”. Agents are put into teams on their own pages.`,
      }}
    />
  );
}
