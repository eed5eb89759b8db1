import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import css from './ui.module.css';

/**
 * A text that the server has in English alone: what a setting is, what a test found. In another language it keeps its
 * own direction, and is read aloud as what it is.
 */
export function English({ children }: { children: ReactNode }) {
  const { i18n } = useLingui();
  if (i18n.locale === 'en') return children;
  return (
    <span lang="en" dir="ltr" className={css.english}>
      {children}
    </span>
  );
}

/** Words of the provider, whatever their language. */
export const Said = ({ text }: { text: string }) => (
  <q className={css.said} dir="auto">
    {text}
  </q>
);
