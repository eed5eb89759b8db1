import { useLingui } from '@lingui/react/macro';
import { IconUsers } from '@tabler/icons-react';
import { useNames } from '../../store/me.ts';
import { list } from '../../theme/format.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { itemAt, newAt } from '../address.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll } from '../list/rows.ts';
import { Badge } from '../ui/badge.tsx';
import { Named } from '../ui/named.tsx';
import css from '../ui/ui.module.css';
import { type Agent, roles, useRoleWord } from './agent.ts';

export function AgentList() {
  const { t } = useLingui();
  const { teams, queues, teamName } = useNames();
  const roleWord = useRoleWord();
  const rows = useAll<Agent>('/agents');
  return (
    <ListPage<Agent>
      title={t`Agents`}
      sentence={t`The people who answer, supervise and set up: what each may do, and where each works.`}
      act={{ label: t`New agent`, href: newAt('set-up', 'agents') }}
      rows={rows}
      keyOf={({ code }) => code}
      hrefOf={({ code }) => itemAt('set-up', 'agents', code)}
      textOf={({ code, name, displayName = '', email = '' }) => `${code} ${name} ${displayName} ${email}`}
      filters={[
        {
          id: 'role',
          label: t`Every role`,
          options: roles.map((role) => [role, roleWord(role)]),
          holds: ({ role }, value) => role === value,
        },
        {
          id: 'team',
          label: t`Every team`,
          options: teams.map(({ code, name }) => [code, name]),
          holds: (agent, value) => agent.teams.includes(value),
        },
        {
          id: 'queue',
          label: t`Every queue`,
          options: queues.filter(({ type }) => type === 'AGENT').map(({ code, name }) => [code, name]),
          holds: (agent, value) => agent.queues.length === 0 || agent.queues.includes(value),
        },
        {
          id: 'state',
          label: t`Active or not`,
          options: [
            ['active', t`Active`],
            ['inactive', t`Inactive`],
          ],
          holds: ({ active }, value) => active === (value === 'active'),
        },
      ]}
      columns={[
        { id: 'name', title: t`Agent`, cell: (agent) => <Person agent={agent} />, by: ({ name }) => name },
        {
          id: 'role',
          title: t`Role`,
          cell: ({ role }) => <bdi>{roleWord(role)}</bdi>,
          by: ({ role }) => role,
        },
        {
          id: 'teams',
          title: t`Teams`,
          cell: (agent) => list(agent.teams.map(teamName)),
          minor: true,
        },
        {
          id: 'state',
          title: t`State`,
          cell: ({ active, status }) =>
            active ? <bdi>{status === 'active' ? t`Active` : status}</bdi> : <Badge>{t`Inactive`}</Badge>,
          by: ({ active }) => Number(!active),
        },
      ]}
      empty={{
        icon: <IconUsers size={24} />,
        title: t`No agents yet`,
        text: t`Make one for each person who answers customers, and hand over the link with which they choose a password.`,
      }}
    />
  );
}

function Person({ agent: { code, name, displayName, imageUrl, email } }: { agent: Agent }) {
  return (
    <span className={css.person}>
      <Avatar id={code} name={displayName || name} imageUrl={imageUrl} size={32} />
      <Named name={displayName ? `${name} (${displayName})` : name} code={email ?? code} />
    </span>
  );
}
