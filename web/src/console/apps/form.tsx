import { useLingui } from '@lingui/react/macro';
import { asLeft, itemAt, pageAt } from '../address.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { ChoiceField, TextField } from '../form/fields.tsx';
import { FormPage } from '../form/form-page.tsx';
import { CodeField } from '../form/known-fields.tsx';
import type { Thing } from '../form/thing.ts';
import { useThingForm } from '../form/thing-form.ts';
import { ltr } from '../ui/ltr.ts';
import { Remove } from '../ui/remove.tsx';
import { type App, appPath, modes, useAppWords } from './app.ts';
import { Keys } from './keys.tsx';

interface Values {
  code: string;
  name: string;
  mode: App['mode'];
  type: string;
  contactInfoUrl: string;
  /** As JSON. */
  props: string;
}

const list = pageAt('developers', 'apps');
const fresh: Values = {
  code: '',
  name: '',
  mode: 'WEBHOOK',
  type: 'DEFAULT',
  contactInfoUrl: '',
  props: '{}',
};

const valuesOf = ({ code, name, mode, type, contactInfoUrl = '', props = {} }: App): Values => ({
  ...{ code, name, mode, type, contactInfoUrl },
  props: JSON.stringify(props, null, 2),
});

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const sample = ltr('{"colour": "green"}');

/** One app with its keys, or a new one. */
export const AppForm = ({ code }: { code: string | undefined }) => (
  <Editor<App, Values> path={code && appPath(code)} valuesOf={valuesOf} fresh={fresh}>
    {(from, app) => <Loaded from={from} app={app} />}
  </Editor>
);

interface LoadedProps {
  from: Thing<Values>;
  app: App | undefined;
}

function Loaded({ from, app }: LoadedProps) {
  const { t } = useLingui();
  const words = useAppWords();
  const form = useAppForm({ from, app });
  return (
    <FormPage
      form={form}
      title={app?.name ?? t`New app`}
      back={{ href: list, label: t`Apps and keys` }}
      tell={(field, value) => (field === 'mode' ? words.modes[value as App['mode']] : undefined)}
      more={
        app && (
          <>
            <Keys app={app.code} />
            <RemoveApp app={app} version={from.version} />
          </>
        )
      }
    >
      <CodeField form={form} name="code" />
      <TextField form={form} name="name" label={t`Name`} optional help={t`What you call it here.`} />
      <ChoiceField
        form={form}
        name="mode"
        label={t`Kind`}
        options={modes.map((mode) => [mode, words.modes[mode]])}
        help={t`What the app is told of itself. Where it is told of what happens is set up as a webhook.`}
      />
      <TextField
        form={form}
        name="contactInfoUrl"
        label={t`Address for what it knows of a customer`}
        type="url"
        code
        optional
        help={t`It is asked when a conversation begins; what it answers stands beside the conversation.`}
      />
      <TextField form={form} name="type" label={t`Type`} code help={t`A word of yours. Usually DEFAULT.`} />
      <TextField
        form={form}
        name="props"
        label={t`Properties`}
        code
        rows={3}
        help={t`Anything, as JSON: the app finds it again when it asks for its settings.`}
      />
    </FormPage>
  );
}

function useAppForm({ from, app }: LoadedProps) {
  const { t } = useLingui();
  const { code: codeLike, line } = useChecks();
  return useThingForm<App, Values>({
    name: `apps/${app?.code ?? '+'}`,
    ...{ from, valuesOf },
    pathOf: ({ code }) => appPath(code),
    check: ({ code, name, type, props }) =>
      errorsOf<Values>({
        code: codeLike(code),
        name: name ? line(name) : undefined,
        type: codeLike(type),
        props: objectIn(props) ? undefined : t`This is no JSON object, such as ${sample}.`,
      }),
    bodyOf: ({ code: _, props, ...body }, { code }) => ({
      ...body,
      ...(body.name === '' && { name: code }),
      ...(props !== undefined && { props: objectIn(props) }),
    }),
    // What is new needs a key next.
    next: ({ code }) => (app ? asLeft(list) : itemAt('developers', 'apps', code)),
  });
}

function RemoveApp({ app: { code, name }, version }: { app: App; version: string | undefined }) {
  const { t } = useLingui();
  return (
    <Remove
      verb={t`Remove the app`}
      title={t`Remove the app “${name}”?`}
      does={[
        t`The app is gone, with the list of its revoked keys.`,
        t`It is only removed while nothing relies on it: no queue, no webhook, no key that is in force.`,
        t`This cannot be taken back: a new app of the same code needs new keys.`,
      ]}
      path={appPath(code)}
      version={version}
      back={asLeft(list)}
      gone={t`The app is removed`}
    />
  );
}
