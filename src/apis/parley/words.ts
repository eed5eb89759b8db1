import Type, { type TProperties, type TSchema } from 'typebox';

/** Small pieces of schemas that many nouns share. */
export const code = Type.String({
  description: 'Chosen by you, unique in the business.',
  examples: ['support'],
});
export const codeParams = Type.Object({ code });
export const idParams = Type.Object({ id: Type.String({ description: 'Its id.' }) });
export const name = Type.String({ description: 'Name for people.' });
export const ms = (description: string) =>
  Type.Integer({ description: `${description} Epoch milliseconds.` });
export const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema);
export const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });
export const json = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description });

/** The body of a change: what is left out stays as it is. */
export const change = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** The answer of a removal. */
export const Removed = Type.Object({ removed: Type.Boolean() }, { $id: 'Removed' });
