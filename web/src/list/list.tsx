import { Trans, useLingui } from '@lingui/react/macro';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { InboxSession } from '../api/types.ts';
import { picked } from '../shell/ui-state.ts';
import type { Filter, useSessions } from '../store/sessions.ts';
import { useSignal } from '../store/signal.ts';
import { readAhead } from '../store/thread.ts';
import { usePreferences } from '../theme/preferences.ts';
import { Bones, Failed, useSlow } from '../ui/states.tsx';
import { useHeldRow } from './held-row.ts';
import css from './list.module.css';
import { Nothing } from './nothing.tsx';
import { pickUpTo, toggle } from './picks.ts';
import rowCss from './row.module.css';
import { Row } from './row.tsx';
import { RowActs } from './row-acts.ts';
import { useRowFocus } from './row-focus.ts';

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
  if (isPending) return slow ? <Bones count={8} shape="row" /> : null;
  if (error && rows.length === 0) return <Failed error={error} retry={() => void refetch()} />;
  if (rows.length === 0 && !hasMore && !isPlaceholderData) return <Nothing filter={filter} reset={reset} />;
  const count = hasMore ? Math.max(rows.length + 1, total ?? 0) : rows.length;
  return (
    <>
      {moreFailed && (
        <p className={css.moreFailed} role="alert">
          {t`Older conversations could not be loaded.`}{' '}
          <button type="button" onClick={() => void more()}>
            <Trans>Try again</Trans>
          </button>
        </p>
      )}
      <Rows
        rows={rows}
        count={count}
        more={more}
        hasMore={hasMore}
        selected={selected}
        busy={slow}
        open={open}
      />
    </>
  );
}

interface RowsProps {
  rows: InboxSession[];
  count: number;
  hasMore: boolean;
  more(): Promise<void>;
  selected: string | undefined;
  /** Others are on their way. */
  busy: boolean;
  open(id: string): void;
}

/** Goes to the last row once all of them are there, unless one goes elsewhere meanwhile. */
function useEnd({ hasMore, last, move }: { hasMore: boolean; last: number; move(to: number): void }) {
  const [toEnd, setToEnd] = useState(false);
  useEffect(() => {
    if (!toEnd || hasMore) return;
    setToEnd(false);
    move(last);
  }, [toEnd, hasMore, last, move]);
  return [setToEnd, () => setToEnd(false)] as const;
}

function Rows({ rows, count, hasMore, more, selected, busy, open }: RowsProps) {
  const { t } = useLingui();
  const scroller = useRef<HTMLDivElement>(null);
  const { density } = usePreferences();
  const checked = useSignal(picked);
  const at = selected === undefined ? -1 : rows.findIndex(({ id }) => id === selected);
  const height = density === 'compact' ? 60 : 80;
  const show = useRef((_index: number) => {});
  const focus = useRowFocus({ rows, at, selected, scroller, show: (index) => show.current(index) });
  const { stop, here, move } = focus;
  // As long as the rows are the same it stays the same function: where each of them stands is reckoned anew otherwise.
  const getItemKey = useCallback((i: number) => rows[i]?.id ?? i, [rows]);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    getItemKey,
    // The selected row, and the one that the keyboard is on, stay there wherever one scrolls.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), ...[at, stop].filter((i) => i >= 0 && i < count)])].sort(
        (a, b) => a - b,
      ),
  });
  show.current = (index) => virtual.scrollToIndex(index, { align: 'auto' });
  const items = virtual.getVirtualItems();
  const end = items.findLast(({ index }) => index !== at && index !== stop)?.index ?? 0;
  // The height comes from the density, which has just changed.
  // Height is what has changed.
  useEffect(() => virtual.measure(), [virtual, height]);
  useEffect(() => {
    if (hasMore && end >= rows.length - 15) void more();
  }, [hasMore, end, rows.length, more]);
  useEffect(() => {
    const { scrollOffset, scrollRect } = virtual;
    const [top, bottom] = [scrollOffset ?? 0, (scrollOffset ?? 0) + (scrollRect?.height ?? 0)];
    // To be told where it is would have the whole page laid out once more, with the thread that just came.
    const isSeen = at * height >= top && (at + 1) * height <= bottom;
    if (at >= 0 && !isSeen) virtual.scrollToIndex(at, { align: 'auto' });
    // Only when another one is chosen: a list that moves by itself shall not scroll.
  }, [selected, virtual]);
  const held = useHeldRow();
  const [setToEnd, stay] = useEnd({ hasMore, last: rows.length - 1, move });
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: stop + 1, ArrowUp: stop - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    // What is far below is read first, page by page, as for who scrolls there.
    setToEnd(event.key === 'End' && hasMore);
    if (event.key === 'End' && hasMore) virtual.scrollToIndex(count - 1, { align: 'end' });
    else move(to);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons inside
    <div
      ref={scroller}
      className={css.scroller}
      onKeyDown={onKeyDown}
      onPointerDown={stay}
      onWheel={stay}
      onBlur={focus.onBlur}
      data-density={density}
    >
      {here !== undefined && here !== selected && <RowActs key={here} id={here} open={open} />}
      <div
        role="list"
        aria-label={t`Conversations`}
        aria-busy={busy}
        className={css.rows}
        style={{ blockSize: virtual.getTotalSize() }}
      >
        {items.map(({ index, key, start, size }) => {
          const row = rows[index];
          return (
            <div
              key={key}
              role="listitem"
              aria-posinset={index + 1}
              aria-setsize={count}
              className={css.place}
              style={{ transform: `translateY(${start}px)`, blockSize: size }}
            >
              {row ? (
                <button
                  type="button"
                  data-row={index}
                  data-session={row.id}
                  tabIndex={index === stop ? 0 : -1}
                  aria-current={row.id === selected ? 'true' : undefined}
                  className={rowCss.button}
                  onFocus={() => focus.onRowFocus(row.id, index)}
                  {...held(row.id)}
                  onPointerDownCapture={({ pointerType, ctrlKey, metaKey, shiftKey }) => {
                    if (pointerType === 'mouse' && !ctrlKey && !metaKey && !shiftKey) readAhead(row.id);
                  }}
                  onClick={(event) => {
                    if (event.shiftKey) pickUpTo(rows, row.id);
                    else if (event.ctrlKey || event.metaKey || checked.size > 0) toggle(row.id);
                    else open(row.id);
                  }}
                >
                  <Row row={row} selected={row.id === selected} checked={checked.has(row.id)} />
                </button>
              ) : (
                <span className={rowCss.blank} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
