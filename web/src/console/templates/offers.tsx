import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/http.ts';
import { toast } from '../../store/toasts.ts';
import { useSentence } from '../../ui/states.tsx';
import { readAgain } from '../form/thing.ts';
import { consoleKey, useAll } from '../list/rows.ts';
import css from './templates.module.css';

interface Offer {
  name: string;
  lang: string;
  parts?: { body: string };
}

/** Templates that providers have and we have not: to be taken over. */
export function Offers() {
  const { items = [] } = useAll<{ id: string; type: string }>('/channels');
  const { items: types = [] } = useAll<{ type: string; submits: boolean }>('/channel-types');
  const asks = items.filter((one) => types.some(({ type, submits }) => submits && type === one.type));
  return asks.map(({ id }) => <OffersOf key={id} channel={id} />);
}

function OffersOf({ channel }: { channel: string }) {
  const { t } = useLingui();
  const sentence = useSentence();
  const [error, setError] = useState<unknown>();
  const path = `/channels/${encodeURIComponent(channel)}/templates`;
  const { data } = useQuery({
    queryKey: [consoleKey, 'offers', path],
    queryFn: ({ signal }) => call<{ items: Offer[]; failure?: { text: string } }>('GET', path, { signal }),
  });
  const able = data?.items.filter(({ parts }) => parts) ?? [];
  const count = able.length;
  if (!data || (count === 0 && !data.failure)) return null;
  const take = async () => {
    setError(undefined);
    try {
      const templates = able.map(({ name, lang }) => ({ name, lang }));
      await call('POST', `${path}/import`, { body: { templates } });
      toast(t`Taken over`);
      readAgain();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <section className={css.offers} aria-label={t`Templates at ${channel}`}>
      {data.failure && (
        <p>
          <Trans>The templates of this channel could not be read:</Trans> <bdi dir="ltr">{channel}</bdi>{' '}
          <bdi>{data.failure.text}</bdi>
        </p>
      )}
      {count > 0 && (
        <p>
          {t`The provider has templates that are not here yet: ${count}`}{' '}
          <bdi dir="ltr">{able.map(({ name }) => name).join(', ')}</bdi>
        </p>
      )}
      {error !== undefined && <p role="alert">{sentence(error)}</p>}
      {count > 0 && (
        <Button size="compact-sm" variant="default" onClick={() => void take()}>
          <Trans>Take them over</Trans>
        </Button>
      )}
    </section>
  );
}
