import type { ReactNode } from 'react';
import css from './ui.module.css';

/** A part of a page below its form. */
export const Section = ({
  title,
  acts,
  children,
}: {
  title: string;
  acts?: ReactNode;
  children?: ReactNode;
}) => (
  <section className={css.section} aria-label={title}>
    <h2>{title}</h2>
    {children}
    {acts && <div className={css.sectionActs}>{acts}</div>}
  </section>
);
