import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconArrowDown } from '@tabler/icons-react';
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ThreadMessage } from '../api/message-types.ts';
import type { Outgoing } from '../store/db.ts';
import { day } from '../theme/format.ts';
import { onceIdle } from '../ui/idle.ts';
import { Bubble, OutgoingBubble } from './bubble.tsx';
import { type Item, itemsOf } from './items.ts';
import { MessageMenu, useMessageMenu } from './message-menu.tsx';
import { keepBox, keptBox, measure, observeBox, sizeOf, wereTold } from './sizes.ts';
import { SystemLine } from './system-line.tsx';
import css from './thread.module.css';
import { useOwn, useToEnd } from './to-end.ts';
import { useStop, useWalk } from './walk.ts';

interface MessagesProps {
  messages: ThreadMessage[];
  outgoing: Outgoing[];
  firstNew: string | undefined;
  hasOlder: boolean;
  older(): Promise<void>;
  /** What is shown is a part further up: below it there are more. */
  hasNewer: boolean;
  newer(): Promise<void>;
  /** Shows the end of the thread instead. */
  latest(): Promise<void>;
  person: string;
  /** A message to stand at, and to light up for a moment; asked for again it is another one. */
  at: { id: string } | undefined;
  reply(message: ThreadMessage): void;
  show(messageId: string): void;
  edit(outgoing: Outgoing): void;
  /** The last message that was on the screen. */
  seen(messageId: string): void;
  atEnd(is: boolean): void;
}

const nearEnd = 80;
/** So long a message that was gone to is lit, ms: as long as the style sheet takes. */
const litMs = 1800;

/** The messages, as many of them in the page as fit on the screen. Who has scrolled up is never moved. */
export function Messages(props: MessagesProps) {
  const { messages, outgoing, firstNew, hasOlder, older, person, at, reply, show, edit, seen } = props;
  const { hasNewer, newer, latest, atEnd } = props;
  const { t } = useLingui();
  const scroller = useRef<HTMLDivElement>(null);
  const items = useMemo(() => itemsOf(messages, outgoing, firstNew), [messages, outgoing, firstNew]);
  const [virtual, walked, keys] = useLines(scroller, items, hasNewer);
  const lit = useLit(at);
  const [menu, more] = useMessageMenu();
  const shown = virtual.getVirtualItems();
  const stop = useStop(items, shown, walked);
  // Before the box has its size none is shown, and nobody has come near the first one.
  const first = shown[0]?.index ?? items.length;
  // Lines that are there beyond the edge of the screen were not seen.
  const last = virtual.range?.endIndex ?? -1;
  const [isAway, setAway] = useState(false);
  const placed = useRef(false);
  const ends = useRef(true);
  useLayoutEffect(() => {
    if (placed.current || items.length === 0) return;
    placed.current = true;
    const to = firstPlace(items);
    if (to === undefined) virtual.scrollToEnd();
    else virtual.scrollToIndex(to, { align: 'start' });
  }, [items, virtual]);
  useEffect(() => {
    if (at === undefined) return;
    const to = items.findIndex((item) => item.kind === 'message' && item.message.id === at.id);
    if (to >= 0) virtual.scrollToIndex(to, { align: 'center' });
    // Only when another one is asked for.
  }, [at, virtual]);
  useEffect(() => {
    if (placed.current && hasOlder && first < 8) void older();
  }, [first, hasOlder, older]);
  useEffect(() => {
    const message = items.slice(0, last + 1).findLast((item) => item.kind === 'message');
    if (message?.kind === 'message') seen(message.message.id);
  }, [items, last, seen]);
  useEffect(() => {
    if (hasNewer && last >= items.length - 15) void newer();
  }, [last, items.length, hasNewer, newer]);
  const toEnd = useToEnd({ hasNewer, latest, items, scroll: (how) => virtual.scrollToEnd(how) });
  useOwn(outgoing, toEnd);
  const follow = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    const distance = box.scrollHeight - box.scrollTop - box.clientHeight;
    setAway(distance > 240);
    ends.current = distance < nearEnd && !hasNewer;
    atEnd(ends.current);
  }, [atEnd, hasNewer]);
  useEffect(() => {
    if (placed.current) follow();
  }, [follow]);
  // The composer grew or a bar came: who was at the end stays there.
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const watch = new ResizeObserver(() => {
      if (ends.current) virtual.scrollToEnd();
    });
    watch.observe(box);
    return () => watch.disconnect();
  }, [virtual]);
  const count = useUnseen(items, isAway);
  return (
    <div className={css.messagesBox}>
      <div ref={scroller} className={css.messages} onScroll={follow} {...keys} data-testid="messages">
        <div className={css.rows} style={{ blockSize: virtual.getTotalSize() }}>
          {shown.map(({ index, key, start }) => {
            const item = items[index];
            return (
              item && (
                <div
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  className={css.place}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <Line
                    item={item}
                    person={person}
                    lit={lit}
                    stop={key === stop}
                    reply={reply}
                    more={more}
                    show={show}
                    edit={edit}
                  />
                </div>
              )
            );
          })}
        </div>
      </div>
      <MessageMenu messages={messages} reply={reply} {...menu} />
      {(isAway || hasNewer) && (
        <button
          type="button"
          className={css.latest}
          onClick={() => toEnd({ behavior: 'smooth' })}
          aria-label={t`To the latest message`}
        >
          <IconArrowDown size={16} />
          {count > 0 ? <Plural value={count} one="# new" other="# new" /> : <Trans>Latest</Trans>}
        </button>
      )}
    </div>
  );
}

