import { useLingui } from '@lingui/react/macro';
import { IconTag } from '@tabler/icons-react';
import { Upright } from '../../text/linked.tsx';
import { shortTime } from '../../theme/format.ts';
import { itemAt, newAt } from '../address.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll } from '../list/rows.ts';
import type { Tag } from './tag.ts';
import css from './tags.module.css';

export function TagList() {
  const { t } = useLingui();
  const rows = useAll<Tag>('/tags');
  return (
    <ListPage<Tag>
      title={t`Tags`}
      sentence={t`By tags you sort your customers: agents put them on, and find customers by them.`}
      act={{ label: t`New tag`, href: newAt('set-up', 'tags') }}
      rows={rows}
      keyOf={({ id }) => String(id)}
      hrefOf={({ id }) => itemAt('set-up', 'tags', String(id))}
      textOf={({ name, description = '' }) => `${name} ${description}`}
      columns={[
        { id: 'name', title: t`Tag`, cell: (tag) => <TagName tag={tag} />, by: ({ name }) => name },
        {
          id: 'description',
          title: t`What it is for`,
          cell: ({ description = '' }) => (
            <bdi>
              <Upright text={description} />
            </bdi>
          ),
          minor: true,
        },
        {
          id: 'changed',
          title: t`Changed`,
          cell: ({ updatedAt }) => shortTime(updatedAt),
          by: ({ updatedAt }) => updatedAt,
          end: true,
        },
      ]}
      empty={{
        icon: <IconTag size={24} />,
        title: t`No tags yet`,
        text: t`Make one for each group of customers that you want to find again: “VIP”, “Refund”, “Wholesale”.`,
      }}
    />
  );
}

export function TagName({ tag: { name, colour } }: { tag: Pick<Tag, 'name' | 'colour'> }) {
  return (
    <span className={css.tag}>
      <i style={{ background: colour ?? 'var(--line-strong)' }} />
      <bdi>{name}</bdi>
    </span>
  );
}
