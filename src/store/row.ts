/** A row as what it is a row of: a column that is null is a property that is absent. */
export function withoutNulls<T extends object>(row: object): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
}
