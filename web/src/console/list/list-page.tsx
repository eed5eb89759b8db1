import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useActs } from '../../keys/acts.ts';
import { folded } from '../../text/fold.ts';
import { number } from '../../theme/format.ts';
import { Empty } from '../../ui/states.tsx';
import ui from '../ui/page.module.css';
import { Refused } from '../ui/refused.tsx';
import { type ListAsk, useListAsk } from './ask.ts';
import css from './list.module.css';
import type { Rows } from './rows.ts';
import { type Column, RowTable, TableBones } from './table.tsx';

/** A choice that narrows a list down. */
export interface Filter<T> {
  /** In the address: `type=AGENT`. */
  id: string;
  label: string;
  options?: [value: string, label: string][];
  /** A day is chosen, `2026-01-31`, instead of an option. */
  date?: true;
  /** Whether a row is of a value; absent where the server does it. */
  holds?(row: T, value: string): boolean;
}

export interface ListPageProps<T> {
  title: string;
  /** One sentence: what these are for. */
  sentence: ReactNode;
  /** What one does here first: by N, too. */
  act?: { label: string; href?: string; run?(): void };
  rows: Rows<T>;
  columns: Column<T>[];
  keyOf(row: T): string;
  /** Where a row leads. */
  hrefOf?(row: T): string;
  /** What the search looks in; absent where the server searches, or nobody does. */
  textOf?(row: T): string;
  /** There is a search of the server's: it finds `text` of `useListAsk`. */
  searches?: true;
  filters?: Filter<T>[];
  /** Said while there is nothing yet: why, and what to do next. */
  empty: { icon: ReactNode; title: string; text: ReactNode };
  /** Above its head: the way back to what the list belongs to. */
  above?: ReactNode;
  /** What else can be done with the list, at the end of its head. */
  beside?: ReactNode;
  /** Between head and table. */
  children?: ReactNode;
}

const step = 50;

/**
 * A list of things: title, sentence, act, search, filters, table. Shows every state: loading, nothing yet, nothing
 * found, failed, forbidden. J and K go through the rows, Enter opens, N makes a new one, / searches.
 */
export function ListPage<T>(props: ListPageProps<T>) {
  const { title, sentence, act, above, beside, rows, textOf, searches, children } = props;
  // A choice of nothing is none.
  const filters = (props.filters ?? []).filter(({ options = [], date }) => date || options.length > 0);
  const { t } = useLingui();
  const ask = useListAsk();
  const find = useRef<HTMLInputElement>(null);
  const all = rows.items;
  // Then the act stands in the middle.
  const isEmpty = all?.length === 0 && !ask.isAsking;
  const found = all && narrowed(all, props, ask);
  const count = number(found?.length ?? 0);
  useListActs(act, find);
  return (
    <div className={`${ui.wide} ${css.list}`}>
      {above}
      <header className={`${ui.head} ${css.head}`}>
        <div>
          <h1>{title}</h1>
          <p>{sentence}</p>
        </div>
        {beside}
        {act && !isEmpty && <Act {...act} />}
      </header>
      {children}
      {((textOf ?? searches) || filters.length > 0) &&
        (all === undefined || all.length > 0 || ask.isAsking) && (
          <search className={css.tools}>
            {(textOf ?? searches) && <Find ask={ask} field={find} />}
            {filters.map((filter) => (
              <Choice key={filter.id} filter={filter} ask={ask} />
            ))}
            <p className={css.count} role="status">
              {found && ask.isAsking && (rows.more ? t`More than ${count} found` : t`${count} found`)}
            </p>
          </search>
        )}
      <Body {...props} found={found} ask={ask} />
    </div>
  );
}

function Choice<T>({ filter: { id, label, options = [], date }, ask }: { filter: Filter<T>; ask: ListAsk }) {
  const value = ask.filter(id);
  const change = (event: { target: { value: string } }) => ask.set({ [id]: event.target.value });
  if (date)
    return (
      <label className={css.date}>
        {label}
        <input type="date" value={value} onChange={change} />
      </label>
    );
  return (
    <label className={css.filter}>
      <span className="sr">{label}</span>
      <select value={value} onChange={change}>
        <option value="">{label}</option>
        {options.map(([one, told]) => (
          <option key={one} value={one}>
            {told}
          </option>
        ))}
      </select>
    </label>
  );
}

