import { useLingui } from '@lingui/react/macro';
import { useLocation } from 'wouter';
import { toast } from '../../store/toasts.ts';
import { asLeft, pageAt } from '../address.ts';
import type { App } from '../apps/app.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { ChoiceField, SwitchField, TextField } from '../form/fields.tsx';
import { useForm } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import { rereadThing, type Thing, writeThing } from '../form/thing.ts';
import { useAll } from '../list/rows.ts';
import { Destroy } from '../ui/destroy.tsx';
import { useRemoved } from '../ui/removed.ts';
import { useUses } from '../ui/uses.tsx';
import { agentDesk, type Queue, queuePath } from './queue.ts';

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

function Loaded({ from, queue }: { from: Thing<Values>; queue: Queue | undefined }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const apps = useAll<App>('/apps').items ?? [];
  const { code: codeLike, line, required } = useChecks();
  const form = useForm<Values>({
    name: `queues/${queue?.code ?? '+'}`,
    from,
    check: ({ code, name, type, app }) =>
      errorsOf<Values>({
        code: codeLike(code),
        name: name ? line(name) : undefined,
        app: type === 'BOT' ? required(app) : undefined,
      }),
    async save({ values, changed, version }) {
      const { code: _, ...body } = version === undefined ? values : changed;
      const whole = {
        ...body,
        // Without a name it is called by its code; agents answer without an app.
        ...(body.name === '' && { name: values.code }),
        ...(values.type === 'AGENT' && body.type && { app: '' }),
      };
      const saved = await writeThing<Queue>('PUT', queuePath(values.code), { body: whole, version });
      return { ...saved, value: valuesOf(saved.value) };
    },
    saved() {
      toast(t`Saved`);
      go(asLeft(list));
    },
    reread: () => rereadThing(queuePath(from.value.code), valuesOf),
  });
  const isBot = form.values.type === 'BOT';
  const types: [Queue['type'], string][] = [
    ['AGENT', t`Agents`],
    ['BOT', t`A program`],
  ];
  return (
    <FormPage
      form={form}
      title={queue?.name ?? t`New queue`}
      back={{ href: list, label: t`Queues` }}
      tell={(field, value) => (field === 'type' ? types.find(([type]) => type === value)?.[1] : undefined)}
      more={
        queue &&
        !queue.isDefault &&
        queue.code !== agentDesk && <RemoveQueue queue={queue} version={from.version} />
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
      <ChoiceField
        form={form}
        name="type"
        label={t`Who answers`}
        disabled={queue?.code === agentDesk}
        options={types}
        help={
          queue?.code === agentDesk
            ? t`Every business has this queue of agents.`
            : t`A program that answers can hand a conversation over to agents at any time.`
        }
      />
      {isBot && (
        <ChoiceField
          form={form}
          name="app"
          label={t`App`}
          help={t`It is told what comes in here, and answers.`}
          options={[['', t`Choose one`], ...apps.map(({ code, name }): [string, string] => [code, name])]}
        />
      )}
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

function RemoveQueue({ queue, version }: { queue: Queue; version: string | undefined }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const removed = useRemoved();
  const uses = useUses();
  const { code, name, ...body } = queue;
  return (
    <Destroy
      verb={t`Remove the queue`}
      title={t`Remove the queue “${name}”?`}
      does={[
        t`Nothing can begin in it or be handed over to it any more.`,
        t`It is only removed while nothing relies on it: no channel, no agent, no open conversation.`,
        t`You can take it back right afterwards.`,
      ]}
      explain={uses}
      run={async () => {
        await writeThing('DELETE', queuePath(code), { version });
        go(asLeft(list));
        removed(t`The queue is removed`, () =>
          writeThing('PUT', queuePath(code), { body: { name, ...body } }),
        );
      }}
    />
  );
}
