import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Bones, useSlow } from '../../ui/states.tsx';
import { Download } from '../ui/download.tsx';
import { Refused } from '../ui/refused.tsx';
import css from './analytics.module.css';
import type { Range } from './ask.ts';
import { type Asking, type Filters, queryFor, type ReportName } from './report.ts';

interface CardProps {
  title: string;
  asking: Asking<never> | Asking<unknown>;
  /** Which table is taken along. */
  csv: { name: ReportName; range: Range; filters: Filters; compare?: true };
  /** Beside the title. */
  choice?: ReactNode;
  /** What there is to see. */
  children: ReactNode;
}

/** A part of the page: its title, what can be done with it, and what there is to see, or why there is nothing. */
export function Card({ title, asking: { data, error, retry }, csv, choice, children }: CardProps) {
  const { t } = useLingui();
  const slow = useSlow(!data && !error);
  const { name, range, filters, compare } = csv;
  return (
    <section className={css.card} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {choice}
        <Download
          path={`/analytics/${name}`}
          query={{ ...queryFor(range, filters), ...(compare && { compare: 'true' }), format: 'csv' }}
          name={`${name}${filters.per ? `-${filters.per}` : ''}-${range.from}-${range.to}.csv`}
          label={t`CSV`}
          about={t`CSV: ${title}`}
        />
      </header>
      {!data && (error ? <Refused error={error} retry={retry} /> : slow && <Bones count={5} shape="line" />)}
      {data && error ? <Refused error={error} retry={retry} line /> : null}
      {data && children}
    </section>
  );
}

/** Shows the numbers of a chart, or puts them away. */
export const TableSwitch = ({ open, title, toggle }: { open: boolean; title: string; toggle(): void }) => (
  <Button
    variant="subtle"
    size="compact-sm"
    className={css.switch ?? ''}
    leftSection={<IconTable size={16} />}
    aria-expanded={open}
    onClick={toggle}
  >
    {open ? <Trans>Hide the table</Trans> : <Trans>Show the table</Trans>}
    <span className="sr"> {title}</span>
  </Button>
);

/** Nothing of this kind. */
export const Nothing = () => (
  <p className={css.nothing}>
    <Trans>Nothing of this in this time.</Trans>
  </p>
);

export interface FigureColumn<T> {
  title: string;
  cell(row: T): ReactNode;
  /** It is a bar, beside the number. */
  isBar?: true;
}

interface TableProps<T> {
  title: string;
  /** Of the first column. */
  what: string;
  rows: T[];
  keyOf(row: T): string;
  nameOf(row: T): ReactNode;
  columns: FigureColumn<T>[];
}

/** Numbers under their titles. What has no room is scrolled to, in here, not with the page. */
export function FigureTable<T>({ title, what, rows, keyOf, nameOf, columns }: TableProps<T>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className={css.scroll} tabIndex={0} role="group" aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{what}</th>
            {columns.map((column) =>
              column.isBar ? (
                <td key={column.title} />
              ) : (
                <th key={column.title} scope="col" data-end>
                  {column.title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              <th scope="row">{nameOf(row)}</th>
              {columns.map(({ title: name, cell, isBar }) => (
                <td key={name} data-end={!isBar || undefined} data-bar={isBar} aria-hidden={isBar}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
