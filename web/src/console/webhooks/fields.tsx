import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { App } from '../apps/app.ts';
import { ChoiceField, SeveralField, SwitchField, TextField } from '../form/fields.tsx';
import type { Form } from '../form/form.ts';
import { useAll } from '../list/rows.ts';
import { type Endpoint, useSurfaces } from './endpoint.ts';
import type { Values } from './values.ts';
import css from './webhooks.module.css';
import { useEventWords } from './words.ts';

/** All that can be said of an endpoint. */
export function EndpointFields({ form, endpoint }: { form: Form<Values>; endpoint: Endpoint | undefined }) {
  const { t } = useLingui();
  const { policy } = form.values;
  const policies: Record<Values['policy'], [string, string]> = {
    schedule: [t`12 times within about 70 hours`, t`The pauses grow longer and longer.`],
    retry: [t`5 times at most`, t`The last try is about a quarter of an hour after the first.`],
    once: [t`Once`, t`What fails is not told again, unless you ask for it in the log.`],
  };
  return (
    <>
      <TextField
        form={form}
        name="url"
        label={t`Address`}
        type="url"
        code
        placeholder="https://crm.example.com/events"
        help={t`Where your program listens. Each event comes as a POST, with JSON inside.`}
      />
      <TextField form={form} name="name" label={t`Name`} optional help={t`What you call it here.`} />
      <Whose form={form} endpoint={endpoint} />
      <Hears form={form} />
      <TextField form={form} name="description" label={t`What it is for`} optional rows={2} />
      <ChoiceField
        form={form}
        name="policy"
        label={t`How often a call is tried`}
        options={Object.entries(policies).map(([value, [label]]) => [value, label])}
        help={policies[policy][1]}
      />
      <SwitchField
        form={form}
        name="enabled"
        label={t`In use`}
        help={t`Off: nothing is told to it, and nothing is kept for later.`}
      />
      {!endpoint && <OwnSecret form={form} />}
    </>
  );
}

/** In whose words, and of which app: chosen once. */
function Whose({ form, endpoint }: { form: Form<Values>; endpoint: Endpoint | undefined }) {
  const { t } = useLingui();
  const surfaces = useSurfaces().items ?? [];
  const apps = useAll<App>('/apps').items ?? [];
  const { surface, app } = form.values;
  const known = surfaces
    .filter(({ types }) => types.length > 0)
    .map(({ name }): [string, string] => [name, name]);
  const cannot = endpoint ? t`It cannot be changed: make another webhook instead.` : undefined;
  return (
    <>
      <ChoiceField
        form={form}
        name="surface"
        label={t`Surface`}
        disabled={endpoint !== undefined}
        options={known.length > 0 ? known : [[surface, surface]]}
        help={
          cannot ??
          t`In whose words events are told: those of the API that your program speaks. “parley” tells everything.`
        }
      />
      <ChoiceField
        form={form}
        name="app"
        label={t`App`}
        disabled={endpoint !== undefined}
        options={[
          ['', t`All apps: the whole business`],
          ...apps.map(({ code, name }): [string, string] => [code, name]),
          ...(app && !apps.some(({ code }) => code === app) ? [[app, app] as [string, string]] : []),
        ]}
        help={cannot ?? t`Of an app only its own messages, and conversations in its own queues, are told.`}
      />
    </>
  );
}

/** What is told to it. */
function Hears({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const { event } = useEventWords();
  const { surface, hears } = form.values;
  const told = useSurfaces().items?.find(({ name }) => name === surface);
  if (told?.topics)
    return (
      <ChoiceField
        form={form}
        name="topic"
        label={t`Event`}
        options={[['', t`Choose one`], ...told.topics.map(({ topic }): [string, string] => [topic, topic])]}
        help={t`On this surface each webhook hears one event.`}
      />
    );
  return (
    <>
      <ChoiceField
        form={form}
        name="hears"
        label={t`Hears`}
        options={[
          ['all', t`everything that the surface tells`],
          ['some', t`only what is chosen`],
        ]}
      />
      {hears === 'some' && (
        <SeveralField
          form={form}
          name="types"
          label={t`Events`}
          options={told?.types.map(({ type }) => [type, event(type)]) ?? []}
          none={t`Loading`}
        />
      )}
    </>
  );
}

/** Whoever moves from elsewhere may bring the secret along. */
function OwnSecret({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const isWrong = form.errors.secret !== undefined;
  const [isOpen, setOpen] = useState(false);
  // What is wrong must be seen.
  useEffect(() => {
    if (isWrong) setOpen(true);
  }, [isWrong]);
  return (
    <details className={css.fold} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Trans>A secret of your own</Trans>
      </summary>
      <TextField
        form={form}
        name="secret"
        label={t`Secret`}
        code
        optional
        type="password"
        placeholder="whsec_…"
        help={t`Only if your program has one already. Empty: one is made, and shown once.`}
      />
    </details>
  );
}
