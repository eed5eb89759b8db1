import { isDeepStrictEqual } from 'node:util';
import { invalid, missing } from '../model/problem.ts';
import { isStorable } from './storable.ts';

/** True when both would be stored as the same document. */
export function same(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(plain(a), plain(b));
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** A code that the administrator chooses: it stands in paths, keys and routing ids. */
export function checkCode(value: string, field = 'code'): string {
  if (!value) throw missing(field);
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(value)) {
    throw invalid(
      field,
      `${field} must be 1 to 64 letters, digits, "_", "-" or ".", and begin with a letter or digit`,
      { value },
    );
  }
  return value;
}

/** One line of text for people. */
export function checkName(value: string, field = 'name'): string {
  const name = value.trim();
  if (!name) throw missing(field);
  if (name.length > 200) throw invalid(field, `${field} must not be longer than 200 characters`);
  if (/[\p{Cc}\p{Cs}]/u.test(name)) throw invalid(field, `${field} must not contain control characters`);
  return name;
}

/** Longer text for people, of several lines perhaps; or an address. */
export function checkText(value: string, field: string): string {
  if (value.length > 2048) throw invalid(field, `${field} must not be longer than 2048 characters`);
  return checkStorable(value, field);
}

/** One of a list of values. */
export function checkOneOf<T extends string>(value: string, possibleValues: readonly T[], field: string): T {
  const found = possibleValues.find((one) => one === value);
  if (found === undefined)
    throw invalid(field, `${field} must be one of ${possibleValues.join(', ')}`, { value, possibleValues });
  return found;
}

/** The thing that a reference names, or a problem that lists what there is. */
export function checkKnown<T>(map: ReadonlyMap<string, T>, key: string, field: string, noun: string): T {
  const found = map.get(key);
  if (found !== undefined) return found;
  const possibleValues = [...map.keys()].slice(0, 100);
  throw invalid(field, `There is no ${noun} "${key}".`, {
    code: `UNKNOWN_${noun.toUpperCase()}`,
    value: key,
    possibleValues,
  });
}

/** Free JSON that the database can keep: no NUL, no half of a character. */
export function checkStorable<T>(value: T, field: string): T {
  if (!isStorable(value)) {
    throw invalid(
      field,
      `${field} contains characters that cannot be stored (NUL, or half of a surrogate pair)`,
    );
  }
  return value;
}