/** Where one begins to read when there is more that is new than fits; undefined: at the end. */
function firstPlace(items: Item[]): number | undefined {
  const to = items.findIndex((item) => item.kind === 'new');
  return to >= 0 && items.length - to > 8 ? to : undefined;
}

const [above, below] = [16, 12];

/** The lines that are in the page: first those on the screen, then some more on either side; and how keys go through them. */
function useLines(scroller: RefObject<HTMLDivElement | null>, items: Item[], hasNewer: boolean) {
  // Whoever reads on below a part further up is not taken past what comes.
  const hadNewer = useRef(hasNewer);
  useEffect(() => {
    hadNewer.current = hasNewer;
  }, [hasNewer]);
  const [overscan, setOverscan] = useState(1);
  const [, draw] = useState(0);
  // What it is asked for stays the same function as long as the lines are the same: it reckons anew otherwise.
  const getItemKey = useCallback((i: number) => items[i]?.key ?? i, [items]);
  const [walked, setWalked] = useState<string>();
  const held = walked === undefined ? -1 : items.findIndex(({ key }) => key === walked);
  const virtual = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => sizeOf(items[i]),
    getItemKey,
    measureElement: measure,
    observeElementRect: observeBox,
    overscan,
    anchorTo: 'end',
    followOnAppend: !hasNewer && !hadNewer.current,
    scrollEndThreshold: nearEnd,
    paddingStart: above,
    paddingEnd: below,
    // The message that the keyboard is on stays there wherever one scrolls.
    rangeExtractor: useCallback((range: Range) => withHeld(defaultRangeExtractor(range), held), [held]),
    initialRect: keptBox(),
    initialOffset: () => {
      const before = items.slice(0, firstPlace(items));
      const length = above + before.reduce((sum, item) => sum + sizeOf(item), 0);
      return before.length < items.length ? length : Math.max(0, length + below - keptBox().height);
    },
    onChange: ({ scrollRect }, isDrawn) => {
      if (scrollRect) keepBox(scrollRect.width, scrollRect.height);
      // Lines are never painted where they do not stay.
      if (wereTold() && !isDrawn) flushSync(() => draw((n) => n + 1));
    },
  });
  useEffect(() => onceIdle(() => setOverscan(6)), []);
  return [virtual, held >= 0 ? walked : undefined, useWalk(scroller, items, virtual, setWalked)] as const;
}

const withHeld = (range: number[], held: number) =>
  held < 0 || range.includes(held) ? range : [...range, held].sort((a, b) => a - b);

/** The message that is lit, for as long as that lasts. */
function useLit(at: { id: string } | undefined): string | undefined {
  const [lit, setLit] = useState<string>();
  useEffect(() => {
    if (!at) return;
    setLit(at.id);
    const timer = setTimeout(setLit, litMs, undefined);
    return () => clearTimeout(timer);
  }, [at]);
  return lit;
}

/** How many messages came while somebody looked at older ones. */
function useUnseen(items: Item[], isAway: boolean): number {
  const last = items.findLast((item) => item.kind === 'message')?.key;
  const [seen, setSeen] = useState(last);
  useEffect(() => {
    if (!isAway) setSeen(last);
  }, [isAway, last]);
  if (!isAway) return 0;
  const from = items.findLastIndex(({ key }) => key === seen);
  return items.slice(from + 1).filter((item) => item.kind === 'message' && item.message.direction === 'I')
    .length;
}

interface LineProps extends Pick<MessagesProps, 'person' | 'reply' | 'show' | 'edit'> {
  item: Item;
  lit: string | undefined;
  stop: boolean;
  more(message: ThreadMessage, at: HTMLElement): void;
}

function Line({ item, person, lit, stop, reply, more, show, edit }: LineProps) {
  switch (item.kind) {
    case 'day':
      return <h3 className={css.day}>{day(item.at)}</h3>;
    case 'new':
      return (
        <div className={css.new}>
          <Trans>New messages</Trans>
        </div>
      );
    case 'line':
      return <SystemLine message={item.message} />;
    case 'outgoing':
      return <OutgoingBubble outgoing={item.outgoing} stop={stop} edit={edit} />;
    default:
      return (
        <Bubble
          message={item.message}
          leads={item.leads}
          person={person}
          lit={item.message.id === lit}
          stop={stop}
          reply={reply}
          more={more}
          show={show}
        />
      );
  }
}
