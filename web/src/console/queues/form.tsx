import { useLingui } from '@lingui/react/macro';
import { asLeft, pageAt } from '../address.ts';
import type { App } from '../apps/app.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { ChoiceField, SwitchField, TextField } from '../form/fields.tsx';
import type { Form } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import { CodeField } from '../form/known-fields.tsx';
import type { Thing } from '../form/thing.ts';
import { useThingForm } from '../form/thing-form.ts';
import { useAll } from '../list/rows.ts';
import { Remove } from '../ui/remove.tsx';
import { agentDesk, type Queue, queuePath, useTypeWords } from './queue.ts';

interface Values {
  code: string;
  name: string;
  type: Queue['type'];
  app: string;
  isDefault: boolean;
}

const list = pageAt('set-up', 'queues');
const fresh: Values = { code: '', name: '', type: 'AGENT', app: '', isDefault: false };
const valuesOf = ({ code, name, type, app = '', isDefault }: Queue): Values => ({
  ...{ code, name, type, app, isDefault },
});

/** One queue, or a new one. */
export const QueueForm = ({ code }: { code: string | undefined }) => (
  <Editor<Queue, Values> path={code && queuePath(code)} valuesOf={valuesOf} fresh={fresh}>
    {(from, queue) => <Loaded from={from} queue={queue} />}
  </Editor>
);

interface LoadedProps {
  from: Thing<Values>;
  queue: Queue | undefined;
}

function Loaded({ from, queue }: LoadedProps) {
  const { t } = useLingui();
  const form = useQueueForm({ from, queue });
  const types = useTypeWords();
  const canGo = queue && !queue.isDefault && queue.code !== agentDesk;
  return (
    <FormPage
      form={form}
      title={queue?.name ?? t`New queue`}
      back={{ href: list, label: t`Queues` }}
      tell={(field, value) => (field === 'type' ? types[value as Queue['type']] : undefined)}
      more={canGo && <RemoveQueue queue={queue} version={from.version} />}
    >
      <CodeField form={form} name="code" />
      <TextField form={form} name="name" label={t`Name`} optional help={t`What agents see.`} />
      <WhoAnswers form={form} queue={queue} />
      <SwitchField
        form={form}
        name="isDefault"
        label={t`New conversations begin here`}
        disabled={queue?.isDefault === true}
        help={
          queue?.isDefault
            ? t`This is the default queue. To change that, make another one the default.`
            : t`Unless their channel names another queue. There is one default queue: it is taken from the one that is it now.`
        }
      />
    </FormPage>
  );
}

function useQueueForm({ from, queue }: LoadedProps) {
  const { code: codeLike, line, required } = useChecks();
  return useThingForm<Queue, Values>({
    name: `queues/${queue?.code ?? '+'}`,
    ...{ from, valuesOf },
    pathOf: ({ code }) => queuePath(code),
    check: ({ code, name, type, app }) =>
      errorsOf<Values>({
        code: codeLike(code),
        name: name ? line(name) : undefined,
        app: type === 'BOT' ? required(app) : undefined,
      }),
    bodyOf: ({ code: _, ...body }, { code, type }) => ({
      ...body,
      // Without a name it is called by its code; agents answer without an app.
      ...(body.name === '' && { name: code }),
      ...(type === 'AGENT' && body.type && { app: '' }),
    }),
    next: () => asLeft(list),
  });
}

function WhoAnswers({ form, queue }: { form: Form<Values>; queue: Queue | undefined }) {
  const { t } = useLingui();
  const apps = useAll<App>('/apps').items ?? [];
  const types = Object.entries(useTypeWords());
  const isFixed = queue?.code === agentDesk;
  return (
    <>
      <ChoiceField
        form={form}
        name="type"
        label={t`Who answers`}
        disabled={isFixed}
        options={types}
        help={
          isFixed
            ? t`Every business has this queue of agents.`
            : t`A program that answers can hand a conversation over to agents at any time.`
        }
      />
      {form.values.type === 'BOT' && (
        <ChoiceField
          form={form}
          name="app"
          label={t`App`}
          help={t`It is told what comes in here, and answers.`}
          options={[['', t`Choose one`], ...apps.map(({ code, name }): [string, string] => [code, name])]}
        />
      )}
    </>
  );
}

function RemoveQueue({ queue: { code, ...body }, version }: { queue: Queue; version: string | undefined }) {
  const { t } = useLingui();
  const { name } = body;
  return (
    <Remove
      verb={t`Remove the queue`}
      title={t`Remove the queue “${name}”?`}
      does={[
        t`Nothing can begin in it or be handed over to it any more.`,
        t`It is only removed while nothing relies on it: no channel, no agent, no open conversation.`,
        t`You can take it back right afterwards.`,
      ]}
      path={queuePath(code)}
      version={version}
      back={asLeft(list)}
      gone={t`The queue is removed`}
      body={body}
    />
  );
}
