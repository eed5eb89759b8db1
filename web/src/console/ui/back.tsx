import { useLingui } from '@lingui/react/macro';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useActs } from '../../keys/acts.ts';
import css from './page.module.css';

/** The way back from a thing to the list that it is from, by Esc, too. */
export function Back({ href, children }: { href: string; children: ReactNode }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  useActs([{ id: 'leave', label: t`Back to the list`, keys: ['Escape'], run: () => go(href) }]);
  return (
    <Link href={href} className={css.back ?? ''}>
      <IconArrowLeft size={16} className="mirror" />
      {children}
    </Link>
  );
}
