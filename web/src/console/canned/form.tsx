import { useLingui } from '@lingui/react/macro';
import { useNames } from '../../store/me.ts';
import { asLeft, pageAt } from '../address.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { ChoiceField, TextField } from '../form/fields.tsx';
import type { Form } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import { LanguageField } from '../form/known-fields.tsx';
import { PlaceholderText } from '../form/placeholder-text.tsx';
import type { Thing } from '../form/thing.ts';
import { useThingForm } from '../form/thing-form.ts';
import { ltr } from '../ui/ltr.ts';
import { Remove } from '../ui/remove.tsx';
import { type Answer, answerPath } from './answer.ts';

interface Values {
  code: string;
  title: string;
  text: string;
  lang: string;
  team: string;
}

const list = pageAt('set-up', 'canned-answers');
const fresh: Values = { code: '', title: '', text: '', lang: '', team: '' };
const valuesOf = ({ code, title, text, lang = '', team = '' }: Answer): Values => ({
  ...{ code, title, text, lang, team },
});

/** One canned answer of the business, or a new one. */
export const AnswerForm = ({ code }: { code: string | undefined }) => (
  <Editor<Answer, Values> path={code && answerPath(code)} valuesOf={valuesOf} fresh={fresh}>
    {(from, answer) => <Loaded from={from} answer={answer} />}
  </Editor>
);

interface LoadedProps {
  from: Thing<Values>;
  answer: Answer | undefined;
}

function Loaded({ from, answer }: LoadedProps) {
  const { t } = useLingui();
  const { teamName } = useNames();
  const form = useAnswerForm({ from, answer });
  return (
    <FormPage
      form={form}
      title={answer?.title ?? t`New answer`}
      back={{ href: list, label: t`Canned answers` }}
      tell={(field, value) => (field === 'team' && value ? teamName(String(value)) : undefined)}
      more={answer && <RemoveAnswer answer={answer} version={from.version} />}
    >
      <TextField
        form={form}
        name="code"
        label={t`Code`}
        code
        disabled={!form.isNew}
        help={
          form.isNew
            ? t`What agents type after “/”. It cannot be changed later.`
            : t`What agents type after “/”.`
        }
      />
      <TextField form={form} name="title" label={t`Title`} optional help={t`What agents see in the list.`} />
      <PlaceholderText
        form={form}
        name="text"
        label={t`Text`}
        rows={5}
        help={t`The agent can change it before it is sent.`}
        placeholders={[
          ['{{contact.name}}', t`Name of the customer`],
          ['{{contact.firstName}}', t`First name of the customer`],
          ['{{agent.name}}', t`Name of the agent`],
          ['{{session.ticket}}', t`Ticket`],
        ]}
      />
      <LanguageField
        form={form}
        name="lang"
        help={t`The language that the text is in, such as “en” or “ar”. Empty: any.`}
      />
      <TeamField form={form} />
    </FormPage>
  );
}

function useAnswerForm({ from, answer }: LoadedProps) {
  const { code: codeLike, required, atMost, language, line } = useChecks();
  return useThingForm<Answer, Values>({
    name: `canned-answers/${answer?.code ?? '+'}`,
    ...{ from, valuesOf },
    pathOf: ({ code }) => answerPath(code),
    check: ({ code, title, text, lang }) =>
      errorsOf<Values>({
        code: codeLike(code),
        title: title ? line(title) : undefined,
        text: required(text) ?? atMost(10_000)(text),
        lang: language(lang),
      }),
    // Without a title it is called by its code.
    bodyOf: ({ code: _, ...body }, { code }) => ({ ...body, ...(body.title === '' && { title: code }) }),
    next: () => asLeft(list),
  });
}

function TeamField({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const { teams } = useNames();
  const { team } = form.values;
  return (
    <ChoiceField
      form={form}
      name="team"
      label={t`For`}
      help={t`Only this team is offered it.`}
      options={[
        ['', t`Everybody`],
        ...teams.map((one): [string, string] => [one.code, one.name]),
        // A team that is gone is told, too, or it would be lost unseen.
        ...(team && !teams.some(({ code }) => code === team) ? [[team, team] as [string, string]] : []),
      ]}
    />
  );
}

function RemoveAnswer({ answer, version }: { answer: Answer; version: string | undefined }) {
  const { t } = useLingui();
  const { own: _, code, ...body } = answer as Answer & { own?: boolean };
  const { title } = body;
  const typed = ltr(`/${code}`);
  return (
    <Remove
      verb={t`Remove the answer`}
      title={t`Remove the answer “${title}”?`}
      does={[
        t`Agents do not find it any more by “${typed}”.`,
        t`What was sent with it stays as it is.`,
        t`You can take it back right afterwards.`,
      ]}
      path={answerPath(code)}
      version={version}
      back={asLeft(list)}
      gone={t`The answer is removed`}
      body={body}
    />
  );
}