function Act({ label, href, run }: NonNullable<ListPageProps<unknown>['act']>) {
  const icon = <IconPlus size={17} />;
  return href === undefined ? (
    <Button leftSection={icon} onClick={run} className={css.act ?? ''}>
      {label}
    </Button>
  ) : (
    <Button component={Link} href={href} leftSection={icon} className={css.act ?? ''}>
      {label}
    </Button>
  );
}

function Find({ ask, field }: { ask: ListAsk; field: { current: HTMLInputElement | null } }) {
  const { t } = useLingui();
  return (
    <label className={css.find}>
      <IconSearch size={16} />
      <input
        ref={field}
        type="search"
        dir="auto"
        value={ask.text}
        placeholder={t`Search`}
        aria-label={t`Search this list`}
        onChange={(event) => ask.set({ q: event.target.value })}
        onKeyDown={(event) =>
          event.key === 'Escape' && (ask.text ? ask.set({ q: '' }) : field.current?.blur())
        }
      />
    </label>
  );
}

/** The table, or why there is none. */
function Body<T>({
  rows,
  found,
  ask,
  empty,
  act,
  ...table
}: ListPageProps<T> & { found: T[] | undefined; ask: ListAsk }) {
  const { t } = useLingui();
  const [shown, setShown] = useState(step);
  const { items, error, retry, more } = rows;
  if (!items || !found)
    return error ? <Refused error={error} retry={retry} /> : <TableBones columns={table.columns} />;
  if (items.length === 0 && !ask.isAsking)
    return (
      <Empty icon={empty.icon} title={empty.title} act={act && <Act {...act} />}>
        {empty.text}
      </Empty>
    );
  if (found.length === 0)
    return (
      <Empty
        icon={<IconSearch size={24} />}
        title={t`Nothing is like that`}
        act={
          <Button variant="default" onClick={ask.clear}>
            <Trans>Show all</Trans>
          </Button>
        }
      >
        <Trans>The search or a filter hides everything.</Trans>
      </Empty>
    );
  const rest = found.length - shown;
  return (
    <>
      {error !== null && <Refused error={error} retry={retry} line />}
      <RowTable {...table} rows={found.slice(0, shown)} ask={ask} />
      {(rest > 0 || more) && (
        <Button
          variant="default"
          className={css.more ?? ''}
          loading={more?.loading ?? false}
          onClick={() => {
            setShown(shown + step);
            if (rest <= step) more?.load();
          }}
        >
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  );
}

/** What is left after search and filters, in the order that was chosen. */
function narrowed<T>(all: T[], { textOf, filters = [], columns }: ListPageProps<T>, ask: ListAsk): T[] {
  const wanted = folded(ask.text);
  const left = all.filter(
    (row) =>
      (!textOf || folded(textOf(row)).includes(wanted)) &&
      filters.every(({ id, holds }) => !holds || ask.filter(id) === '' || holds(row, ask.filter(id))),
  );
  const by = columns.find(({ id }) => id === ask.sort.replace(/^-/, ''))?.by;
  if (!by) return left;
  const way = ask.sort.startsWith('-') ? -1 : 1;
  return left.toSorted((a, b) => way * compare(by(a), by(b)));
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true, sensitivity: 'base' });
}

function useListActs(act: ListPageProps<unknown>['act'], find: { current: HTMLInputElement | null }): void {
  const { t } = useLingui();
  const [, go] = useLocation();
  const move = (by: 1 | -1) => {
    const links = [...document.querySelectorAll<HTMLElement>('[data-row] :is(a, button)[data-opens]')];
    const at = links.findIndex((one) => one.closest('[data-row]')?.contains(document.activeElement));
    links[at === -1 ? (by === 1 ? 0 : links.length - 1) : at + by]?.focus();
  };
  useActs([
    { id: 'next', label: t`Next row`, keys: ['KeyJ', 'ArrowDown'], goesOn: true, run: () => move(1) },
    { id: 'previous', label: t`Previous row`, keys: ['KeyK', 'ArrowUp'], goesOn: true, run: () => move(-1) },
    { id: 'search', label: t`Search this list`, keys: ['Slash'], run: () => find.current?.focus() },
    ...(act
      ? [
          {
            id: 'new',
            label: act.label,
            keys: ['KeyN'],
            run: () => (act.href === undefined ? act.run?.() : go(act.href)),
          },
        ]
      : []),
  ]);
}
