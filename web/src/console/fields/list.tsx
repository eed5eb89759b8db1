import { useLingui } from '@lingui/react/macro';
import { IconForms } from '@tabler/icons-react';
import { itemAt, newAt } from '../address.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll } from '../list/rows.ts';
import { Named } from '../ui/named.tsx';
import { type CustomField, type FieldType, useTypeWords } from './field.ts';

export function FieldList() {
  const { t } = useLingui();
  const words = useTypeWords();
  const rows = useAll<CustomField>('/custom-fields');
  return (
    <ListPage<CustomField>
      title={t`Custom fields`}
      sentence={t`What you want to know of every customer, beside name and number. Agents fill them in beside the conversation; templates and programs read them.`}
      act={{ label: t`New field`, href: newAt('set-up', 'custom-fields') }}
      rows={rows}
      keyOf={({ key }) => key}
      hrefOf={({ key }) => itemAt('set-up', 'custom-fields', key)}
      textOf={({ key, name }) => `${key} ${name}`}
      filters={[
        {
          id: 'type',
          label: t`Every type`,
          options: Object.entries(words),
          holds: ({ type }, value) => type === value,
        },
      ]}
      columns={[
        {
          id: 'name',
          title: t`Field`,
          cell: ({ name, key }) => <Named name={name} code={key} />,
          by: ({ name }) => name,
        },
        {
          id: 'type',
          title: t`Type`,
          cell: ({ type }) => words[type as FieldType],
          by: ({ type }) => words[type as FieldType],
        },
      ]}
      empty={{
        icon: <IconForms size={24} />,
        title: t`No custom fields yet`,
        text: t`Make one for each thing that agents should know of a customer: the city, the size of the shoes, the number of the contract.`,
      }}
    />
  );
}
