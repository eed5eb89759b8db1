import { useLingui } from '@lingui/react/macro';
import { IconVariable } from '@tabler/icons-react';
import { useNames } from '../../store/me.ts';
import { Upright } from '../../text/linked.tsx';
import { itemAt, newAt } from '../address.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll } from '../list/rows.ts';
import { Named } from '../ui/named.tsx';
import { useValueText, type Var, varItem } from './var.ts';

export function VarList() {
  const { t } = useLingui();
  const names = useNames();
  const textOfValue = useValueText();
  const rows = useAll<Var>('/vars');
  const groups = [...new Set((rows.items ?? []).flatMap(({ group }) => group ?? []))].sort();
  const bound = [...new Set((rows.items ?? []).flatMap(({ channel }) => channel ?? []))].sort();
  const channelName = (id: string) => names.channel(id)?.name || id;
  return (
    <ListPage<Var>
      title={t`Variables`}
      sentence={t`Values that templates share: change one here, and every template says the new one.`}
      act={{ label: t`New variable`, href: newAt('set-up', 'variables') }}
      rows={rows}
      keyOf={varItem}
      hrefOf={(one) => itemAt('set-up', 'variables', varItem(one))}
      textOf={({ key, value, description = '' }) => `${key} ${textOfValue(value)} ${description}`}
      filters={[
        {
          id: 'group',
          label: t`Every group`,
          options: groups.map((group) => [group, group]),
          holds: ({ group }, value) => group === value,
        },
        {
          id: 'channel',
          label: t`Every channel`,
          options: bound.map((id) => [id, channelName(id)]),
          holds: ({ channel }, value) => channel === value,
        },
        {
          id: 'state',
          label: t`In use or not`,
          options: [
            ['used', t`In use`],
            ['off', t`Switched off`],
          ],
          holds: ({ disabled }, value) => disabled === (value === 'off'),
        },
      ]}
      columns={[
        {
          id: 'key',
          title: t`Variable`,
          cell: ({ key, channel }) => (
            <Named name={key} code={channel === undefined ? key : channelName(channel)} />
          ),
          by: ({ key }) => key,
        },
        {
          id: 'value',
          title: t`Value`,
          cell: ({ value }) => (
            <bdi>
              <Upright text={shortened(textOfValue(value))} />
            </bdi>
          ),
        },
        {
          id: 'group',
          title: t`Group`,
          cell: ({ group }) => <bdi>{group}</bdi>,
          by: ({ group = '' }) => group,
          minor: true,
        },
        {
          id: 'state',
          title: t`State`,
          cell: ({ disabled }) => (disabled ? t`Switched off` : t`In use`),
          by: ({ disabled }) => Number(disabled),
          minor: true,
        },
      ]}
      empty={{
        icon: <IconVariable size={24} />,
        title: t`No variables yet`,
        text: t`Make one for each value that stands in several templates: the number of the hotline, the address of the shop, the season’s greeting.`,
      }}
    />
  );
}

const shortened = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
