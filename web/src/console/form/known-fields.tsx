import { useLingui } from '@lingui/react/macro';
import { languageName } from '../../theme/format.ts';
import { type NamesOf, TextField } from './fields.tsx';
import type { Form } from './form.ts';

interface KnownFieldProps<V> {
  form: Form<V>;
  name: NamesOf<V, string>;
}

/** The code of a thing, by which programs know it: chosen once, when it is made. */
export function CodeField<V>({ form, name }: KnownFieldProps<V>) {
  const { t } = useLingui();
  return (
    <TextField
      form={form}
      name={name}
      label={t`Code`}
      code
      disabled={!form.isNew}
      help={
        form.isNew ? t`By which programs know it. It cannot be changed later.` : t`By which programs know it.`
      }
    />
  );
}

const usual = ['en', 'ar', 'hi', 'ur', 'fr', 'es'];

/** A language by its code. `help` says what it is for; the language that is chosen is told by its name instead. */
export function LanguageField<V>({
  form,
  name,
  help,
  suggestions = usual,
}: KnownFieldProps<V> & { help: string; suggestions?: string[] }) {
  const { t } = useLingui();
  const lang = form.values[name] as string;
  return (
    <TextField
      form={form}
      name={name}
      label={t`Language`}
      optional
      code
      placeholder="en"
      suggestions={suggestions}
      help={lang ? languageName(lang) : help}
    />
  );
}
