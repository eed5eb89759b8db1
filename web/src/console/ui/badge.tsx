import type { ReactNode } from 'react';
import css from './ui.module.css';

/** A word about the state of a thing; never by its colour alone. */
export const Badge = ({
  tone = 'plain',
  children,
}: {
  tone?: 'plain' | 'accent' | 'warn' | 'danger';
  children: ReactNode;
}) => (
  <span className={css.badge} data-tone={tone}>
    {children}
  </span>
);
