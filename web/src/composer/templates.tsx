import { Trans, useLingui } from '@lingui/react/macro';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { call, queryOf } from '../api/http.ts';
import type { Template, TemplateUse } from '../api/message-types.ts';
import type { ChosenTemplate } from '../api/types.ts';
import { folded } from '../text/fold.ts';
import { languageName } from '../theme/format.ts';
import finder from '../ui/finder.module.css';
import { IconButton } from '../ui/icon-button.tsx';
import { Bones, Empty, Failed } from '../ui/states.tsx';
import { Fill } from './fill.tsx';
import css from './templates.module.css';

interface TemplatesProps {
  channelId: string;
  /** Where the server fills them in for this customer. */
  previewAt: string;
  /** The one that is filled in, with what it has so far. */
  chosen: ChosenTemplate | undefined;
  choose(template: ChosenTemplate | undefined): void;
  send(template: TemplateUse): void;
  /** Absent: nothing else can be sent now. */
  close?: () => void;
  /** Somebody opened it just now; else it stands there by itself. */
  isAsked: boolean;
  /** Something else can be sent again since it was opened: the customer has written. */
  hasOpened?: boolean;
}

/** Chooses a template, fills its variables, and shows what the customer will read. */
export default function Templates(props: TemplatesProps) {
  const { channelId, previewAt, chosen, choose, send, close, isAsked, hasOpened } = props;
  const { t } = useLingui();
  const [text, setText] = useState('');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['templates', channelId],
    queryFn: () => call<{ items: Template[] }>('GET', `/inbox/templates${queryOf({ channel: channelId })}`),
    staleTime: 60_000,
  });
  const items = (data?.items ?? []).filter(({ name, code, body }) =>
    [name, code, body].some((one) => folded(one ?? '').includes(folded(text))),
  );
  const filling =
    chosen && data?.items.find(({ code, lang }) => code === chosen.code && lang === chosen.lang);
  const box = useRef<HTMLDivElement>(null);
  useStepFocus(box, isAsked, filling ? filling.code : isPending ? 'waiting' : 'list');
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (close) close();
    else document.getElementById('thread')?.focus();
  };
  return (
    <div
      ref={box}
      className={css.templates}
      role="group"
      aria-label={t`Send a template`}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div className={css.templatesHead}>
        {close && hasOpened ? (
          <p className={css.windowOpen} role="status">
            <Trans>The customer has written: you can answer freely now.</Trans>
            <button type="button" onClick={close}>
              <Trans>Write an answer</Trans>
            </button>
          </p>
        ) : close ? (
          <b>
            <Trans>Send a template</Trans>
          </b>
        ) : (
          <p className={css.windowOver}>
            <Trans>The reply window is closed. You can send a template at any time.</Trans>
          </p>
        )}
        {close && !hasOpened && (
          <IconButton label={t`No template`} size="small" onClick={close}>
            <IconX size={15} />
          </IconButton>
        )}
      </div>
      {isPending ? (
        <Bones count={3} shape="line" />
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data.items.length === 0 ? (
        <Empty title={t`There are no templates`}>
          <Trans>An administrator sets them up for this channel.</Trans>
        </Empty>
      ) : chosen && filling ? (
        <Fill
          previewAt={previewAt}
          template={filling}
          values={chosen.values}
          change={(values) => choose({ ...chosen, values })}
          send={send}
          back={() => choose(undefined)}
        />
      ) : (
        <>
          <input
            type="search"
            className={finder.find}
            dir="auto"
            value={text}
            placeholder={t`Find a template`}
            aria-label={t`Find a template`}
            onChange={(event) => setText(event.target.value)}
          />
          <ul className={`${finder.found} ${css.templatesList}`}>
            {items.map((one) => (
              <li key={`${one.code} ${one.lang}`}>
                <button
                  type="button"
                  disabled={!one.usable}
                  onClick={() => choose({ code: one.code, lang: one.lang, values: {} })}
                >
                  <b dir="auto">{one.name || one.code}</b> <small>{languageName(one.lang)}</small>
                  <span className="one-line" dir="auto">
                    {one.usable ? one.body : (one.why ?? t`Not approved yet`)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** Whoever chooses by keys is in the first field of each step; nobody is taken there who is elsewhere. */
function useStepFocus(box: RefObject<HTMLDivElement | null>, isAsked: boolean, step: string): void {
  const before = useRef<string>(undefined);
  const wasAsked = useRef(false);
  useEffect(() => {
    const at = document.activeElement;
    const isHere = box.current?.contains(at) || at === box.current?.closest('[data-region="composer"]');
    // The button that led to the next step is gone with its step.
    const isLost = at === document.body && before.current !== undefined && before.current !== 'waiting';
    const isOpened = isAsked && !wasAsked.current;
    before.current = step;
    wasAsked.current = isAsked;
    if (!isHere && !isLost && !isOpened) return;
    const field = box.current?.querySelector<HTMLElement>('input, form [type="submit"]:enabled');
    (field ?? box.current)?.focus();
  }, [box, isAsked, step]);
}
