import { useLingui } from '@lingui/react/macro';
import { picked } from '../shell/ui-state.ts';
import type { Filter, useSessions } from '../store/sessions.ts';
import { useSignal } from '../store/signal.ts';
import { readAhead } from '../store/thread.ts';
import { usePreferences } from '../theme/preferences.ts';
import { RowList } from '../ui/row-list.tsx';
import { Bones, Failed, useSlow } from '../ui/states.tsx';
import { useHeldRow } from './held-row.ts';
import { Nothing } from './nothing.tsx';
import { pickUpTo, toggle } from './picks.ts';
import { Row } from './row.tsx';
import { RowActs } from './row-acts.ts';

interface ListProps {
  filter: Filter;
  sessions: ReturnType<typeof useSessions>;
  /** How many there are, loaded or not; undefined: nobody has counted. */
  total: number | undefined;
  selected: string | undefined;
  open(id: string): void;
  reset(): void;
}

/** The conversations under a filter. Rows that were not read yet have their place, so that the bar is true. */
export function List({ filter, sessions, total, selected, open, reset }: ListProps) {
  const { t } = useLingui();
  const { rows, hasMore, more, isPending, isPlaceholderData, error, refetch, moreFailed } = sessions;
  const slow = useSlow(isPending || isPlaceholderData);
  const { density } = usePreferences();
  const checked = useSignal(picked);
  const held = useHeldRow();
  if (isPending) return slow ? <Bones count={8} shape="row" /> : null;
  if (error && rows.length === 0) return <Failed error={error} retry={() => void refetch()} />;
  if (rows.length === 0 && !hasMore && !isPlaceholderData) return <Nothing filter={filter} reset={reset} />;
  return (
    <RowList
      label={t`Conversations`}
      rows={rows}
      total={total}
      failed={moreFailed && t`Older conversations could not be loaded.`}
      more={more}
      hasMore={hasMore}
      selected={selected}
      busy={slow}
      height={density === 'compact' ? 60 : 80}
      looks={{ 'data-density': density }}
      button={(row) => ({
        ...held(row.id),
        'data-session': row.id,
        onPointerDownCapture: ({ pointerType, ctrlKey, metaKey, shiftKey }) => {
          if (pointerType === 'mouse' && !ctrlKey && !metaKey && !shiftKey) readAhead(row.id);
        },
        onClick: (event) => {
          if (event.shiftKey) pickUpTo(rows, row.id);
          else if (event.ctrlKey || event.metaKey || checked.size > 0) toggle(row.id);
          else open(row.id);
        },
      })}
      draw={(row, isSelected) => <Row row={row} selected={isSelected} checked={checked.has(row.id)} />}
      ofRow={(id) => <RowActs key={id} id={id} open={open} />}
    />
  );
}
