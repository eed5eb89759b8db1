import { Fragment } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Message } from '../protocol.ts';
import type { Draft, State } from '../state.ts';
import { Bubble } from './bubble.tsx';
import { fill, useAround, useNow } from './context.ts';
import { Icon } from './icon.tsx';

/** A line of the log: a message, and while it is not confirmed, how far it has come. */
interface Line {
  message: Message;
  draft?: Draft;
}

/** Within so many pixels of the end one is at the end. */
const endPx = 60;
/** Messages of one writer within this time stand together, ms. */
const togetherMs = 300_000;

/** Everything that was said. */
export function Log() {
  const { chat, tongue } = useAround();
  const now = useNow();
  const { box, atEnd, toEnd, onScroll, loading } = useScroll(now);
  const lines = linesOf(now);
  const { words } = tongue;
  const greeting = chat.site.greeting[tongue.lang] ?? Object.values(chat.site.greeting)[0];
  return (
    <div class="middle">
      <section class="scroll" ref={box} onScroll={onScroll} tabIndex={0} aria-label={words.log}>
        {now.more && (
          <button type="button" class="quiet" onClick={() => void chat.older()}>
            {words.older}
          </button>
        )}
        <div role="log" aria-label={words.log} aria-relevant="additions" aria-busy={loading}>
          {greeting && !now.more && (
            <div class="row out">
              <div class="bubble">
                <p class="text" dir="auto">
                  {greeting}
                </p>
              </div>
            </div>
          )}
          {lines.map((line, at) => (
            <Fragment key={line.message.cid ?? line.message.id}>
              {isNewDay(lines[at - 1], line) && <h2 class="day">{tongue.day(line.message.at)}</h2>}
              {line.message.id === now.firstUnread && <p class="fresh">{words.fresh}</p>}
              <Bubble {...line} follows={follows(lines[at - 1], line)} now={now} />
            </Fragment>
          ))}
          {now.session?.open === false && lines.length > 0 && <p class="system">{words.ended}</p>}
        </div>
        {now.typing && (
          <p class="typing" role="status">
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {now.typing.name ? fill(words.typing, { name: now.typing.name }) : words.someoneTyping}
          </p>
        )}
      </section>
      {!atEnd && (
        <button type="button" class="latest" onClick={toEnd}>
          <Icon shape="down" /> {words.latest}
        </button>
      )}
    </div>
  );
}

function linesOf({ messages, drafts }: State): Line[] {
  const sent = messages.filter(({ type }) => type !== 'reaction').map((message) => ({ message }));
  return [...sent, ...drafts.map((draft) => ({ message: draft.shown, draft }))];
}

const isNewDay = (before: Line | undefined, { message }: Line) =>
  new Date(message.at).toDateString() !== (before && new Date(before.message.at).toDateString());

const follows = (before: Line | undefined, line: Line) =>
  before !== undefined &&
  before.message.dir === line.message.dir &&
  before.message.from?.name === line.message.from?.name &&
  line.message.at - before.message.at < togetherMs &&
  !isNewDay(before, line);

/** Stays at the end, unless the reader went elsewhere; keeps its place when older messages come above. */
function useScroll(now: State) {
  const { chat } = useAround();
  const box = useRef<HTMLElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [loading, setLoading] = useState(false);
  const held = useRef({ first: undefined as string | undefined, height: 0, top: 0, atEnd: true });
  const { messages, drafts, shown, visible, typing, unread, lastSeq, line } = now;
  const ownLast = drafts.at(-1)?.cid;

  useLayoutEffect(() => {
    held.current.atEnd = true;
  }, [ownLast]);
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    const { first, height } = held.current;
    const isOlder =
      first !== undefined && messages[0]?.id !== first && messages.some(({ id }) => id === first);
    if (isOlder) current.scrollTop += current.scrollHeight - height;
    else if (held.current.atEnd) current.scrollTop = current.scrollHeight;
    held.current.first = messages[0]?.id;
    held.current.height = current.scrollHeight;
    setLoading(false);
  }, [messages, drafts, typing, shown]);
  // Pictures and the keyboard of a phone change heights, too.
  useEffect(() => {
    const { current } = box;
    if (!current) return;
    const watching = new ResizeObserver(() => {
      if (held.current.atEnd) current.scrollTop = current.scrollHeight;
    });
    watching.observe(current);
    for (const child of current.children) watching.observe(child);
    return () => watching.disconnect();
  }, []);
  useEffect(() => {
    if (shown && visible && atEnd) chat.sawAll();
  }, [chat, shown, visible, atEnd, lastSeq, unread, line]);

  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < endPx;
    // A picture that came in between made it longer: only who went up has left the end.
    const wentUp = scrollTop < held.current.top;
    held.current.top = scrollTop;
    if (isAtEnd || wentUp) held.current.atEnd = isAtEnd;
    setAtEnd(held.current.atEnd);
    if (scrollTop < endPx && now.more && !loading && !isAtEnd) {
      setLoading(true);
      void chat.older().finally(() => setLoading(false));
    }
  };
  const toEnd = () => box.current?.scrollTo({ top: box.current.scrollHeight });
  return { box, atEnd, toEnd, onScroll, loading };
}
