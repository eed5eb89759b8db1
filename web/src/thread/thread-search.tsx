import { Plural, useLingui } from '@lingui/react/macro';
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import type { ThreadMessage } from '../api/types.ts';
import { folded } from '../text/fold.ts';
import { IconButton } from '../ui/icon-button.tsx';
import css from './thread.module.css';

interface ThreadSearchProps {
  messages: ThreadMessage[];
  show(messageId: string): void;
  close(): void;
}

/** Finds words in the messages that are loaded, latest first. */
export function ThreadSearch({ messages, show, close }: ThreadSearchProps) {
  const { t } = useLingui();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = useMemo(() => {
    const wanted = folded(text.trim());
    if (wanted.length < 2) return [];
    return messages
      .filter(({ content }) =>
        folded(content.text ?? content.template?.body ?? content.media?.caption ?? '').includes(wanted),
      )
      .reverse();
  }, [messages, text]);
  useEffect(() => setAt(0), [text]);
  const id = found[at]?.id;
  useEffect(() => {
    if (id) show(id);
  }, [id, show]);
  const step = (by: number) => found.length > 0 && setAt((now) => (now + by + found.length) % found.length);
  return (
    <search className={css.search}>
      <input
        type="search"
        dir="auto"
        autoFocus
        value={text}
        placeholder={t`Search in this conversation`}
        aria-label={t`Search in this conversation`}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
          if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
        }}
      />
      <span className={css.found} role="status">
        {text.trim().length > 1 && (
          <Plural value={found.length} _0="Nothing found" one="# found" other="# found" />
        )}
      </span>
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
