import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react';
import { findable } from '../text/findable.ts';
import css from './find-box.module.css';

const findAfterMs = 250;

interface FindBoxProps {
  field: RefObject<HTMLInputElement | null>;
  label: string;
  placeholder: string;
  /** What the list is narrowed to now; empty: to nothing. */
  now: string;
  /** Narrows it, once somebody pauses; undefined: to nothing. */
  find(text: string | undefined): void;
  onKeyDown?(event: KeyboardEvent<HTMLInputElement>): void;
}

/** Narrows a list to what is typed. */
export function FindBox({ field, label, placeholder, now, find, onKeyDown }: FindBoxProps) {
  const [text, setText] = useState(now);
  // A blank at the end is that of a word to come, and one letter alone stays where it is typed.
  useEffect(() => setText((typed) => ((findable(typed) ?? '') === now ? typed : now)), [now]);
  useEffect(() => {
    const wanted = findable(text);
    if ((wanted ?? '') === now) return;
    const timer = setTimeout(() => find(wanted), findAfterMs);
    return () => clearTimeout(timer);
  }, [text, now, find]);
  return (
    <div className={css.find}>
      <IconSearch size={15} />
      <input
        ref={field}
        type="search"
        dir="auto"
        value={text}
        placeholder={placeholder}
        aria-label={label}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
