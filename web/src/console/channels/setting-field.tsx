import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Field } from '../form/fields.tsx';
import type { Form } from '../form/form.ts';
import { English } from '../ui/english.tsx';
import type { Finding, SettingSchema } from './channel.ts';
import css from './channels.module.css';
import { FindingLine } from './findings.tsx';
import { Pairs, Rows } from './nested.tsx';
import { SecretInput } from './secret.tsx';
import { settingField, shapeOf, type Values } from './values.ts';

export interface SettingProps {
  form: Form<Values>;
  name: string;
  schema: SettingSchema;
  isNeeded: boolean;
  /** Of a secret: it is set. */
  isSet: boolean;
  /** What a test found about it. */
  findings: Finding[];
}

/** One setting, drawn from its schema: no channel has a form of its own. */
export function SettingField({ form, name, schema, isNeeded, isSet, findings }: SettingProps) {
  const field = settingField(name);
  const { title = name, description } = schema;
  const isChecked = shapeOf(schema) === 'switch';
  return (
    <div className={isChecked ? css.switch : undefined}>
      <Field
        form={form}
        name={field}
        label={title}
        lang="en"
        optional={!isNeeded && !isChecked}
        help={description && <English>{description}</English>}
        notes={findings.length > 0 && findings.map((one) => <FindingLine key={one.text} finding={one} />)}
      >
        {(inside) => (
          <SettingInput
            inside={inside}
            schema={schema}
            title={title}
            isNeeded={isNeeded}
            isSet={isSet}
            value={form.values[field]}
            change={(value) => form.set(field, value)}
          />
        )}
      </Field>
    </div>
  );
}

/** What ties an input to its label, its help and its error. */
export interface Inside {
  id: string;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: true | undefined;
  disabled?: boolean | undefined;
}

export interface InputProps {
  inside: Inside;
  schema: SettingSchema;
  /** What the setting is called. */
  title: string;
  isNeeded: boolean;
  isSet: boolean;
  value: unknown;
  change(value: unknown): void;
}

/** What a setting is typed into. */
export function SettingInput(props: InputProps): ReactNode {
  const { inside, schema, title, isNeeded, value, change } = props;
  const { t } = useLingui();
  const text = { dir: 'ltr', spellCheck: false, autoComplete: 'off' } as const;
  const typed = (event: { target: { value: string } }) => change(event.target.value);
  switch (shapeOf(schema)) {
    case 'secret':
      return <SecretInput {...props} />;
    case 'switch':
      return (
        <input
          {...inside}
          type="checkbox"
          // biome-ignore lint/a11y/useAriaPropsForRole: the box itself says whether it is checked
          role="switch"
          checked={value as boolean}
          onChange={(event) => change(event.target.checked)}
        />
      );
    case 'choice':
      return (
        <select {...inside} dir="ltr" value={value as string} onChange={typed}>
          {(!isNeeded || schema.default === undefined) && <option value="">–</option>}
          {(schema.enum ?? []).map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      );
    case 'several':
      return <Several {...props} />;
    case 'pairs':
      return <Pairs {...props} />;
    case 'rows':
      return <Rows {...props} />;
    case 'number':
      return <input {...inside} {...text} inputMode="decimal" value={value as string} onChange={typed} />;
    case 'words':
      return (
        <>
          <textarea {...inside} {...text} dir="auto" rows={3} value={value as string} onChange={typed} />
          <p className={css.how}>{t`One in each line.`}</p>
        </>
      );
    case 'lines':
    case 'json':
      return <textarea {...inside} {...text} rows={4} value={value as string} onChange={typed} />;
    default:
      if (schema.format === 'date')
        return <input {...inside} {...text} type="date" value={value as string} onChange={typed} />;
      return schema.pattern === '^#[0-9a-fA-F]{6}$' ? (
        <span className={css.colour}>
          <input
            type="color"
            aria-label={title}
            disabled={inside.disabled}
            value={/^#[0-9a-fA-F]{6}$/.test(String(value)) ? String(value) : '#000000'}
            onChange={typed}
          />
          <input {...inside} {...text} value={value as string} onChange={typed} />
        </span>
      ) : (
        // What is written for people goes in their direction; what is written for programs goes from left to right.
        <input
          {...inside}
          {...text}
          dir={schema.pattern ? 'ltr' : 'auto'}
          value={value as string}
          onChange={typed}
        />
      );
  }
}

/** Any of a few: `mon`, `tue` … */
function Several({ inside, schema, title, value, change }: InputProps) {
  const chosen = value as string[];
  const possible = schema.items?.enum ?? [];
  return (
    <fieldset className={css.several} id={inside.id} tabIndex={-1} aria-label={title}>
      {possible.map((one) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            disabled={inside.disabled}
            onChange={(event) =>
              change(
                possible.filter((other) => (other === one ? event.target.checked : chosen.includes(other))),
              )
            }
          />
          <bdi lang="en">{one}</bdi>
        </label>
      ))}
    </fieldset>
  );
}
