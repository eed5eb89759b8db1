import { useLingui } from '@lingui/react/macro';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSlow } from '../../ui/states.tsx';
import type { ListAsk } from './ask.ts';
import css from './list.module.css';

export interface Column<T> {
  id: string;
  title: string;
  /** What stands in it; of the first column it is the link to the row. */
  cell(row: T): ReactNode;
  /** By what the list is sorted when somebody clicks on the title; absent: it is not. */
  by?(row: T): string | number;
  /** A phone has no room for it. */
  minor?: true;
  /** Numbers, at the end of their column. */
  end?: true;
}

interface RowTableProps<T> {
  title: string;
  columns: Column<T>[];
  rows: T[];
  keyOf(row: T): string;
  hrefOf?(row: T): string;
  ask: ListAsk;
}

/** The rows of a list page. The whole row leads where its first cell does. */
export function RowTable<T>({ title, columns, rows, keyOf, hrefOf, ask }: RowTableProps<T>) {
  return (
    <table className={css.table} aria-label={title}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Title key={column.id} column={column} ask={ask} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} data-row={keyOf(row)}>
            {columns.map(({ id, cell, minor, end }, i) => (
              <td key={id} data-minor={minor} data-end={end}>
                {i === 0 && hrefOf ? (
                  <Link href={hrefOf(row)} className={css.opens ?? ''} data-opens>
                    {cell(row)}
                  </Link>
                ) : (
                  cell(row)
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Title<T>({ column: { id, title, by, minor, end }, ask }: { column: Column<T>; ask: ListAsk }) {
  const { t } = useLingui();
  const way = ask.sort === id ? 'ascending' : ask.sort === `-${id}` ? 'descending' : undefined;
  return (
    <th scope="col" data-minor={minor} data-end={end} aria-sort={way}>
      {by ? (
        <button
          type="button"
          title={t`Sort by this`}
          onClick={() => ask.set({ sort: way === undefined ? id : way === 'ascending' ? `-${id}` : '' })}
        >
          {title}
          {way === 'ascending' && <IconArrowUp size={13} />}
          {way === 'descending' && <IconArrowDown size={13} />}
        </button>
      ) : (
        title
      )}
    </th>
  );
}

/** Rows that are about to be there. */
export function TableBones({ columns }: { columns: Column<never>[] }) {
  const { t } = useLingui();
  const slow = useSlow(true);
  if (!slow) return null;
  return (
    <div role="status" aria-label={t`Loading`} className={css.bones}>
      {Array.from({ length: 6 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <div key={i} className={css.boneRow}>
          {columns.map(({ id, minor }) => (
            <span key={id} data-minor={minor} />
          ))}
        </div>
      ))}
    </div>
  );
}
