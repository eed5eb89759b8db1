import { Switch } from '@mantine/core';
import css from './settings.module.css';

interface ChoiceProps<T extends string> {
  label: string;
  hint?: string;
  value: T;
  options: [value: T, label: string][];
  change(value: T): void;
}

/** One of a few: native, so that every device shows it in its own way. */
export function Choice<T extends string>({ label, hint, value, options, change }: ChoiceProps<T>) {
  return (
    <label className={css.row}>
      <span>
        {label}
        {hint && <small>{hint}</small>}
      </span>
      <select value={value} onChange={(event) => change(event.target.value as T)}>
        {options.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Something that is so or not. */
export function Toggle({
  label,
  hint,
  value,
  change,
}: {
  label: string;
  hint?: string;
  value: boolean;
  change(value: boolean): void;
}) {
  return (
    <Switch
      className={css.toggle ?? ''}
      label={label}
      description={hint}
      checked={value}
      onChange={(event) => change(event.currentTarget.checked)}
      labelPosition="left"
    />
  );
}
