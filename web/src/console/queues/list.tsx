import { useLingui } from '@lingui/react/macro';
import { IconListDetails } from '@tabler/icons-react';
import { list, number } from '../../theme/format.ts';
import { itemAt, newAt } from '../address.ts';
import type { Agent } from '../agents/agent.ts';
import type { App } from '../apps/app.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll } from '../list/rows.ts';
import { Badge } from '../ui/badge.tsx';
import { Named } from '../ui/named.tsx';
import { type Queue, useTypeWords } from './queue.ts';

export function QueueList() {
  const { t } = useLingui();
  const types = useTypeWords();
  const rows = useAll<Queue>('/queues');
  const apps = useAll<App>('/apps').items ?? [];
  const agents = useAll<Agent>('/agents').items ?? [];
  const channels = useAll<{ id: string; name: string; queue?: string }>('/channels').items ?? [];
  const appName = (code: string | undefined) => apps.find((one) => one.code === code)?.name ?? code ?? '';
  // Who has no queue named works in all that agents answer in.
  const working = ({ code, type }: Queue) =>
    type === 'BOT'
      ? 0
      : agents.filter(({ active, queues }) => active && (queues.length === 0 || queues.includes(code)))
          .length;
  return (
    <ListPage<Queue>
      title={t`Queues`}
      sentence={t`Where conversations wait for somebody to answer: agents, or a program. Each channel can begin in a queue of its own.`}
      act={{ label: t`New queue`, href: newAt('set-up', 'queues') }}
      rows={rows}
      keyOf={({ code }) => code}
      hrefOf={({ code }) => itemAt('set-up', 'queues', code)}
      textOf={({ code, name }) => `${code} ${name}`}
      filters={[
        {
          id: 'type',
          label: t`Whoever answers`,
          options: Object.entries(types),
          holds: ({ type }, value) => type === value,
        },
      ]}
      columns={[
        {
          id: 'name',
          title: t`Queue`,
          cell: ({ name, code }) => <Named name={name} code={code} />,
          by: ({ name }) => name,
        },
        {
          id: 'type',
          title: t`Who answers`,
          cell: ({ type, app }) => (type === 'AGENT' ? types.AGENT : <bdi>{appName(app)}</bdi>),
          by: ({ type }) => type,
        },
        {
          id: 'agents',
          title: t`Agents at work`,
          cell: (queue) => (queue.type === 'AGENT' ? number(working(queue)) : '–'),
          by: working,
          minor: true,
          end: true,
        },
        {
          id: 'begins',
          title: t`What begins here`,
          cell: ({ isDefault, code }) => (
            <>
              {isDefault && <Badge tone="accent">{t`Everything else`}</Badge>}{' '}
              {list(channels.filter(({ queue }) => queue === code).map(({ id, name }) => name || id))}
            </>
          ),
        },
      ]}
      empty={{
        icon: <IconListDetails size={24} />,
        title: t`No queues yet`,
        text: t`Make one for each group of people or programs that answers.`,
      }}
    />
  );
}
