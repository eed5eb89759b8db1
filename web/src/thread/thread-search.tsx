import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ThreadMessage } from '../api/message-types.ts';
import { readOlder } from '../store/thread.ts';
import { useFocusBack } from '../ui/focus-back.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { complain } from '../ui/refusals.ts';
import { foundIn } from './found.ts';
import css from './thread.module.css';

interface ThreadSearchProps {
  sessionId: string;
  messages: ThreadMessage[];
  /** There are messages that are not loaded. */
  hasOlder: boolean;
  /** Grows each time that one asks for it: the field has the focus then. */
  asked: number;
  show(messageId: string): void;
  close(): void;
}

/** Finds words in the messages that are loaded, latest first, and in older ones when one asks for that. */
export function ThreadSearch({ sessionId, messages, hasOlder, asked, show, close }: ThreadSearchProps) {
  const { t } = useLingui();
  useFocusBack();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  /** The one that is shown: by what it is, since what comes meanwhile changes which one it is from the end. */
  const [chosen, setChosen] = useState<string>();
  const found = useMemo(() => foundIn(messages, text), [messages, text]);
  const [isReading, readBack] = useReadBack(sessionId, text);
  useEffect(() => field.current?.focus(), [asked]);
  useEffect(() => setChosen(undefined), [text]);
  const at = Math.max(
    found.findIndex((one) => one.id === chosen),
    0,
  );
  const id = found[at]?.id;
  // The first one that is found is chosen by that, and stays so.
  useEffect(() => setChosen(id), [id]);
  useEffect(() => {
    if (id) show(id);
  }, [id, show]);
  const step = (by: number) => setChosen(found[(at + by + found.length) % found.length]?.id);
  const wanted = text.trim().length > 1;
  return (
    <search className={css.search}>
      <input
        ref={field}
        type="search"
        dir="auto"
        value={text}
        placeholder={t`Search in this conversation`}
        aria-label={t`Search in this conversation`}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') close();
          if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
        }}
      />
      <span className={css.found} role="status">
        {wanted && <Plural value={found.length} _0="Nothing found" one="# found" other="# found" />}
      </span>
      {wanted && hasOlder && (
        <button type="button" className={css.further} onClick={readBack} aria-disabled={isReading}>
          {isReading ? <Trans>Searching…</Trans> : <Trans>Search older ones</Trans>}
        </button>
      )}
      <IconButton label={t`Older`} onClick={() => step(1)} disabled={found.length < 2}>
        <IconChevronUp size={17} />
      </IconButton>
      <IconButton label={t`Newer`} onClick={() => step(-1)} disabled={found.length < 2}>
        <IconChevronDown size={17} />
      </IconButton>
      <IconButton label={t`Close the search`} onClick={close}>
        <IconX size={17} />
      </IconButton>
    </search>
  );
}

/** Reads older messages until the words stand in one of them, or there are no more. */
function useReadBack(sessionId: string, text: string): [isReading: boolean, read: () => void] {
  const [isReading, setReading] = useState(false);
  const gone = useRef(false);
  useEffect(
    () => () => {
      gone.current = true;
    },
    [],
  );
  const read = async () => {
    if (isReading) return;
    setReading(true);
    try {
      for (let older = await readOlder(sessionId); older.length > 0 && !gone.current; ) {
        if (foundIn(older, text).length > 0) break;
        older = await readOlder(sessionId);
      }
    } catch (error) {
      complain(error);
    } finally {
      setReading(false);
    }
  };
  return [isReading, () => void read()];
}
