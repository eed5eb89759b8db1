import { useLingui } from '@lingui/react/macro';
import { IconTemplate } from '@tabler/icons-react';
import { languageName } from '../../theme/format.ts';
import { itemAt, newAt } from '../address.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll } from '../list/rows.ts';
import { Status } from './approvals.tsx';
import { Offers } from './offers.tsx';
import type { Template } from './template.ts';
import css from './templates.module.css';

/** Templates with their languages, and how each stands at the providers of channels. */
export function TemplateList() {
  const { t } = useLingui();
  const rows = useAll<Template>('/templates');
  const statuses = [
    ['APPROVED', t`Approved`],
    ['PENDING', t`Under review`],
    ['REJECTED', t`Rejected`],
    ['PAUSED', t`Paused`],
  ] as [string, string][];
  return (
    <ListPage<Template>
      title={t`Templates`}
      sentence={t`Texts that are written once, with a variant for each language, and sent over every channel.`}
      act={{ label: t`New template`, href: newAt('set-up', 'templates') }}
      rows={rows}
      keyOf={({ code, lang }) => `${code}/${lang}`}
      hrefOf={({ code, lang }) => itemAt('set-up', 'templates', `${code}/${lang}`)}
      textOf={({ code, name, body, lang }) => `${code} ${name} ${body} ${languageName(lang)}`}
      filters={[
        {
          ...{ id: 'status', label: t`Approval`, options: statuses },
          holds: ({ approvals }, value) => approvals.some(({ status }) => status === value),
        },
      ]}
      columns={[
        { id: 'name', title: t`Template`, cell: ({ name }) => <bdi>{name}</bdi>, by: ({ name }) => name },
        {
          id: 'lang',
          title: t`Language`,
          cell: ({ lang }) => <span className={css.lang}>{languageName(lang)}</span>,
          by: ({ lang }) => lang,
        },
        {
          id: 'body',
          title: t`Text`,
          minor: true,
          cell: ({ body }) => (
            <span className={css.line} dir="auto">
              {body}
            </span>
          ),
        },
        {
          id: 'approval',
          title: t`Approval`,
          cell: ({ approvals }) => (
            <span className={css.states}>
              {approvals.map((one) => (
                <span key={one.channel}>
                  <Status approval={one} /> <bdi dir="ltr">{one.channel}</bdi>
                </span>
              ))}
            </span>
          ),
        },
      ]}
      empty={{
        icon: <IconTemplate size={24} />,
        title: t`No templates yet`,
        text: t`Write one for what you say again and again: an order that is ready, an appointment, a code.`,
      }}
    >
      <Offers />
    </ListPage>
  );
}
