import { useLingui } from '@lingui/react/macro';
import { useNames } from '../../store/me.ts';
import { asciiDigits } from '../../text/fold.ts';
import { asLeft, pageAt } from '../address.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { ChoiceField, SwitchField, TextField } from '../form/fields.tsx';
import type { Errors, Form } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import type { Thing } from '../form/thing.ts';
import { useThingForm } from '../form/thing-form.ts';
import { ltr } from '../ui/ltr.ts';
import { Remove } from '../ui/remove.tsx';
import { type Kind, kindOf, useKindWords, type Var, varOfItem, varPath } from './var.ts';

interface Values {
  key: string;
  channel: string;
  kind: Kind;
  /** As it is typed: of a yes or no `true` or `false`. */
  value: string;
  group: string;
  description: string;
  shared: boolean;
  used: boolean;
}

const list = pageAt('set-up', 'variables');
const fresh: Values = {
  ...{ key: '', channel: '', kind: 'text', value: '', group: '', description: '' },
  ...{ shared: false, used: true },
};

function valuesOf(one: Var): Values {
  const { key, channel = '', value, group = '', description = '', shared, disabled } = one;
  const kind = kindOf(value);
  const typed = kind === 'text' ? String(value) : JSON.stringify(value, null, kind === 'json' ? 2 : 0);
  return { key, channel, kind, value: typed, group, description, shared, used: !disabled };
}

/** What was typed as the value that it stands for; undefined: it is none. */
function meant({ kind, value }: Pick<Values, 'kind' | 'value'>): unknown {
  if (kind === 'text') return value;
  try {
    return JSON.parse(kind === 'json' ? value : asciiDigits(value.trim()));
  } catch {
    return undefined;
  }
}

const sample = ltr('{"phone": "+1"}');

/** One variable, or a new one. */
export function VarForm({ name }: { name: string | undefined }) {
  const at = name === undefined ? undefined : varOfItem(name);
  return (
    <Editor<Var, Values> path={at && varPath(at.key, at.channel)} valuesOf={valuesOf} fresh={fresh}>
      {(from, value) => <Loaded from={from} one={value} />}
    </Editor>
  );
}

function useCheck() {
  const { t } = useLingui();
  const { code, line, required } = useChecks();
  return ({ key, kind, value, group, description }: Values): Errors<Values> => {
    const given = meant({ kind, value });
    const wrong =
      kind === 'number' && typeof given !== 'number'
        ? t`Write a number, such as 12 or 1.5.`
        : given === undefined
          ? t`This is no JSON. Text stands in quotes, names too: ${sample}.`
          : undefined;
    return errorsOf<Values>({
      key: code(key),
      value: required(value) ?? wrong,
      group: group ? line(group) : undefined,
      description: description ? line(description) : undefined,
    });
  };
}

function useVarForm({ from, one }: LoadedProps) {
  const { key, channel } = from.value;
  return useThingForm<Var, Values>({
    name: `variables/${one ? `${key}/${channel}` : '+'}`,
    ...{ from, valuesOf },
    pathOf: (values) => varPath(values.key, values.channel || undefined),
    check: useCheck(),
    bodyOf: ({ key: _, channel: __, kind, value, used, ...body }, values) => ({
      ...body,
      ...((value !== undefined || kind !== undefined) && { value: meant(values) }),
      ...(used !== undefined && { disabled: !used }),
    }),
    next: () => asLeft(list),
    words: { disabled: 'used', channelId: 'channel' },
  });
}

interface LoadedProps {
  from: Thing<Values>;
  one: Var | undefined;
}

function Loaded({ from, one }: LoadedProps) {
  const { t } = useLingui();
  const kinds = useKindWords();
  const form = useVarForm({ from, one });
  const placeholder = ltr(`{{global.${form.values.key || 'key'}}}`);
  return (
    <FormPage
      form={form}
      title={one?.key ?? t`New variable`}
      sentence={t`Templates say ${placeholder} where its value shall stand.`}
      back={{ href: list, label: t`Variables` }}
      tell={(field, value) => (field === 'kind' ? kinds[value as Kind] : undefined)}
      more={one && <RemoveVar one={one} version={from.version} />}
    >
      <Where form={form} />
      <ChoiceField
        form={form}
        name="kind"
        label={t`Kind of value`}
        options={Object.entries(kinds) as [Kind, string][]}
      />
      <ValueField form={form} />
      <TextField
        form={form}
        name="group"
        label={t`Group`}
        optional
        help={t`By which you find it in the list.`}
      />
      <TextField form={form} name="description" label={t`What it is for`} optional />
      <SwitchField
        form={form}
        name="used"
        label={t`In use`}
        help={t`Switched off it stays in the list, and templates have a gap in its place.`}
      />
      <SwitchField form={form} name="shared" label={t`Apps may see it`} />
    </FormPage>
  );
}

/** What cannot be changed later: it is the address of the variable. */
function Where({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const { channels } = useNames();
  return (
    <>
      <TextField
        form={form}
        name="key"
        label={t`Key`}
        code
        disabled={!form.isNew}
        help={form.isNew ? t`Its name in templates. It cannot be changed later.` : t`Its name in templates.`}
      />
      <ChoiceField
        form={form}
        name="channel"
        label={t`Channel`}
        disabled={!form.isNew}
        help={t`On this channel it stands in place of the one that is good everywhere.`}
        options={[
          ['', t`Every channel`],
          ...channels.map(({ id, name }): [string, string] => [id, name || id]),
        ]}
      />
    </>
  );
}

function ValueField({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const { kind } = form.values;
  if (kind === 'flag')
    return (
      <ChoiceField
        form={form}
        name="value"
        label={t`Value`}
        options={[
          ['', '–'],
          ['true', t`Yes`],
          ['false', t`No`],
        ]}
      />
    );
  const part = ltr(`{{global.${form.values.key || 'key'}.part}}`);
  if (kind === 'number') return <TextField form={form} name="value" label={t`Value`} code />;
  return (
    <TextField
      form={form}
      name="value"
      label={t`Value`}
      rows={kind === 'json' ? 5 : 2}
      code={kind === 'json'}
      help={kind === 'json' ? t`A template reaches a part of it by ${part}.` : undefined}
    />
  );
}

function RemoveVar({ one, version }: { one: Var; version: string | undefined }) {
  const { t } = useLingui();
  const { id: _, key, channel, ...body } = one;
  return (
    <Remove
      verb={t`Remove the variable`}
      title={t`Remove the variable “${key}”?`}
      does={[
        t`Templates that name it have a gap there, until there is one again.`,
        t`You can take it back right afterwards.`,
      ]}
      path={varPath(key, channel)}
      version={version}
      back={asLeft(list)}
      gone={t`The variable is removed`}
      body={body}
    />
  );
}
