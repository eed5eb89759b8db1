import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Bones } from '../../ui/states.tsx';
import { asLeft } from '../address.ts';
import { useThing } from '../form/thing.ts';
import { Back } from '../ui/back.tsx';
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

/** The way back to all webhooks. */
export const BackToAll = () => (
  <Back href={asLeft(list)}>
    <Trans>Webhooks</Trans>
  </Back>
);

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
