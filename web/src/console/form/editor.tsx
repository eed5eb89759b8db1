import { type ReactNode, useMemo } from 'react';
import { Bones } from '../../ui/states.tsx';
import { Refused } from '../ui/refused.tsx';
import { type Thing, useThing } from './thing.ts';

interface EditorProps<T, V> {
  /** Where the API has the thing; undefined: a new one is made. */
  path: string | undefined;
  /** What a form holds of it. */
  valuesOf(value: T): V;
  /** What a new one begins with. */
  fresh: V;
  /** The form: over what the server has, with the whole thing where there is one. */
  children(from: Thing<V>, value: T | undefined): ReactNode;
}

/** Reads what is to be edited, and shows the form when it is there: loading, gone, forbidden and failed before. */
export function Editor<T, V>({ path, valuesOf, fresh, children }: EditorProps<T, V>) {
  const { thing, error, retry } = useThing<T>(path);
  const from = useMemo<Thing<V>>(
    () =>
      thing ? { value: valuesOf(thing.value), version: thing.version } : { value: fresh, version: undefined },
    [thing],
  );
  if (path !== undefined && !thing)
    return error ? <Refused error={error} retry={retry} /> : <Bones count={6} shape="line" />;
  return children(from, thing?.value);
}
