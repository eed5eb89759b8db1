/** Makes what is undefined absent, in the value and in its type. */
export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its undefined properties: what is absent is not there at all. */
export function present<T extends object>(object: T): Present<T> {
  const there: Record<string, unknown> = {};
  for (const name in object) if (object[name] !== undefined) there[name] = object[name];
  return there as Present<T>;
}
