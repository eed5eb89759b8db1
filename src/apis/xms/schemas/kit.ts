import { type TProperties, type TSchema, Type } from 'typebox';

/**
 * An object of the contract, under its name there. All properties may be absent: what an operation
 * needs is said by the operation (section 14).
 */
export function dto<Properties extends TProperties>(
  name: string,
  properties: Properties,
  more: DtoOptions = {},
) {
  return Type.Partial(Type.Object(properties), { $id: name, ...more });
}

interface DtoOptions {
  /** In requests a plain text stands for an object that has only this property (decision D40). */
  'x-from-text'?: string;
}

/**
 * A property that we take or tell although the 2023 edition does not list it (decision D70). The
 * OpenAPI document lists such properties apart.
 */
export function also<Schema extends TSchema>(schema: Schema): Schema {
  // A copy with what TypeBox hides in it; a spread would lose that.
  const copy = Object.create(null, Object.getOwnPropertyDescriptors(schema)) as Schema;
  return Object.defineProperty(copy, 'x-also', { value: true, enumerable: true });
}

/** Text. In requests a number or a boolean is taken as its text (decision D13). */
export function text(description?: string) {
  return Type.String(description === undefined ? {} : { description });
}

/** Text out of a closed list. */
export function oneOf<Values extends string[]>(values: readonly [...Values], description?: string) {
  return Type.Unsafe<Values[number]>({
    type: 'string',
    enum: [...values],
    ...(description !== undefined && { description }),
  });
}

/** Text for which the contract names values without closing the list. */
export function someOf(values: readonly string[], description?: string) {
  return Type.Unsafe<string>({
    type: 'string',
    'x-values': [...values],
    ...(description !== undefined && { description }),
  });
}

export function flag(description?: string) {
  return Type.Boolean(description === undefined ? {} : { description });
}

/** A wish in a query: true, 1 and yes are true, all else is false (decision D27). */
export function yes(description: string) {
  return Type.Boolean({ description, 'x-yes': true });
}

/** A whole number of 64 bits; of times: milliseconds since 1970. */
export function long(description?: string) {
  return Type.Integer({ format: 'int64', ...(description !== undefined && { description }) });
}

export function int(description?: string) {
  return Type.Integer({ format: 'int32', ...(description !== undefined && { description }) });
}

export function list<Item extends TSchema>(item: Item, description?: string) {
  return Type.Array(item, description === undefined ? {} : { description });
}

/** An object whose content is the caller's own: kept as it is, nulls included (decision D14). */
export function free(description?: string) {
  return Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    additionalProperties: true,
    ...(description !== undefined && { description }),
  });
}

/** Any JSON value, null included. */
export function anything(description?: string) {
  return Type.Unsafe<unknown>(description === undefined ? {} : { description });
}

/** Named whole numbers: status codes and the times at which they were reached. */
export function longs(description?: string) {
  return Type.Unsafe<Record<string, number>>({
    type: 'object',
    additionalProperties: { type: 'integer', format: 'int64' },
    ...(description !== undefined && { description }),
  });
}
