import { useLingui } from '@lingui/react/macro';
import type { Errors } from '../form/form.ts';
import type { ChannelSetup, ChannelType, SettingSchema } from './channel.ts';
import { isShown, meant, settingField, shapeOf, type Values } from './values.ts';

/** What the server would say of a form, said before it is asked; in the language of the screen. */
export function useSettingsCheck(): (
  type: ChannelType,
  values: Values,
  saved?: ChannelSetup,
) => Errors<Values> {
  const { t } = useLingui();
  const wrong = useWrong();
  return (type, values, saved) => {
    const errors: Record<string, string> = {};
    if (!saved && values.lane.trim() === '') errors.lane = t`Fill this in.`;
    else if (/[\s/]/.test(values.lane.trim())) errors.lane = t`Without white space and “/”.`;
    for (const [name, schema] of Object.entries(type.settings.properties)) {
      const field = settingField(name);
      const isNeeded = (type.settings.required ?? []).includes(name) && schema.default === undefined;
      const isKept = schema.secret && values[field] === '' && saved?.secrets.includes(name);
      const error = isKept ? undefined : wrong(schema, values[field], isNeeded && isShown(schema, values));
      if (error !== undefined) errors[field] = error;
    }
    return errors;
  };
}

/** What is wrong with one thing that was typed. */
function useWrong() {
  const { t } = useLingui();
  return (schema: SettingSchema, given: unknown, isNeeded: boolean): string | undefined => {
    if (given === null) return undefined;
    const value = parsed(schema, given);
    if (value === broken) return t`This is no JSON.`;
    if (value === undefined) return isNeeded ? t`Fill this in.` : undefined;
    const { minimum, maximum, exclusiveMinimum, pattern, minLength = 0, maxLength = Infinity } = schema;
    if (shapeOf(schema) === 'number') {
      const number = value as number;
      if (!Number.isFinite(number) || (schema.type === 'integer' && !Number.isInteger(number)))
        return schema.type === 'integer' ? t`Write a whole number.` : t`Write a number.`;
      if (exclusiveMinimum !== undefined && number <= exclusiveMinimum)
        return t`More than ${exclusiveMinimum}.`;
      if (minimum !== undefined && number < minimum) return t`Not less than ${minimum}.`;
      return maximum !== undefined && number > maximum ? t`Not more than ${maximum}.` : undefined;
    }
    if (typeof value !== 'string') return undefined;
    if (value.length < minLength) return t`At least ${minLength} characters.`;
    if (value.length > maxLength) return t`Not longer than ${maxLength} characters.`;
    return pattern === undefined || matches(pattern, value)
      ? undefined
      : t`This does not look like it. What it wants stands below.`;
  };
}

const broken = Symbol('no JSON');

function parsed(schema: SettingSchema, given: unknown): unknown {
  try {
    return meant(schema, given);
  } catch {
    return broken;
  }
}

/** A browser that cannot read a pattern leaves it to the server. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}
