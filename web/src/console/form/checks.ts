import { useLingui } from '@lingui/react/macro';
import { asciiDigits } from '../../text/fold.ts';
import type { Errors } from './form.ts';

type Check = (value: string) => string | undefined;

/** What the server would say, said before it is asked; in the language of the screen. Each answers what is wrong. */
export function useChecks() {
  const { t } = useLingui();
  const required: Check = (value) => (value.trim() === '' ? t`Fill this in.` : undefined);
  return {
    required,
    /** A code: it stands in addresses and keys. */
    code: ((value) =>
      required(value) ??
      (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(value)
        ? undefined
        : t`Use 1 to 64 letters (A to Z), digits, “-”, “_” or “.”, beginning with a letter or a digit.`)) as Check,
    /** One line of text for people. */
    line: ((value) =>
      required(value) ??
      (value.trim().length > 200 ? t`Not longer than 200 characters.` : undefined)) as Check,
    atMost:
      (length: number): Check =>
      (value) =>
        value.length > length ? t`Not longer than ${length} characters.` : undefined,
    email: ((value) =>
      value === '' || /^[^\s@]+@[^\s@]+$/.test(value) ? undefined : t`This is no e-mail address.`) as Check,
    language: ((value) =>
      value === '' || /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/.test(value)
        ? undefined
        : t`Write a language as “en” or “en_US”.`) as Check,
    /** A time zone by its name; empty: none is said. */
    zone: ((value) =>
      value === '' || isZone(value)
        ? undefined
        : t`Write a time zone by its name, such as “Asia/Dubai”, or “UTC”.`) as Check,
    /** A number from `low` to `high`, in any digits; empty where none is needed. */
    number:
      (low: number, high: number, isWhole = true): Check =>
      (value) => {
        if (value.trim() === '') return undefined;
        const given = Number(asciiDigits(value));
        const fits = given >= low && given <= high && (!isWhole || Number.isInteger(given));
        if (fits) return undefined;
        return isWhole ? t`A whole number from ${low} to ${high}.` : t`A number from ${low} to ${high}.`;
      },
  };
}

/** Short names and offsets, such as “CET” or “+03:00”, are not taken: they stay the same in summer. */
function isZone(name: string): boolean {
  try {
    return /^UTC$|\//i.test(name) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** The errors of a form, by its fields: `errorsOf({ name: line(values.name) })`. */
export function errorsOf<V>(found: { [K in keyof V & string]?: string | undefined }): Errors<V> {
  return Object.fromEntries(Object.entries(found).filter(([, error]) => error !== undefined)) as Errors<V>;
}
