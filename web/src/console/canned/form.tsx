import { Trans, useLingui } from '@lingui/react/macro';
import { useLocation } from 'wouter';
import { useNames } from '../../store/me.ts';
import { toast } from '../../store/toasts.ts';
import { languageName } from '../../theme/format.ts';
import { asLeft, pageAt } from '../address.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { ChoiceField, TextField } from '../form/fields.tsx';
import { useForm } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import { PlaceholderText } from '../form/placeholder-text.tsx';
import { rereadThing, type Thing, writeThing } from '../form/thing.ts';
import { Destroy } from '../ui/destroy.tsx';
import { ltr } from '../ui/ltr.ts';
import { useRemoved } from '../ui/removed.ts';
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

function Loaded({ from, answer }: { from: Thing<Values>; answer: Answer | undefined }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const { teams, teamName } = useNames();
  const { code: codeLike, required, atMost, language, line } = useChecks();
  const form = useForm<Values>({
    name: `canned-answers/${answer?.code ?? '+'}`,
    from,
    check: ({ code, title, text, lang }) =>
      errorsOf<Values>({
        code: codeLike(code),
        title: title ? line(title) : undefined,
        text: required(text) ?? atMost(10_000)(text),
        lang: language(lang),
      }),
    async save({ values, changed, version }) {
      const { code, ...rest } = version === undefined ? values : changed;
      // Without a title it is called by its code.
      const body = { ...rest, title: rest.title === '' ? values.code : rest.title };
      const saved = await writeThing<Answer>('PUT', answerPath(code ?? values.code), { body, version });
      return { ...saved, value: valuesOf(saved.value) };
    },
    saved() {
      toast(t`Saved`);
      go(asLeft(list));
    },
    reread: () => rereadThing(answerPath(from.value.code), valuesOf),
  });
  const team = form.values.team;
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
      <TextField
        form={form}
        name="lang"
        label={t`Language`}
        optional
        code
        placeholder="en"
        suggestions={['en', 'ar', 'hi', 'ur', 'fr', 'es']}
        help={
          form.values.lang ? (
            languageName(form.values.lang)
          ) : (
            <Trans>The language that the text is in, such as “en” or “ar”. Empty: any.</Trans>
          )
        }
      />
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
    </FormPage>
  );
}

function RemoveAnswer({ answer, version }: { answer: Answer; version: string | undefined }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const removed = useRemoved();
  const { title, code } = answer;
  const typed = ltr(`/${code}`);
  const { own: _, ...whole } = answer as Answer & { own?: boolean };
  return (
    <Destroy
      verb={t`Remove the answer`}
      title={t`Remove the answer “${title}”?`}
      does={[
        t`Agents do not find it any more by “${typed}”.`,
        t`What was sent with it stays as it is.`,
        t`You can take it back right afterwards.`,
      ]}
      run={async () => {
        await writeThing('DELETE', answerPath(code), { version });
        go(asLeft(list));
        const { code: __, ...body } = whole;
        removed(t`The answer is removed`, () => writeThing('PUT', answerPath(code), { body }));
      }}
    />
  );
}
