import { Trans, useLingui } from '@lingui/react/macro';
import { IconPaperclip } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { call } from '../api/http.ts';
import type { CannedAnswer, Mode, Preview } from '../api/message-types.ts';
import type { InboxSession } from '../api/types.ts';
import { useNames } from '../store/me.ts';
import { folded } from '../text/fold.ts';
import { giveAlong } from './files.ts';
import css from './suggestions.module.css';

/** Something that can stand in place of what was typed after `/`, `{`, `@` or `:`. */
interface Suggestion {
  id: string;
  title: string;
  text?: string;
  files?: CannedAnswer['media'];
  /** What is put in; its variables are filled with the values of the conversation then. */
  put: string;
}

interface Trigger {
  sign: '/' | '{' | '@' | ':';
  word: string;
  from: number;
  to: number;
}

/** What stands before the caret: a sign after a blank, and the word behind it. Any number of times in a text. */
function triggerAt(text: string, caret: number, mode: Mode): Trigger | undefined {
  const before = text.slice(0, caret);
  const found = /(?:^|\s)([/{@:])([\p{L}\p{N}_.-]*)$/u.exec(before);
  const sign = found?.[1] as Trigger['sign'] | undefined;
  const word = found?.[2] ?? '';
  if (
    !sign ||
    (sign === '@' && mode !== 'note') ||
    (sign !== '@' && sign !== ':' && mode === 'note') ||
    (sign === ':' && word.length < 2)
  )
    return undefined;
  return { sign, word, from: caret - word.length - 1, to: caret };
}

interface SuggestionsOptions {
  area: RefObject<HTMLTextAreaElement | null>;
  text: string;
  setText(next: (now: string) => string): void;
  /** Changes the text as a whole; the caret is so many letters from its beginning then. */
  rewrite(change: (now: string) => string, caret: number): void;
  mode: Mode;
  session: InboxSession;
}

const most = 8;

/** Follows the caret, and offers what fits. */
export function useSuggestions({ area, text, setText, rewrite, mode, session }: SuggestionsOptions) {
  const [trigger, setTrigger] = useState<Trigger>();
  const [at, setAt] = useState(0);
  const look = useCallback(() => {
    const box = area.current;
    const next =
      box && box.selectionStart === box.selectionEnd
        ? triggerAt(box.value, box.selectionStart, mode)
        : undefined;
    setTrigger((now) =>
      now?.sign === next?.sign && now?.word === next?.word && now?.from === next?.from ? now : next,
    );
  }, [area, mode]);
  // The text may have been put in by a button.
  useEffect(look, [text, look]);
  const { items, none } = useItems(trigger);
  const channel = useNames().channel(session.channelId);
  const byButton = useRef<{ from: number; put: string; before: string }>(undefined);
  // Another word begins at the top.
  useEffect(() => setAt(0), [trigger?.word, trigger?.sign]);
  const take = (one: Suggestion | undefined) => {
    if (!one || !trigger) return;
    const { from, to } = trigger;
    const { put, files = [] } = one;
    byButton.current = undefined;
    setTrigger(undefined);
    for (const file of files) giveAlong(session.id, channel, file);
    rewrite((now) => now.slice(0, from) + put + now.slice(to), from + put.length);
    if (mode === 'reply' && put.includes('{{'))
      void filled(session.id, put).then((text) => text !== undefined && replace(put, text));
  };
  /** In what is there by now; nothing, where it is there no more. The caret stays where it is. */
  const replace = (before: string, after: string) => {
    const box = area.current;
    const start = box?.value.indexOf(before) ?? -1;
    const caret = box?.selectionStart ?? 0;
    const change = (now: string) => now.replace(before, () => after);
    if (start < 0 || document.activeElement !== box) setText(change);
    else rewrite(change, caret < start + before.length ? caret : caret + after.length - before.length);
  };
  /** As a sign is typed, by a button: behind a blank, wherever the caret stands. */
  const open = (sign: '/' | '{') => {
    const box = area.current;
    if (!box) return;
    const { selectionStart: from, selectionEnd: to, value } = box;
    const put = (from > 0 && !/\s/.test(value[from - 1]!) ? ' ' : '') + sign;
    byButton.current = { from, put, before: value.slice(from, to) };
    rewrite((now) => now.slice(0, from) + put + now.slice(to), from + put.length);
  };
  /** What the button put there goes again, where nothing was chosen. */
  const close = () => {
    const { from, put, before } = byButton.current ?? { from: 0, put: '', before: '' };
    byButton.current = undefined;
    setTrigger(undefined);
    if (put && area.current?.value.startsWith(put, from))
      rewrite((now) => now.slice(0, from) + before + now.slice(from + put.length), from + before.length);
  };
  // Whoever chose a button hears that there is nothing to choose.
  const isEmpty = trigger !== undefined && byButton.current !== undefined && none;
  const isOpen = trigger !== undefined && (items.length > 0 || isEmpty);
  /** True when the key was for the list. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((now) => (now + step + items.length) % items.length);
    else if (event.key === 'Enter' || event.key === 'Tab') take(items[at]);
    else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const field = {
    onSelect: look,
    'aria-autocomplete': 'list' as const,
    'aria-controls': isOpen ? 'suggestions' : undefined,
    'aria-activedescendant': isOpen ? `suggestion-${at}` : undefined,
  };
  return { isOpen, isEmpty, items, at, take, open, close, onKeyDown, field };
}

const useEmoji = (isWanted: boolean) =>
  useQuery({
    queryKey: ['emoji'],
    queryFn: async () => (await import('./emoji-data.ts')).emoji,
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
  }).data ?? [];

function useItems(trigger: Trigger | undefined): { items: Suggestion[]; none: boolean } {
  const { t } = useLingui();
  const names = useNames();
  const { data: answers } = useQuery({
    queryKey: ['canned'],
    queryFn: () => call<{ items: CannedAnswer[] }>('GET', '/inbox/canned-answers'),
    enabled: trigger?.sign === '/',
    staleTime: 60_000,
  });
  const emoji = useEmoji(trigger?.sign === ':');
  const items = useMemo(() => {
    if (!trigger) return [];
    const word = folded(trigger.word);
    const fits = (...texts: (string | undefined)[]) =>
      texts.some((one) => one !== undefined && folded(one).includes(word));
    const all: Suggestion[] = {
      '/': () =>
        (answers?.items ?? [])
          .filter(({ code, title, text }) => fits(code, title, text))
          .map((one) => ({
            id: one.code,
            title: `/${one.code} · ${one.title}`,
            text: one.text,
            files: one.media,
            put: one.text,
          })),
      '{': () =>
        [
          { id: 'contact.name', title: t`Name of the customer` },
          { id: 'contact.firstName', title: t`First name of the customer` },
          { id: 'agent.name', title: t`Your name` },
          { id: 'session.ticket', title: t`Ticket` },
        ]
          .filter(({ id, title }) => fits(id, title))
          .map(({ id, title }) => ({
            id,
            title,
            text: `{{${id}}}`,
            put: `{{${id}}}`,
          })),
      '@': () =>
        names.agents
          .filter(({ active, code, name, displayName }) => active && fits(code, name, displayName))
          .map(({ code, name, displayName }) => ({
            id: code,
            title: displayName || name,
            text: `@${code}`,
            put: `@${code} `,
          })),
      ':': () =>
        emoji
          .filter(({ words }) => fits(words))
          .map(({ sign, words }) => ({ id: sign, title: `${sign} ${words.split(' ')[0]}`, put: sign })),
    }[trigger.sign]();
    return all.slice(0, most);
  }, [trigger, answers, names, emoji, t]);
  return { items, none: trigger?.sign === '/' && answers?.items.length === 0 };
}

/** A text with the values of this conversation in it; undefined when the server cannot be asked. */
async function filled(sessionId: string, text: string): Promise<string | undefined> {
  const preview = await call<Preview>('POST', `/inbox/sessions/${sessionId}/preview`, {
    body: { text },
  }).catch(() => undefined);
  return preview?.body;
}

/** The list above the field. The field keeps the focus. */
export function Suggestions({ suggestions }: { suggestions: ReturnType<typeof useSuggestions> }) {
  const { t } = useLingui();
  const { isOpen, isEmpty, items, at, take } = suggestions;
  if (!isOpen) return null;
  return (
    <div id="suggestions" role="listbox" aria-label={t`Suggestions`} className={css.suggestions}>
      {isEmpty && (
        <div
          role="option"
          aria-selected="false"
          aria-disabled="true"
          className={css.suggestion}
          tabIndex={-1}
        >
          <Trans>There are no quick replies yet.</Trans>
        </div>
      )}
      {items.map((one, i) => (
        <div
          key={one.id}
          id={`suggestion-${i}`}
          role="option"
          aria-selected={i === at}
          className={css.suggestion}
          onMouseDown={(event) => {
            event.preventDefault();
            take(one);
          }}
        >
          <b className="one-line" dir="auto">
            {one.title}
            {one.files?.length ? <IconPaperclip size={14} role="img" aria-label={t`With files`} /> : null}
          </b>
          {one.text && (
            <span className="one-line" dir="auto">
              {one.text}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}
