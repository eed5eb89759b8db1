import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'wouter';
import { call } from '../../api/http.ts';
import { toast } from '../../store/toasts.ts';
import { list, moment, shortTime } from '../../theme/format.ts';
import { Bones } from '../../ui/states.tsx';
import { itemAt } from '../address.ts';
import { readAgain } from '../form/thing.ts';
import { useAll } from '../list/rows.ts';
import { Badge } from '../ui/badge.tsx';
import { Destroy } from '../ui/destroy.tsx';
import { Refused } from '../ui/refused.tsx';
import { Section } from '../ui/section.tsx';
import css from '../ui/ui.module.css';
import { isInForce, type Key, useAppWords } from './app.ts';

/** The keys of an app: what each may do, when it was used last, and how to take it out of force. */
export function Keys({ app }: { app: string }) {
  const { t } = useLingui();
  const { items, error, retry } = useAll<Key>('/keys');
  const keys = items
    ?.filter((key) => key.app === app)
    .sort((a, b) => Number(isInForce(b)) - Number(isInForce(a)) || b.createdAt - a.createdAt);
  return (
    <Section
      title={t`Keys`}
      acts={
        <Button
          component={Link}
          href={`${itemAt('developers', 'apps', app)}/+key`}
          variant="default"
          leftSection={<IconPlus size={17} />}
        >
          <Trans>New key</Trans>
        </Button>
      }
    >
      <p>
        <Trans>A key opens our APIs to whoever has it. It is shown once, when it is made.</Trans>
      </p>
      {!keys && (error ? <Refused error={error} retry={retry} /> : <Bones count={2} shape="line" />)}
      {keys?.length === 0 && (
        <p>
          <Trans>This app has no key yet.</Trans>
        </p>
      )}
      <ul className={css.rows}>
        {keys?.map((key) => (
          <li key={key.id}>
            <KeyRow of={key} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function KeyRow({ of: key }: { of: Key }) {
  const { t } = useLingui();
  const words = useAppWords();
  const { id, name, hint, kind, scope, tenantWide, installation, expiresAt, revokedAt, lastUsedAt } = key;
  const may = [
    words.kinds[kind],
    ...(kind === 'confidential' ? [scope === 'write' ? t`reads and writes` : t`reads only`] : []),
    ...(tenantWide ? [t`the whole business`] : []),
    ...(installation ? [t`may create businesses`] : []),
  ];
  const times = [
    lastUsedAt === undefined ? t`never used` : t`last used ${shortTime(lastUsedAt)}`,
    ...(expiresAt !== undefined && revokedAt === undefined ? [t`ends ${moment(expiresAt)}`] : []),
    ...(revokedAt !== undefined ? [t`revoked ${shortTime(revokedAt)}`] : []),
  ];
  const state = revokedAt !== undefined ? t`Revoked` : isInForce(key) ? undefined : t`Ended`;
  return (
    <>
      <span className={css.named}>
        <span>
          <bdi>{name}</bdi> <code dir="ltr">{hint}…</code> {state && <Badge>{state}</Badge>}
        </span>
        <small>{list(may)}</small>
        <small>{times.join(' · ')}</small>
      </span>
      {revokedAt === undefined && (
        <Destroy
          small
          verb={t`Revoke`}
          title={t`Revoke the key “${name}”?`}
          does={[
            t`Whoever comes with it is refused at once and everywhere, and so are access tokens that were made with it.`,
            t`This cannot be taken back: make a new key instead.`,
          ]}
          run={async () => {
            await call('DELETE', `/keys/${id}`);
            readAgain();
            toast(t`The key is revoked`);
          }}
          explain={({ code }) =>
            code === 'LAST_INSTALLATION_KEY'
              ? t`This is the last key that can create businesses: it has to stay.`
              : undefined
          }
        />
      )}
    </>
  );
}
