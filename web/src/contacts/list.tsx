import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconAddressBook, IconFilterOff } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useGo } from '../shell/go.ts';
import { toggleSimulator } from '../simulator/where.ts';
import { useMe, useNames } from '../store/me.ts';
import { RowList } from '../ui/row-list.tsx';
import { Empty, Failed, useSlow } from '../ui/states.tsx';
import { type ContactFilter, isNarrowed } from './address.ts';
import type { usePeople } from './people.ts';
import css from './row.module.css';
import { Row } from './row.tsx';

interface ListProps {
  filter: ContactFilter;
  people: ReturnType<typeof usePeople>;
  selected: string | undefined;
  open(id: string): void;
  reset(): void;
}

/** The contacts under a filter, in every state of theirs. */
export function List({ filter, people, selected, open, reset }: ListProps) {
  const { t } = useLingui();
  const { rows, total, hasMore, more, isPending, isPlaceholderData, error, refetch, moreFailed } = people;
  const isLooking = rows.length === 0 && hasMore && !moreFailed;
  const slow = useSlow(isPending || isPlaceholderData || isLooking);
  useEffect(() => {
    // None of those who were looked through, and there are others.
    if (isLooking) void more();
  }, [isLooking, more]);
  if (isPending || isLooking) return slow ? <RowBones /> : null;
  if (error && rows.length === 0) return <Failed error={error} retry={() => void refetch()} />;
  if (rows.length === 0 && !isPlaceholderData && !moreFailed)
    return <Nothing filter={filter} reset={reset} />;
  return (
    <>
      <Columns />
      <RowList
        label={t`Contacts`}
        rows={rows}
        total={total}
        failed={moreFailed && t`More contacts could not be loaded.`}
        hasMore={hasMore}
        more={more}
        selected={selected}
        busy={slow}
        height={64}
        button={(row) => ({ 'data-contact': row.id, onClick: () => open(row.id) })}
        draw={(row, isSelected) => <Row row={row} selected={isSelected} />}
      />
    </>
  );
}

/** Rows that are about to be: as tall and as wide as they will be. */
function RowBones() {
  const { t } = useLingui();
  return (
    <>
      <Columns />
      <div className={css.bones} role="status" aria-label={t`Loading`}>
        {Array.from({ length: 12 }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
          <div key={i} className={css.row}>
            <span className={css.face} />
            <span className={css.name} />
            <span className={css.address} />
            <span className={css.time} />
          </div>
        ))}
      </div>
    </>
  );
}

/** What stands in which column, where there is room for columns: each row says it by itself to who does not see. */
function Columns() {
  const { t } = useLingui();
  return (
    <div className={css.columns} aria-hidden="true">
      <span>{t`Name`}</span>
      <span>{t`Phone and e-mail`}</span>
      <span>{t`Tags`}</span>
      <span>{t`Owner`}</span>
      <span>{t`Last active`}</span>
    </div>
  );
}

/** Why nobody is in the list, and what to do. */
function Nothing({ filter, reset }: Pick<ListProps, 'filter' | 'reset'>) {
  const { t } = useLingui();
  const { rights } = useMe();
  const { channels } = useNames();
  const go = useGo();
  if (isNarrowed(filter))
    return (
      <Empty
        icon={<IconFilterOff size={26} />}
        title={t`The filter hides everybody`}
        act={
          <Button size="xs" variant="light" onClick={reset}>
            <Trans>Show all</Trans>
          </Button>
        }
      >
        {filter.text ? (
          <Trans>Nobody fits what you search for. Names are found from the beginning of each word.</Trans>
        ) : (
          <Trans>No contact fits what you filter by.</Trans>
        )}
      </Empty>
    );
  const mayTry = rights.simulate && channels.some(({ sandbox, type }) => sandbox || type === 'dummy');
  return (
    <Empty
      icon={<IconAddressBook size={26} />}
      title={t`No contacts yet`}
      act={
        mayTry ? (
          <Button size="xs" variant="light" onClick={() => toggleSimulator(go)}>
            <Trans>Open the simulator</Trans>
          </Button>
        ) : (
          channels.length === 0 &&
          rights.setup && (
            <Button size="xs" variant="light" onClick={() => go('/console/set-up/channels')}>
              <Trans>Set up a channel</Trans>
            </Button>
          )
        )
      }
    >
      {rights.seesAll ? (
        <Trans>Whoever writes to you is here from then on, and whoever you write to.</Trans>
      ) : (
        <Trans>The people of the conversations that you see are here, and your own customers.</Trans>
      )}
    </Empty>
  );
}
