import { useLingui } from '@lingui/react/macro';
import { asLeft, pageAt } from '../address.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { ChoiceField, TextField } from '../form/fields.tsx';
import { FormPage } from '../form/form-page.tsx';
import type { Thing } from '../form/thing.ts';
import { useThingForm } from '../form/thing-form.ts';
import { Remove } from '../ui/remove.tsx';
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
  const words = useTypeWords();
  const { line } = useChecks();
  const form = useThingForm<CustomField, Values>({
    name: `custom-fields/${field?.key ?? '+'}`,
    ...{ from, valuesOf },
    pathOf: ({ key }) => fieldPath(key.trim()),
    check: ({ key, name }) => errorsOf<Values>({ key: line(key), name: name ? line(name) : undefined }),
    // Without a name it is called by its key.
    bodyOf: ({ key: _, ...body }, { key }) => ({ ...body, ...(body.name === '' && { name: key.trim() }) }),
    next: () => asLeft(list),
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
  const { key, name, type } = field;
  return (
    <Remove
      verb={t`Remove the field`}
      title={t`Remove the field “${name}”?`}
      does={[
        t`Agents do not see it any more beside the conversation.`,
        t`The values stay with the customers, as labels: they are there again when you make a field of the same key.`,
        t`You can take it back right afterwards.`,
      ]}
      path={fieldPath(key)}
      version={version}
      back={asLeft(list)}
      gone={t`The field is removed`}
      body={{ name, type }}
    />
  );
}
