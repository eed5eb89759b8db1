import { Trans, useLingui } from '@lingui/react/macro';
import { Link, useLocation } from 'wouter';
import { toast } from '../../store/toasts.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { asLeft, itemAt, pageAt } from '../address.ts';
import type { Agent } from '../agents/agent.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { TextField } from '../form/fields.tsx';
import { useForm } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import { rereadThing, type Thing, writeThing } from '../form/thing.ts';
import { useAll } from '../list/rows.ts';
import { Destroy } from '../ui/destroy.tsx';
import { useRemoved } from '../ui/removed.ts';
import { Section } from '../ui/section.tsx';
import css from '../ui/ui.module.css';
import { useUses } from '../ui/uses.tsx';
import { type Team, teamPath } from './team.ts';

const list = pageAt('set-up', 'teams');
const fresh: Team = { code: '', name: '' };
const valuesOf = ({ code, name }: Team): Team => ({ code, name });

/** One team with its members, or a new one. */
export const TeamForm = ({ code }: { code: string | undefined }) => (
  <Editor<Team, Team> path={code && teamPath(code)} valuesOf={valuesOf} fresh={fresh}>
    {(from, team) => <Loaded from={from} team={team} />}
  </Editor>
);

function Loaded({ from, team }: { from: Thing<Team>; team: Team | undefined }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const { code: codeLike, line } = useChecks();
  const form = useForm<Team>({
    name: `teams/${team?.code ?? '+'}`,
    from,
    check: ({ code, name }) => errorsOf<Team>({ code: codeLike(code), name: name ? line(name) : undefined }),
    async save({ values: { code, name }, version }) {
      const saved = await writeThing<Team>('PUT', teamPath(code), { body: { name: name || code }, version });
      return { ...saved, value: valuesOf(saved.value) };
    },
    saved() {
      toast(t`Saved`);
      go(asLeft(list));
    },
    reread: () => rereadThing(teamPath(from.value.code), valuesOf),
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
      <TextField
        form={form}
        name="code"
        label={t`Code`}
        code
        disabled={!form.isNew}
        help={
          form.isNew
            ? t`By which programs know it. It cannot be changed later.`
            : t`By which programs know it.`
        }
      />
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
  const [, go] = useLocation();
  const removed = useRemoved();
  const uses = useUses();
  return (
    <Destroy
      verb={t`Remove the team`}
      title={t`Remove the team “${name}”?`}
      does={[
        t`No conversation can be given to it any more.`,
        t`It is only removed while nothing relies on it: no member, no canned answer, no open conversation.`,
        t`You can take it back right afterwards.`,
      ]}
      explain={uses}
      run={async () => {
        await writeThing('DELETE', teamPath(code), { version });
        go(asLeft(list));
        removed(t`The team is removed`, () => writeThing('PUT', teamPath(code), { body: { name } }));
      }}
    />
  );
}
