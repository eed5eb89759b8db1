import { Trans } from '@lingui/react/macro';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  type ButtonHTMLAttributes,
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { useRowFocus } from './row-focus.ts';
import css from './row-list.module.css';

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { [name: `data-${string}`]: string };

interface RowListProps<T> {
  /** What they are. */
  label: string;
  rows: T[];
  /** How many there are, loaded or not; undefined: nobody has counted. */
  total: number | undefined;
  hasMore: boolean;
  more(): Promise<void>;
  /** Others could not be read: so it is said. */
  failed: string | undefined;
  selected: string | undefined;
  /** Others are on their way. */
  busy: boolean;
  /** Of a row, px. */
  height: number;
  /** What the styles of the rows depend on. */
  looks?: { [name: `data-${string}`]: string };
  button(row: T): ButtonProps;
  draw(row: T, isSelected: boolean): ReactNode;
  /** What is there while the keyboard is on a row that is not the selected one. */
  ofRow?(id: string): ReactNode;
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

/**
 * Rows without end, of which only those are in the page that can be seen. Rows that were not read yet have their place, so
 * that the bar is true. Arrows, Home and End go through them.
 */
export function RowList<T extends { id: string }>(props: RowListProps<T>) {
  const { label, rows, total, hasMore, more, failed, selected, busy, height, looks, button, draw, ofRow } =
    props;
  // Where there are others, there is at least one, whatever was counted.
  const count = hasMore ? Math.max(rows.length + 1, total ?? 0) : rows.length;
  const scroller = useRef<HTMLDivElement>(null);
  const at = selected === undefined ? -1 : rows.findIndex(({ id }) => id === selected);
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
    <>
      {failed !== undefined && (
        <p className={css.failed} role="alert">
          {failed}{' '}
          <button type="button" onClick={() => void more()}>
            <Trans>Try again</Trans>
          </button>
        </p>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons inside */}
      <div
        ref={scroller}
        className={css.scroller}
        onKeyDown={onKeyDown}
        onPointerDown={stay}
        onWheel={stay}
        onBlur={focus.onBlur}
        {...looks}
      >
        {here !== undefined && here !== selected && ofRow?.(here)}
        <div
          role="list"
          aria-label={label}
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
                    tabIndex={index === stop ? 0 : -1}
                    aria-current={row.id === selected ? 'true' : undefined}
                    className={css.button}
                    onFocus={() => focus.onRowFocus(row.id, index)}
                    {...button(row)}
                  >
                    {draw(row, row.id === selected)}
                  </button>
                ) : (
                  <span className={css.blank} />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}
