import { useLingui } from '@lingui/react/macro';
import { useLocation } from 'wouter';
import { toast } from '../../store/toasts.ts';
import { type Form, type FormOptions, useForm } from './form.ts';
import { rereadThing, writeThing } from './thing.ts';

export interface ThingFormOptions<T, V>
  extends Pick<FormOptions<V>, 'name' | 'from' | 'check' | 'words' | 'secrets'> {
  /** Where the API has the thing. */
  pathOf(values: V): string;
  /** What the form holds of it. */
  valuesOf(thing: T): V;
  /** What the API is told. `changed` has the values that differ from what it has: of something new, all of them. */
  bodyOf(changed: Partial<V>, values: V): object;
  /** `PUT` where nothing is said. */
  method?: 'PUT' | 'PATCH';
  /** After a save, before one goes on. */
  saved?(values: V): void;
  /** The address of the page that comes after a save; undefined: one stays. */
  next?(values: V): string | undefined;
}

/** A form over a thing that has an address of its own: it is saved there, that is said, and one goes on. */
export function useThingForm<T, V extends object>({
  pathOf,
  valuesOf,
  bodyOf,
  method = 'PUT',
  saved,
  next,
  ...options
}: ThingFormOptions<T, V>): Form<V> {
  const { t } = useLingui();
  const [, go] = useLocation();
  return useForm<V>({
    ...options,
    async save({ values, changed, version }) {
      const body = bodyOf(version === undefined ? values : changed, values);
      const thing = await writeThing<T>(method, pathOf(values), { body, version });
      return { ...thing, value: valuesOf(thing.value) };
    },
    saved({ value }, { isMore }) {
      toast(t`Saved`);
      saved?.(value);
      const to = isMore ? undefined : next?.(value);
      if (to !== undefined) go(to);
    },
    reread: () => rereadThing(pathOf(options.from.value), valuesOf),
  });
}
