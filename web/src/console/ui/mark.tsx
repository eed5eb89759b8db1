import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './ui.module.css';

export type Tone = 'danger' | 'warn' | 'ok' | 'muted';

/** How something stands, in a word: shape and word say it, not the colour alone. */
export const Mark = ({ icon: Shape, tone, children }: { icon: Icon; tone: Tone; children: ReactNode }) => (
  <span className={css.mark} data-tone={tone}>
    <Shape size={17} aria-hidden="true" />
    {children}
  </span>
);
