import Type, { type TProperties, type TSchema } from 'typebox';
import { notFound } from '../../model/problem.ts';

/** Small pieces of schemas that many nouns share. */
export const code = Type.String({
  description: 'Chosen by you, unique in the business.',
  examples: ['support'],
});
export const idParams = Type.Object({ id: Type.String({ description: 'Its id.' }) });
export const name = Type.String({ description: 'Name for people.' });
/** Until the end of the year 9999: later times have other forms in other places. */
export const ms = (description: string) =>
  Type.Integer({
    minimum: 0,
    maximum: 253_402_300_799_999,
    description: `${description} Epoch milliseconds.`,
  });
export const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema);
/** A text that may be left out. */
export const text = (description: string) => maybe(Type.String({ description }));
export const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });
export const json = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description });

/** A choice out of a query: `true` or `false`. */
export const flag = (description: string) => Type.Boolean({ description });

/** The thing that an address names, or NOT_FOUND: what is another business's is as good as not there. */
export function known<T>(found: T | undefined, noun: string): T {
  if (found !== undefined) return found;
  const code = `${noun.toUpperCase().replaceAll(' ', '_')}_NOT_FOUND`;
  throw notFound(noun, code, `There is no such ${noun}.`);
}

/** The body of a change: what is left out stays as it is. */
export const change = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** The answer of a removal. */
export const Removed = Type.Object({ removed: Type.Boolean() }, { $id: 'Removed' });
