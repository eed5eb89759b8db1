import { useLingui } from '@lingui/react/macro';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ApiError } from '../../api/http.ts';
import { leaving } from '../../shell/ui-state.ts';
import { fieldFor, useFaultText } from './faults.ts';
import { keep, kept } from './kept.ts';
import type { Thing } from './thing.ts';

/** What is wrong, by field; in the language of the screen. */
export type Errors<V> = Partial<Record<keyof V & string, string>>;

export interface FormOptions<V> {
  /** Under which what is not saved is kept: `tags/31`. */
  name: string;
  /** What is edited, as the server has it. */
  from: Thing<V>;
  /** What is wrong before the server is asked. */
  check?(values: V): Errors<V>;
  /**
   * Saves. `changed` has the values that differ from `from`, which is all that an API needs that leaves alone what is left
   * out. Rejects with `ApiError`: faults of fields are shown beside them, others on top.
   */
  save(given: { values: V; changed: Partial<V>; version: string | undefined }): Promise<Thing<V>>;
  /**
   * After a save. One may go elsewhere, unless more was typed meanwhile: then that is not saved yet, and one stays.
   */
  saved?(thing: Thing<V>, more: { isMore: boolean }): void;
  /** Reads the thing again when somebody else was faster; undefined: it is gone. */
  reread?(): Promise<Thing<V> | undefined>;
  /** Fields of the form that the API calls otherwise: its path, to the field. */
  words?: Readonly<Record<string, keyof V & string>>;
  /** Secrets: they are not kept outside of the form. */
  secrets?: readonly (keyof V & string)[];
}

/** Somebody else was faster: what they made of the thing; undefined when they took it away. */
export interface Meanwhile<V> {
  theirs: Thing<V> | undefined;
}

