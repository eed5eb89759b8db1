import type { ReactNode } from 'react';
import css from './ui.module.css';

/** What is known of a thing, line by line. */
export const Facts = ({ children }: { children: ReactNode }) => <dl className={css.facts}>{children}</dl>;

/** A line of a list of facts (`dl`): what it is, and how it is. */
export const Fact = ({ title, children }: { title: string; children: ReactNode }) => (
  <div>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </div>
);
