import type { ReactNode } from 'react';

/** A line of a list of facts (`dl`): what it is, and how it is. */
export const Fact = ({ title, children }: { title: string; children: ReactNode }) => (
  <div>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </div>
);
