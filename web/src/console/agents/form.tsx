import { useLingui } from '@lingui/react/macro';
import { client } from '../../store/client.ts';
import { useMe, useNames } from '../../store/me.ts';
import { asLeft, itemAt, pageAt } from '../address.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { ChoiceField, SeveralField, SwitchField, TextField } from '../form/fields.tsx';
import type { Form } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import { LanguageField } from '../form/known-fields.tsx';
import type { Thing } from '../form/thing.ts';
import { useThingForm } from '../form/thing-form.ts';
import { Access } from './access.tsx';
import { type Agent, agentPath, roles, useRoleWord } from './agent.ts';
import { RemoveAgent } from './remove.tsx';

interface Values {
  code: string;
  name: string;
  displayName: string;
  email: string;
  role: string;
  active: boolean;
  lang: string;
  imageUrl: string;
  teams: string[];
  queues: string[];
  /** Separated by commas. */
  skills: string;
}

const list = pageAt('set-up', 'agents');
const fresh: Values = {
  ...{ code: '', name: '', displayName: '', email: '', role: 'agent', active: true, lang: '', imageUrl: '' },
  ...{ teams: [], queues: [], skills: '' },
};

function valuesOf(agent: Agent): Values {
  const { code, name, displayName = '', email = '', role, active, lang = '', imageUrl = '' } = agent;
  const { teams, queues, skills } = agent;
  return {
    ...{ code, name, displayName, email, role, active, lang, imageUrl, teams, queues },
    skills: skills.join(', '),
  };
}

const wordsIn = (text: string) =>
  text
    .split(/[,،\n]/)
    .map((one) => one.trim())
    .filter(Boolean);

/** A code out of a mail address: what stands before the @, as far as a code may have it. */
const codeOf = (email: string) =>
  (email.split('@')[0] ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9_.-]/g, '')
    .replace(/^[^a-z0-9]+/, '');

/** One agent, with how the agent comes in; or a new one. */
export const AgentForm = ({ code }: { code: string | undefined }) => (
  <Editor<Agent, Values> path={code && agentPath(code)} valuesOf={valuesOf} fresh={fresh}>
    {(from, agent) => <Loaded from={from} agent={agent} />}
  </Editor>
);

function Loaded({ from, agent }: { from: Thing<Values>; agent: Agent | undefined }) {
  const { t } = useLingui();
  const me = useMe();
  const form = useAgentForm(from, agent);
  const isMe = agent?.code === me.agent.code;
  return (
    <FormPage
      form={form}
      title={agent ? agent.displayName || agent.name : t`New agent`}
      back={{ href: list, label: t`Agents` }}
      explain={(error) =>
        error.code === 'NO_SEAT_LEFT'
          ? t`All seats are taken: set another agent inactive first, or allow more seats on the page “Business”.`
          : undefined
      }
      more={
        agent && (
          <>
            <Access agent={agent} />
            {!isMe && <RemoveAgent agent={agent} version={from.version} />}
          </>
        )
      }
    >
      <Who form={form} />
      <h2>{t`What this person may do`}</h2>
      <Rights form={form} isMe={isMe} />
      <h2>{t`Where this person works`}</h2>
      <Places form={form} />
    </FormPage>
  );
}

function useAgentForm(from: Thing<Values>, agent: Agent | undefined) {
  const me = useMe();
  const { code: codeLike, line, email: emailLike, language, atMost } = useChecks();
  return useThingForm<Agent, Values>({
    name: `agents/${agent?.code ?? '+'}`,
    ...{ from, valuesOf },
    pathOf: ({ code }) => agentPath(code),
    check: ({ code, name, displayName, email, lang, imageUrl }) =>
      errorsOf<Values>({
        code: code.includes('@') ? emailLike(code) : codeLike(code),
        name: line(name),
        displayName: atMost(200)(displayName),
        email: emailLike(email.trim()),
        lang: language(lang),
        imageUrl: atMost(2048)(imageUrl),
      }),
    bodyOf: ({ code: _, skills, ...body }) => ({
      ...body,
      ...(skills !== undefined && { skills: wordsIn(skills) }),
    }),
    saved({ code }) {
      if (code === me.agent.code) void client.invalidateQueries({ queryKey: ['me'] });
    },
    // Whoever is new needs a link next.
    next: ({ code }) => (agent ? asLeft(list) : itemAt('set-up', 'agents', code)),
  });
}

function Who({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const { values, isNew } = form;
  const follow = (email: string) => {
    // Until somebody chooses another one, the code is made of the address.
    if (isNew && values.code === codeOf(values.email)) form.set('code', codeOf(email));
  };
  return (
    <>
      <TextField form={form} name="name" label={t`Name`} help={t`How colleagues know this person.`} />
      <TextField
        form={form}
        name="email"
        label={t`E-mail`}
        type="email"
        code
        optional
        changed={follow}
        help={t`With it this person signs in.`}
      />
      <TextField
        form={form}
        name="code"
        label={t`Code`}
        code
        disabled={!isNew}
        help={
          isNew
            ? t`By which programs know this person, and colleagues in notes. It cannot be changed later.`
            : t`By which programs know this person, and colleagues in notes.`
        }
      />
      <TextField
        form={form}
        name="displayName"
        label={t`Shown as`}
        optional
        help={t`Customers see it instead of the name.`}
      />
      <LanguageField
        form={form}
        name="lang"
        help={t`The language in which this person works, such as “en” or “ar”.`}
      />
      <TextField
        form={form}
        name="imageUrl"
        label={t`Picture`}
        optional
        code
        type="url"
        help={t`Address of a picture.`}
      />
    </>
  );
}

function Rights({ form, isMe }: { form: Form<Values>; isMe: boolean }) {
  const { t } = useLingui();
  const roleWord = useRoleWord();
  const { role } = form.values;
  const about: Record<string, string> = {
    agent: t`Answers customers.`,
    supervisor: t`Sees and works on all conversations, looks at the figures, and writes canned answers for everybody.`,
    admin: t`May do everything a supervisor may, and sets the business up.`,
  };
  const known = roles.map((one): [string, string] => [one, roleWord(one)]);
  return (
    <>
      <ChoiceField
        form={form}
        name="role"
        label={t`Role`}
        disabled={isMe}
        options={known.some(([one]) => one === role) ? known : [...known, [role, role]]}
        help={
          isMe ? t`You cannot change your own role: ask another administrator.` : (about[role] ?? about.agent)
        }
      />
      <SwitchField
        form={form}
        name="active"
        label={t`Active`}
        disabled={isMe}
        help={
          isMe
            ? t`You cannot switch yourself off: ask another administrator.`
            : t`Inactive agents cannot sign in and take no conversations. What they hold stays with them until somebody takes it over. Their sign-ins end at once.`
        }
      />
    </>
  );
}

function Places({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const { teams, queues } = useNames();
  return (
    <>
      <SeveralField
        form={form}
        name="teams"
        label={t`Teams`}
        options={teams.map(({ code, name }) => [code, name])}
        none={t`There are no teams yet.`}
      />
      <SeveralField
        form={form}
        name="queues"
        label={t`Queues`}
        options={queues.filter(({ type }) => type === 'AGENT').map(({ code, name }) => [code, name])}
        none={t`There are no queues of agents.`}
        help={t`None chosen: every queue of agents.`}
      />
      <TextField
        form={form}
        name="skills"
        label={t`Skills`}
        optional
        help={t`Codes that conversations can ask for, with commas between them: “french, refunds”.`}
      />
    </>
  );
}
