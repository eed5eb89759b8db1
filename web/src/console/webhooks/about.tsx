import { Trans, useLingui } from '@lingui/react/macro';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useActs } from '../../keys/acts.ts';
import { Bones } from '../../ui/states.tsx';
import { asLeft } from '../address.ts';
import form from '../form/form.module.css';
import { useThing } from '../form/thing.ts';
import { Refused } from '../ui/refused.tsx';
import { type Endpoint, endpointAt, endpointPath, list } from './endpoint.ts';
import css from './webhooks.module.css';

/** The parts of an endpoint, side by side. */
export function Tabs({ id, here }: { id: string; here: 'settings' | 'deliveries' | 'test' }) {
  const { t } = useLingui();
  const parts = [
    ['settings', t`Settings`, endpointAt(id)],
    ['deliveries', t`Delivery log`, endpointAt(id, 'deliveries')],
    ['test', t`Try it out`, endpointAt(id, 'test')],
  ] as const;
  return (
    <nav className={css.tabs} aria-label={t`This webhook`}>
      {parts.map(([part, word, href]) => (
        <Link
          key={part}
          href={part === 'deliveries' ? asLeft(href) : href}
          aria-current={part === here ? 'page' : undefined}
        >
          {word}
        </Link>
      ))}
    </nav>
  );
}

/** The way back, by Esc, too. */
export function Back({ href = list, children }: { href?: string; children?: ReactNode }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  useActs([{ id: 'leave', label: t`Back to the list`, keys: ['Escape'], run: () => go(asLeft(href)) }]);
  return (
    <Link href={asLeft(href)} className={form.back ?? ''}>
      <IconArrowLeft size={16} className="mirror" />
      {children ?? <Trans>Webhooks</Trans>}
    </Link>
  );
}

/** Reads the endpoint that a page is about, and draws the page when it is there. */
export function Known({ id, children }: { id: string; children(endpoint: Endpoint): ReactNode }) {
  const { thing, error, retry } = useThing<Endpoint>(endpointPath(id));
  if (thing) return children(thing.value);
  return error ? (
    <Refused error={error} retry={retry} back={<Link href={list}>{<Trans>All webhooks</Trans>}</Link>} />
  ) : (
    <Bones count={6} shape="line" />
  );
}
