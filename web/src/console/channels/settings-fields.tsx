import { useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { Form } from '../form/form.ts';
import type { ChannelType, Finding, SettingSchema } from './channel.ts';
import css from './channels.module.css';
import { SettingField } from './setting-field.tsx';
import { isShown, settingField, type Values } from './values.ts';

interface SettingsProps {
  form: Form<Values>;
  type: ChannelType;
  /** Names of the secrets that are set. */
  secrets: string[];
  /** What a test found about a field. */
  findings(field: string): Finding[];
}

/** All settings of a type: those that one has to know of, and the others folded away below. */
export function SettingsFields({ form, type, secrets, findings }: SettingsProps) {
  const { t } = useLingui();
  const { properties, required = [] } = type.settings;
  const shown = Object.entries(properties).filter(([, schema]) => isShown(schema, form.values));
  const folded = shown.filter(([, { advanced }]) => advanced);
  const draw = ([name, schema]: [string, SettingSchema]) => (
    <SettingField
      key={name}
      form={form}
      name={name}
      schema={schema}
      isNeeded={required.includes(name)}
      isSet={secrets.includes(name)}
      findings={findings(settingField(name))}
    />
  );
  const isAsked = folded.some(([name]) => {
    const field = settingField(name);
    return form.errors[field] !== undefined || findings(field).length > 0;
  });
  const [isOpen, setOpen] = useState(false);
  // What is wrong must be seen.
  useEffect(() => {
    if (isAsked) setOpen(true);
  }, [isAsked]);
  return (
    <>
      {shown.filter(([, { advanced }]) => !advanced).map(draw)}
      {folded.length > 0 && (
        <details className={css.more} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t`More settings, right as they are for nearly everybody`}</summary>
          <div className={css.folded}>{folded.map(draw)}</div>
        </details>
      )}
    </>
  );
}
