import Type, { type TSchema } from 'typebox';

/** The two questions of every list. */
export const pageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'How many at most.' }),
  after: Type.Optional(Type.String({ maxLength: 500, description: '`next` of the page before.' })),
};

export const PageQuery = Type.Object(pageQuery);

/** A page of a list. `next` is there while there may be more. */
export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    next: Type.Optional(
      Type.String({ description: 'Give it as `after` to get the next page; absent on the last one.' }),
    ),
  });

export interface Page<T> {
  items: T[];
  next?: string;
}

/** A page out of a short list that is all in memory. */
export function pageFrom<T>(
  all: Iterable<T>,
  keyOf: (item: T) => string,
  query: { limit: number; after?: string },
): Page<T> {
  const sorted = [...all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const { after } = query;
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  return pageRead(rest.slice(0, query.limit), keyOf, query.limit);
}

/** A page that the store read: a full one may have another after it. */
export function pageRead<T>(items: T[], keyOf: (item: T) => string, limit: number): Page<T> {
  const last = items.at(-1);
  return items.length < limit || last === undefined ? { items } : { items, next: keyOf(last) };
}

/** The same of a list that is ordered by numbers up to `maximum`. */
export const numberedPageQuery = (maximum: number) =>
  Type.Object({
    limit: pageQuery.limit,
    after: Type.Optional(Type.Integer({ minimum: 0, maximum, description: '`next` of the page before.' })),
  });
