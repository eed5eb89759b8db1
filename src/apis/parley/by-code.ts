import Type, { type Static, type TObject, type TProperties, type TSchema } from 'typebox';
import type { Setup } from '../../model/setup.ts';
import type { Caller, Core } from '../../pipeline/core.ts';
import { findOnce } from '../../pipeline/idempotency.ts';
import type { Change, Removable } from '../../pipeline/setup.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { type Route, type RouteLine, route } from './route.ts';
import { change, known, Removed } from './words.ts';

/** A kind of thing that is set up under a code of the administrator's choice. */
interface Kind<P extends TProperties, A extends TSchema, T> {
  /** Plural, as in its address. */
  noun: string;
  /** `queue`; with its article: `a queue`. */
  one: string;
  aOne: string;
  /** What may be changed of it, and what is told of it. */
  parts: P;
  answer: A;
  /** What its code is called, where that is not `code`. */
  key?: string;
  all(setup: Setup): Iterable<T>;
  codeOf(one: T): string;
  /** Where others than the code find it, too. */
  find?(setup: Setup, named: string): T | undefined;
  told(one: T, setup: Setup, caller: Caller): Static<A>;
  /** What an access token may read of it, see `RouteLine`. */
  reach?: RouteLine<TObject, TObject, TSchema, TSchema>['reach'];
  put(core: Core, by: Caller, code: string, body: Static<TObject<P>>): Promise<Change<T>>;
  /** What it is in the setup: for its version, and to take it away. */
  removable: Removable;
  /** By what `change.remove` finds it; the code unless said otherwise. */
  idOf?(one: T): string;
  aboutRemoval?: string;
}

/** The four routes of such a kind: all, one, create or change, remove. */
export function byCode<P extends TProperties, A extends TSchema, T>(kind: Kind<P, A, T>): Route[] {
  const { key = 'code', codeOf, one, aOne } = kind;
  const path = `/${kind.noun}/:${key}`;
  const params = Type.Object({
    [key]: Type.String({ description: 'Chosen by you, unique in the business.' }),
  });
  const find = (setup: Setup, given: Record<string, string>): T => {
    const named = given[key]!;
    const found = kind.find
      ? kind.find(setup, named)
      : [...kind.all(setup)].find((it) => codeOf(it) === named);
    return known(found, one);
  };
  const named = (given: unknown) => given as Record<string, string>;
  const thing = ({ params }: { params: unknown }) => ({ noun: kind.removable, key: named(params)[key]! });
  return [
    route({
      method: 'GET',
      path: `/${kind.noun}`,
      right: 'read',
      summary: `All ${kind.noun.replace('-', ' ')}`,
      query: PageQuery,
      answer: pageOf(kind.answer),
      ...(kind.reach && { reach: kind.reach }),
      async run({ caller, setup, query }) {
        const all = await setup();
        const told = [...kind.all(all)].map((it) => kind.told(it, all, caller));
        // By the code that is told: `next` must not say more than that.
        return pageFrom(told, (it) => String((it as Record<string, unknown>)[key]), query) as never;
      },
    }),
    route({
      method: 'GET',
      path,
      right: 'read',
      summary: `One ${one}`,
      params,
      answer: kind.answer,
      ...(kind.reach && { reach: kind.reach }),
      thing,
      async run({ caller, setup, params }) {
        const all = await setup();
        return kind.told(find(all, named(params)), all, caller);
      },
    }),
    route({
      method: 'PUT',
      path,
      right: 'setup',
      summary: `Create or change ${aOne}`,
      params,
      body: change(kind.parts),
      answer: kind.answer,
      thing,
      async run({ core, caller, params, body, made, setup }) {
        const put = await kind.put(core, caller, named(params)[key]!, body as Static<TObject<P>>);
        made(put.change);
        return kind.told(put.value, await setup(), caller);
      },
    }),
    route({
      method: 'DELETE',
      path,
      right: 'setup',
      summary: `Remove ${aOne}`,
      about: kind.aboutRemoval ?? 'Refused with CONFLICT while something relies on it.',
      params,
      answer: Removed,
      thing,
      async run({ core, caller, params, setup }) {
        const code = named(params)[key]!;
        const { idOf } = kind;
        const id = idOf ? await findOnce(async () => idOf(find(await setup(), named(params)))) : code;
        await core.change.remove(caller, kind.removable, id);
        return { removed: true };
      },
    }),
  ];
}