/** A form on the screen. */
export interface Form<V> {
  readonly name: string;
  readonly values: V;
  readonly base: V;
  readonly errors: Errors<V>;
  /** What went wrong and is no field's fault. */
  readonly failure: unknown;
  readonly isNew: boolean;
  readonly isChanged: boolean;
  readonly isSaving: boolean;
  /** What is shown was typed before, and came back. */
  readonly isRestored: boolean;
  readonly meanwhile: Meanwhile<V> | undefined;
  /** What the fields are called, as they are drawn: for the list of errors. */
  readonly labels: Map<string, string>;
  set<K extends keyof V & string>(field: K, value: V[K]): void;
  submit(): Promise<void>;
  /** Back to what the server has. */
  discard(): void;
  /** Takes up what somebody else made of it: with my changes on top, or without. */
  settle(how: 'mine' | 'theirs' | 'later'): void;
  /** Raised by each attempt that found errors: the list of them takes the focus. */
  readonly attempt: number;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function differing<V extends object>(values: V, base: V): Partial<V> {
  return Object.fromEntries(
    Object.entries(values).filter(([field, value]) => !same(value, base[field as keyof V])),
  ) as Partial<V>;
}

/**
 * A form over a thing that is set up. Nothing that is typed is lost: a failed save leaves it, and until it is saved it is
 * kept in this window, also when one goes elsewhere or has to sign in again. A save says from which version it began.
 */
export function useForm<V extends object>(options: FormOptions<V>): Form<V> {
  const { name, from, secrets = [] } = options;
  const before = useRef(useState(() => kept<V>(name))[0]).current;
  const [base, setBase] = useState<Thing<V>>(before?.base ?? from);
  const [values, setValues] = useState<V>({ ...(before?.base ?? from).value, ...before?.values });
  const [state, setState] = useState<State<V>>({ errors: {}, attempt: 0, isRestored: before !== undefined });
  const labels = useRef(new Map<string, string>()).current;
  const changed = differing(values, base.value);
  const isChanged = Object.keys(changed).length > 0;
  const change = (more: Partial<State<V>>) => setState((now) => ({ ...now, ...more }));
  const begin = (thing: Thing<V>, on: Partial<V> = {}) => {
    setBase(thing);
    setValues({ ...thing.value, ...on });
    keepChanged(name, thing, on, secrets);
  };
  const latest = useRef(values);
  useLayoutEffect(() => {
    latest.current = values;
  });
  // What nobody has touched follows what the server has.
  const [seen, setSeen] = useState(from);
  if (seen !== from && !state.isSaving) {
    setSeen(from);
    if (!isChanged && !same(seen, from)) {
      setBase(from);
      setValues(from.value);
    }
  }
  useEffect(() => keepChanged(name, base, changed, secrets), [values, base]);
  // Of something new nobody else knows.
  const { reread, ...others } = options;
  const asked = base.version === undefined || !reread ? others : options;
  const { fail, check } = useFailure(asked, labels, change);
  return {
    ...{ name, values, labels, isChanged },
    base: base.value,
    isNew: base.version === undefined,
    errors: state.errors,
    failure: state.failure,
    attempt: state.attempt,
    isSaving: state.isSaving === true,
    isRestored: state.isRestored && isChanged,
    meanwhile: state.meanwhile,
    set(field, value) {
      // What is being made has no address yet under which more of it could be kept.
      if (state.isSaving && base.version === undefined) return;
      setValues((now) => ({ ...now, [field]: value }));
      setState(({ errors: { [field]: _, ...errors }, ...now }) => ({ ...now, errors: errors as Errors<V> }));
    },
    async submit() {
      if (state.isSaving || !check(values)) return;
      change({ isSaving: true, failure: undefined, errors: {} });
      try {
        const thing = await options.save({ values, changed, version: base.version });
        const more = differing(latest.current, values);
        const isMore = Object.keys(more).length > 0;
        begin(thing, more);
        if (!isMore) leaving.set(undefined);
        change({ isSaving: false, isRestored: false });
        options.saved?.(thing, { isMore });
      } catch (error) {
        change({ isSaving: false });
        await fail(error);
      }
    },
    discard() {
      begin(from);
      change({ errors: {}, failure: undefined, isRestored: false });
    },
    settle(how) {
      const { meanwhile } = state;
      change({ meanwhile: undefined });
      if (how === 'later' || !meanwhile) return;
      // What was taken away can be made again: then it is something new.
      const theirs = meanwhile.theirs ?? { value: base.value, version: undefined };
      begin(theirs, how === 'mine' ? changed : {});
    },
  };
}

interface State<V> {
  errors: Errors<V>;
  failure?: unknown;
  isSaving?: boolean;
  isRestored: boolean;
  meanwhile?: Meanwhile<V> | undefined;
  attempt: number;
}

function keepChanged<V extends object>(
  name: string,
  base: Thing<V>,
  changed: Partial<V>,
  secrets: readonly string[],
): void {
  const values = Object.fromEntries(Object.entries(changed).filter(([field]) => !secrets.includes(field)));
  keep<V>(name, Object.keys(values).length > 0 ? { values: values as Partial<V>, base } : undefined);
}

/** What becomes of a save that cannot be: errors beside the fields, a failure on top, or the question whose change counts. */
function useFailure<V extends object>(
  { check = () => ({}), reread, words = {} }: FormOptions<V>,
  labels: Map<string, string>,
  change: (more: Partial<State<V>>) => void,
) {
  const { t } = useLingui();
  const faultText = useFaultText();
  const attempts = useRef(0);
  const show = (errors: Errors<V>, failure?: unknown) => {
    attempts.current += 1;
    change({ errors, failure, attempt: attempts.current });
  };
  return {
    check(values: V): boolean {
      const errors = check(values);
      if (Object.keys(errors).length === 0) return true;
      show(errors);
      return false;
    },
    async fail(error: unknown): Promise<void> {
      if (reread && error instanceof ApiError && (error.code === 'STALE' || error.status === 404)) {
        try {
          const theirs = await reread();
          if (error.status !== 404 || !theirs) return change({ meanwhile: { theirs } });
        } catch (failure) {
          return show({}, failure);
        }
      }
      if (!(error instanceof ApiError)) return show({}, error);
      const errors: Record<string, string> = {};
      const others = error.fields.filter((fault) => {
        const path = fault.field ?? '';
        const field = words[path] ?? fieldFor(path, [...labels.keys()]);
        if (field) errors[field] ??= faultText(fault, labels.get(field) ?? t`This`);
        return !field;
      });
      show(errors as Errors<V>, Object.keys(errors).length === 0 || others.length > 0 ? error : undefined);
    },
  };
}
