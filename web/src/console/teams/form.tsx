import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from 'wouter';
import { Avatar } from '../../ui/avatar.tsx';
import { asLeft, itemAt, pageAt } from '../address.ts';
import type { Agent } from '../agents/agent.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { TextField } from '../form/fields.tsx';
import { FormPage } from '../form/form-page.tsx';
import { CodeField } from '../form/known-fields.tsx';
import type { Thing } from '../form/thing.ts';
import { useThingForm } from '../form/thing-form.ts';
import { useAll } from '../list/rows.ts';
import { Remove } from '../ui/remove.tsx';
import { Section } from '../ui/section.tsx';
import css from '../ui/ui.module.css';
import { type Team, teamPath } from './team.ts';

const list = pageAt('set-up', 'teams');
const fresh: Team = { code: '', name: '' };
const pathOf = ({ code }: Team) => teamPath(code);
const valuesOf = ({ code, name }: Team): Team => ({ code, name });

/** One team with its members, or a new one. */
export const TeamForm = ({ code }: { code: string | undefined }) => (
  <Editor<Team, Team> path={code && teamPath(code)} valuesOf={valuesOf} fresh={fresh}>
    {(from, team) => <Loaded from={from} team={team} />}
  </Editor>
);

function Loaded({ from, team }: { from: Thing<Team>; team: Team | undefined }) {
  const { t } = useLingui();
  const { code: codeLike, line } = useChecks();
  const form = useThingForm<Team, Team>({
    name: `teams/${team?.code ?? '+'}`,
    ...{ from, pathOf, valuesOf },
    check: ({ code, name }) => errorsOf<Team>({ code: codeLike(code), name: name ? line(name) : undefined }),
    bodyOf: (_, { code, name }) => ({ name: name || code }),
    next: () => asLeft(list),
  });
  return (
    <FormPage
      form={form}
      title={team?.name ?? t`New team`}
      back={{ href: list, label: t`Teams` }}
      more={
        team && (
          <>
            <Members team={team} />
            <RemoveTeam team={team} version={from.version} />
          </>
        )
      }
    >
      <CodeField form={form} name="code" />
      <TextField form={form} name="name" label={t`Name`} optional help={t`What agents see.`} />
    </FormPage>
  );
}

function Members({ team }: { team: Team }) {
  const { t } = useLingui();
  const { items } = useAll<Agent>('/agents');
  const members = (items ?? []).filter(({ teams }) => teams.includes(team.code));
  return (
    <Section title={t`Members`}>
      <p>
        <Trans>Who is in the team is changed on the page of each agent.</Trans>
      </p>
      {items && members.length === 0 && (
        <p>
          <Trans>Nobody is in this team yet.</Trans>
        </p>
      )}
      <ul className={css.rows}>
        {members.map(({ code, name, displayName, imageUrl }) => (
          <li key={code}>
            <Link href={itemAt('set-up', 'agents', code)} className={css.person ?? ''}>
              <Avatar id={code} name={displayName || name} imageUrl={imageUrl} size={28} />
              <bdi>{displayName || name}</bdi>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function RemoveTeam({ team: { code, name }, version }: { team: Team; version: string | undefined }) {
  const { t } = useLingui();
  return (
    <Remove
      verb={t`Remove the team`}
      title={t`Remove the team “${name}”?`}
      does={[
        t`No conversation can be given to it any more.`,
        t`It is only removed while nothing relies on it: no member, no canned answer, no open conversation.`,
        t`You can take it back right afterwards.`,
      ]}
      path={teamPath(code)}
      version={version}
      back={asLeft(list)}
      gone={t`The team is removed`}
      body={{ name }}
    />
  );
}
