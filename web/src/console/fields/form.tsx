import { useLingui } from '@lingui/react/macro';
import { useLocation } from 'wouter';
import { toast } from '../../store/toasts.ts';
import { asLeft, pageAt } from '../address.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { ChoiceField, TextField } from '../form/fields.tsx';
import { useForm } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import { rereadThing, type Thing, writeThing } from '../form/thing.ts';
import { Destroy } from '../ui/destroy.tsx';
import { useRemoved } from '../ui/removed.ts';
import { type CustomField, type FieldType, fieldPath, useTypeWords } from './field.ts';

interface Values {
  key: string;
  name: string;
  type: FieldType;
}

const list = pageAt('set-up', 'custom-fields');
const fresh: Values = { key: '', name: '', type: 'text' };
const valuesOf = ({ key, name, type }: CustomField): Values => ({ key, name, type });

/** One custom field, or a new one. */
export const FieldForm = ({ fieldKey }: { fieldKey: string | undefined }) => (
  <Editor<CustomField, Values> path={fieldKey && fieldPath(fieldKey)} valuesOf={valuesOf} fresh={fresh}>
    {(from, field) => <Loaded from={from} field={field} />}
  </Editor>
);

function Loaded({ from, field }: { from: Thing<Values>; field: CustomField | undefined }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const words = useTypeWords();
  const { line } = useChecks();
  const form = useForm<Values>({
    name: `custom-fields/${field?.key ?? '+'}`,
    from,
    check: ({ key, name }) => errorsOf<Values>({ key: line(key), name: name ? line(name) : undefined }),
    async save({ values, changed, version }) {
      const { key: _, ...body } = version === undefined ? values : changed;
      // Without a name it is called by its key.
      if (body.name === '') body.name = values.key.trim();
      const saved = await writeThing<CustomField>('PUT', fieldPath(values.key.trim()), { body, version });
      return { ...saved, value: valuesOf(saved.value) };
    },
    saved() {
      toast(t`Saved`);
      go(asLeft(list));
    },
    reread: () => rereadThing(fieldPath(from.value.key), valuesOf),
  });
  return (
    <FormPage
      form={form}
      title={field?.name ?? t`New field`}
      back={{ href: list, label: t`Custom fields` }}
      tell={(name, value) => (name === 'type' ? words[value as FieldType] : undefined)}
      more={field && <RemoveField field={field} version={from.version} />}
    >
      <TextField
        form={form}
        name="key"
        label={t`Key`}
        code
        disabled={!form.isNew}
        help={
          form.isNew
            ? t`By which programs and templates know the value, such as “city”. It cannot be changed later.`
            : t`By which programs and templates know the value.`
        }
      />
      <TextField
        form={form}
        name="name"
        label={t`Name`}
        optional
        help={t`What agents see beside the value.`}
      />
      <ChoiceField
        form={form}
        name="type"
        label={t`Type`}
        help={t`How it is filled in and shown. Values that are there already stay as they are.`}
        options={Object.entries(words) as [FieldType, string][]}
      />
    </FormPage>
  );
}

function RemoveField({ field, version }: { field: CustomField; version: string | undefined }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const removed = useRemoved();
  const { key, name, type } = field;
  return (
    <Destroy
      verb={t`Remove the field`}
      title={t`Remove the field “${name}”?`}
      does={[
        t`Agents do not see it any more beside the conversation.`,
        t`The values stay with the customers, as labels: they are there again when you make a field of the same key.`,
        t`You can take it back right afterwards.`,
      ]}
      run={async () => {
        await writeThing('DELETE', fieldPath(key), { version });
        go(asLeft(list));
        removed(t`The field is removed`, () => writeThing('PUT', fieldPath(key), { body: { name, type } }));
      }}
    />
  );
}
