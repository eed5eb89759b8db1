import { useLingui } from '@lingui/react/macro';
import { IconKey } from '@tabler/icons-react';
import { number, shortTime } from '../../theme/format.ts';
import { itemAt, newAt } from '../address.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll } from '../list/rows.ts';
import { Named } from '../ui/named.tsx';
import { type App, isInForce, type Key, modes, useAppWords } from './app.ts';

export function AppList() {
  const { t } = useLingui();
  const words = useAppWords();
  const rows = useAll<App>('/apps');
  const keys = useAll<Key>('/keys').items;
  const inForce = ({ code }: App) => keys?.filter((key) => key.app === code && isInForce(key)).length ?? 0;
  const lastUse = ({ code }: App) =>
    Math.max(0, ...(keys ?? []).filter((key) => key.app === code).map(({ lastUsedAt = 0 }) => lastUsedAt));
  return (
    <ListPage<App>
      title={t`Apps and keys`}
      sentence={t`Programs that work with us: each is an app with keys of its own, so that one can be locked out without the others.`}
      act={{ label: t`New app`, href: newAt('developers', 'apps') }}
      rows={rows}
      keyOf={({ code }) => code}
      hrefOf={({ code }) => itemAt('developers', 'apps', code)}
      textOf={({ code, name }) => `${code} ${name}`}
      filters={[
        {
          id: 'mode',
          label: t`Every kind`,
          options: modes.map((mode) => [mode, words.modes[mode]]),
          holds: ({ mode }, value) => mode === value,
        },
      ]}
      columns={[
        {
          id: 'name',
          title: t`App`,
          cell: ({ name, code }) => <Named name={name} code={code} />,
          by: ({ name }) => name,
        },
        {
          id: 'mode',
          title: t`Kind`,
          cell: ({ mode }) => words.modes[mode] ?? mode,
          by: ({ mode }) => mode,
          minor: true,
        },
        {
          id: 'keys',
          title: t`Keys in force`,
          cell: (app) => (keys ? number(inForce(app)) : '…'),
          by: inForce,
          end: true,
        },
        {
          id: 'used',
          title: t`Last used`,
          cell: (app) => (lastUse(app) > 0 ? shortTime(lastUse(app)) : t`Never`),
          by: lastUse,
          end: true,
        },
      ]}
      empty={{
        icon: <IconKey size={24} />,
        title: t`No apps yet`,
        text: t`Make one for each program that sends messages or is told of them.`,
      }}
    />
  );
}
