import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { call, queryOf } from '../../api/http.ts';
import { toast } from '../../store/toasts.ts';
import { useSentence } from '../../ui/states.tsx';
import { useTypes } from '../channels/channel.ts';
import { readAgain } from '../form/thing.ts';
import { consoleKey, useAll } from '../list/rows.ts';
import { useDoing } from '../ui/doing.ts';
import css from './templates.module.css';

interface Offer {
  name: string;
  lang: string;
  parts?: { body: string };
}

interface Offered {
  items: Offer[];
  /** Why the last reading failed. */
  failure?: { text: string };
}

async function readOffers(path: string, signal: AbortSignal): Promise<Offered> {
  const all: Offered = { items: [] };
  let after: string | undefined;
  do {
    const { items, failure, next } = await call<Offered & { next?: string }>(
      'GET',
      path + queryOf({ limit: 200, after }),
      { signal },
    );
    all.items.push(...items);
    if (failure) all.failure = failure;
    after = next;
  } while (after !== undefined);
  return all;
}

/** So many templates are taken over at once. */
const atOnce = 100;

/** Templates that providers have and we have not: to be taken over. */
export function Offers() {
  const { items = [] } = useAll<{ id: string; type: string }>('/channels');
  const { types = [] } = useTypes();
  const asks = items.filter((one) => types.some(({ type, submits }) => submits && type === one.type));
  return asks.map(({ id }) => <OffersOf key={id} channel={id} />);
}

function OffersOf({ channel }: { channel: string }) {
  const { t } = useLingui();
  const sentence = useSentence();
  const { busy, error, run } = useDoing();
  const path = `/channels/${encodeURIComponent(channel)}/templates`;
  const { data } = useQuery({
    queryKey: [consoleKey, 'offers', path],
    queryFn: ({ signal }) => readOffers(path, signal),
  });
  const able = data?.items.filter(({ parts }) => parts) ?? [];
  const count = able.length;
  if (!data || (count === 0 && !data.failure)) return null;
  const take = async () => {
    await run(async () => {
      for (let from = 0; from < count; from += atOnce) {
        const templates = able.slice(from, from + atOnce).map(({ name, lang }) => ({ name, lang }));
        await call('POST', `${path}/import`, { body: { templates } });
      }
      toast(t`Taken over`);
    });
    readAgain();
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
        <Button size="compact-sm" variant="default" loading={busy} onClick={() => void take()}>
          <Trans>Take them over</Trans>
        </Button>
      )}
    </section>
  );
}
