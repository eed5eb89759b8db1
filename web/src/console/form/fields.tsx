import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import css from './form.module.css';
import type { Form } from './form.ts';

interface FieldProps<V> {
  form: Form<V>;
  name: keyof V & string;
  label: string;
  /** What it wants. */
  help?: ReactNode;
  optional?: boolean;
  disabled?: boolean;
  /** The language of the label, where it is not that of the screen. */
  lang?: string;
  /** What else is to be said of it: read together with the help. */
  notes?: ReactNode;
}

/** The fields of a form that hold a `T`. */
export type NamesOf<V, T> = { [K in keyof V & string]: V[K] extends T ? K : never }[keyof V & string];

/** The id of a field on the screen. */
export const fieldId = (name: string) => `field-${name}`;

interface Inside {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
  disabled: boolean | undefined;
}

/** A field: the label above, what it wants below, what is wrong right beneath. `children` draws what is typed into. */
export function Field<V>({
  form,
  name,
  label,
  help,
  optional,
  disabled,
  lang,
  notes,
  children,
}: FieldProps<V> & { children(inside: Inside): ReactNode }) {
  const { t } = useLingui();
  form.labels.set(name, label);
  const id = fieldId(name);
  const error = form.errors[name];
  const described = [error && `${id}-error`, notes && `${id}-notes`, help && `${id}-help`]
    .filter(Boolean)
    .join(' ');
  return (
    <div className={css.field} data-field={name}>
      <label htmlFor={id}>
        {/* With a blank between: Arabic letters join across elements. */}
        {lang ? <bdi lang={lang}>{label}</bdi> : label} {optional && <small>{t`optional`}</small>}
      </label>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error === undefined ? undefined : true,
        disabled,
      })}
      {error !== undefined && (
        <p className={css.error} id={`${id}-error`} dir="auto">
          {error}
        </p>
      )}
      {notes && <div id={`${id}-notes`}>{notes}</div>}
      {help && (
        <p className={css.help} id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

interface TextProps<V> extends FieldProps<V> {
  name: NamesOf<V, string>;
  /** Lines of a longer text. */
  rows?: number;
  /** Addresses, codes, keys: always from left to right. */
  code?: boolean;
  type?: 'text' | 'email' | 'url' | 'password' | 'date';
  placeholder?: string;
  /** Hears of what is typed, beside the form. */
  changed?(text: string): void;
  /** Possible values, of which others may be typed, too. */
  suggestions?: string[];
}

export function TextField<V>({
  rows,
  code,
  type = 'text',
  placeholder,
  suggestions,
  changed,
  ...field
}: TextProps<V>) {
  const { form, name } = field;
  const value = form.values[name] as string;
  const change = (text: string) => {
    form.set(name, text as V[typeof name]);
    changed?.(text);
  };
  const common = { dir: code ? 'ltr' : 'auto', value, placeholder, spellCheck: !code } as const;
  return (
    <Field {...field}>
      {(inside) =>
        rows ? (
          <textarea {...inside} {...common} rows={rows} onChange={(event) => change(event.target.value)} />
        ) : (
          <>
            <input
              {...inside}
              {...common}
              type={type}
              autoComplete="off"
              list={suggestions && `${inside.id}-list`}
              onChange={(event) => change(event.target.value)}
            />
            {suggestions && (
              <datalist id={`${inside.id}-list`}>
                {suggestions.map((one) => (
                  <option key={one} value={one} />
                ))}
              </datalist>
            )}
          </>
        )
      }
    </Field>
  );
}

/** One of a few: native, so that every device shows it in its own way. */
export function ChoiceField<V>({
  options,
  ...field
}: FieldProps<V> & { name: NamesOf<V, string>; options: [value: string, label: string][] }) {
  const { form, name } = field;
  return (
    <Field {...field}>
      {(inside) => (
        <select
          {...inside}
          value={form.values[name] as string}
          onChange={(event) => form.set(name, event.target.value as V[typeof name])}
        >
          {options.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Yes or no. */
export function SwitchField<V>({ ...field }: FieldProps<V> & { name: NamesOf<V, boolean> }) {
  const { form, name } = field;
  return (
    <div className={css.switch}>
      <Field {...field}>
        {(inside) => (
          <input
            {...inside}
            type="checkbox"
            // biome-ignore lint/a11y/useAriaPropsForRole: the box itself says whether it is checked
            role="switch"
            checked={form.values[name] as boolean}
            onChange={(event) => form.set(name, event.target.checked as V[typeof name])}
          />
        )}
      </Field>
    </div>
  );
}

/** Any of several. */
export function SeveralField<V>({
  options,
  none,
  ...field
}: FieldProps<V> & {
  name: NamesOf<V, string[]>;
  options: [value: string, label: string][];
  /** Said when there is nothing to choose from. */
  none: ReactNode;
}) {
  const { form, name, label, help } = field;
  form.labels.set(name, label);
  const id = fieldId(name);
  const chosen = form.values[name] as string[];
  const error = form.errors[name];
  const toggle = (value: string, on: boolean) =>
    form.set(name, (on ? [...chosen, value] : chosen.filter((one) => one !== value)) as V[typeof name]);
  return (
    <fieldset className={css.field} id={id} tabIndex={-1} aria-describedby={`${id}-help`} data-field={name}>
      <legend>{label}</legend>
      {options.length === 0 && <p className={css.help}>{none}</p>}
      <div className={css.several}>
        {options.map(([value, word]) => (
          <label key={value}>
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              disabled={field.disabled}
              onChange={(event) => toggle(value, event.target.checked)}
            />
            <bdi>{word}</bdi>
          </label>
        ))}
      </div>
      <div id={`${id}-help`}>
        {error !== undefined && (
          <p className={css.error} dir="auto">
            {error}
          </p>
        )}
        {help && <p className={css.help}>{help}</p>}
      </div>
    </fieldset>
  );
}
