import Type, { type Static, type TSchema } from 'typebox';
import { invalid, notFound } from '../../model/problem.ts';

export const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema);
export const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });
export const text = (description: string, example?: string) =>
  Type.String({ description, ...(example !== undefined && { examples: [example] }) });
/** Text that says something: azeer.md has many fields that may not be empty. */
export const filled = (description: string, example?: string) =>
  Type.String({ description, minLength: 1, ...(example !== undefined && { examples: [example] }) });
export const number = (description: string, example?: number) =>
  Type.Integer({ description, ...(example !== undefined && { examples: [example] }) });

/** An id or a number of a person: text of digits, or the number itself (azeer.md 1.4). */
export const ident = (description: string, example: string | number) =>
  Type.Unsafe<string | number>({ type: ['string', 'integer'], description, examples: [example] });

export const phone = ident('Phone number of the person: digits with the country code.', '966512340001');
export const idParams = Type.Object({ id: text('Its id.') });

/** The body of most successes (azeer.md 1.2). `$id` names it in the document. */
export const envelope = <T extends TSchema>($id: string, data: T) =>
  Type.Object(
    {
      success: Type.Boolean({ examples: [true] }),
      message: text('What was done.'),
      data,
    },
    { $id },
  );

/** An envelope filled. */
export const done = <T>(message: string, data: T) => ({ success: true, message, data });

/** A success without `data`. */
export const Done = Type.Object(
  { message: text('What was done.'), success: Type.Boolean({ examples: [true] }) },
  { $id: 'Done' },
);

/**
 * The digits of a phone number (azeer.md 1.4, 5.1): a leading `+` is dropped, anything else that is no digit
 * is refused, as is what no number can be: fewer than 5 digits, or more than the 15 of E.164.
 */
export function digitsOf(given: string | number, field: string): string {
  const digits = String(given).trim().replace(/^\+/, '');
  if (/^\d{5,15}$/.test(digits)) return digits;
  throw invalid(field, `${field} must be a phone number: 5 to 15 digits with the country code`, {
    code: 'BAD_PHONE',
  });
}

/** A number of ours out of text; undefined when it is none. */
export function numberOf(given: string | number): number | undefined {
  const digits = String(given);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** Ids of tags. Throws `Problem` on `field` for what can be none. */
export function tagIdsOf(given: readonly (string | number)[], field: string): number[] {
  return given.map((one) => {
    const id = numberOf(one);
    if (id === undefined) throw invalid(field, `${field} must hold ids of tags`, { code: 'UNKNOWN_TAG' });
    return id;
  });
}

/** The thing that an address names, or 404: what is another business's is as good as not there. */
export function known<T>(found: T | undefined, noun: string): T {
  if (found !== undefined) return found;
  const code = `${noun.toUpperCase().replaceAll(' ', '_')}_NOT_FOUND`;
  throw notFound('id', code, `There is no ${noun} with this id`);
}

/** A time as webhooks tell it (azeer.md 1.4): whole seconds. */
export function secondsTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** A time as records tell it (azeer.md 1.4): microseconds, of which we keep the first three. */
export function microsecondsTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}

export type { Static };
