import { useLingui } from '@lingui/react/macro';
import { IconMessage2 } from '@tabler/icons-react';
import { useNames } from '../../store/me.ts';
import { Upright } from '../../text/linked.tsx';
import { languageName } from '../../theme/format.ts';
import { itemAt, newAt } from '../address.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll } from '../list/rows.ts';
import { Named } from '../ui/named.tsx';
import type { Answer } from './answer.ts';

export function AnswerList() {
  const { t } = useLingui();
  const { teams, teamName } = useNames();
  const rows = useAll<Answer>('/canned-answers');
  const languages = [...new Set((rows.items ?? []).flatMap(({ lang }) => lang ?? []))].sort();
  return (
    <ListPage<Answer>
      title={t`Canned answers`}
      sentence={t`Texts that agents answer with: they type “/” and the code. Agents keep further ones of their own.`}
      act={{ label: t`New answer`, href: newAt('set-up', 'canned-answers') }}
      rows={rows}
      keyOf={({ code }) => code}
      hrefOf={({ code }) => itemAt('set-up', 'canned-answers', code)}
      textOf={({ code, title, text }) => `${code} ${title} ${text}`}
      filters={[
        {
          id: 'language',
          label: t`Every language`,
          options: languages.map((lang) => [lang, languageName(lang)]),
          holds: ({ lang }, value) => lang === value,
        },
        {
          id: 'team',
          label: t`Every team`,
          options: teams.map(({ code, name }) => [code, name]),
          holds: ({ team }, value) => team === value,
        },
      ]}
      columns={[
        {
          id: 'title',
          title: t`Answer`,
          cell: ({ title, code }) => <Named name={title} code={`/${code}`} />,
          by: ({ title }) => title,
        },
        {
          id: 'text',
          title: t`Text`,
          cell: ({ text }) => (
            <bdi>
              <Upright text={text.length > 120 ? `${text.slice(0, 120)}…` : text} />
            </bdi>
          ),
          minor: true,
        },
        {
          id: 'lang',
          title: t`Language`,
          cell: ({ lang }) => (lang ? languageName(lang) : t`Any`),
          by: ({ lang = '' }) => lang,
          minor: true,
        },
        {
          id: 'team',
          title: t`For`,
          cell: ({ team }) => (team ? <bdi>{teamName(team)}</bdi> : t`Everybody`),
          by: ({ team = '' }) => team,
        },
      ]}
      empty={{
        icon: <IconMessage2 size={24} />,
        title: t`No canned answers yet`,
        text: t`What your agents write every day, they should not have to type: opening hours, the way to you, how to return something.`,
      }}
    />
  );
}
