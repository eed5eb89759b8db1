import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { call, queryOf } from '../api/http.ts';
import type { Preview, Template, TemplateUse } from '../api/message-types.ts';
import type { InboxSession } from '../api/types.ts';
import { folded } from '../text/fold.ts';
import { languageName } from '../theme/format.ts';
import finder from '../ui/finder.module.css';
import { IconButton } from '../ui/icon-button.tsx';
import { Bones, Empty, Failed } from '../ui/states.tsx';
import css from './templates.module.css';

interface TemplatesProps {
  session: InboxSession;
  send(template: TemplateUse): void;
  /** Absent: nothing else can be sent now. */
  close?: () => void;
}

/** Chooses a template, fills its variables, and shows what the customer will read. */
export default function Templates({ session, send, close }: TemplatesProps) {
  const { t } = useLingui();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Template>();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['templates', session.channelId],
    queryFn: () =>
      call<{ items: Template[] }>('GET', `/inbox/templates${queryOf({ channel: session.channelId })}`),
    staleTime: 60_000,
  });
  const items = (data?.items ?? []).filter(({ name, code, body }) =>
    [name, code, body].some((one) => folded(one ?? '').includes(folded(text))),
  );
  const box = useRef<HTMLDivElement>(null);
  useStepFocus(box, close !== undefined, chosen ? chosen.code : isPending ? 'waiting' : 'list');
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (close) close();
    else document.getElementById('thread')?.focus();
  };
  const sendOne = (use: TemplateUse) => {
    send(use);
    setChosen(undefined);
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
        {close ? (
          <b>
            <Trans>Send a template</Trans>
          </b>
        ) : (
          <p className={css.windowOver}>
            <Trans>The reply window is closed. You can send a template at any time.</Trans>
          </p>
        )}
        {close && (
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
      ) : chosen ? (
        <Fill session={session} template={chosen} send={sendOne} back={() => setChosen(undefined)} />
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
                <button type="button" disabled={!one.usable} onClick={() => setChosen(one)}>
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
  useEffect(() => {
    const at = document.activeElement;
    const isHere = box.current?.contains(at) || at === box.current?.closest('[data-region="composer"]');
    // The button that led to the next step is gone with its step.
    const isLost = at === document.body && before.current !== undefined && before.current !== 'waiting';
    const isOpened = isAsked && before.current === undefined;
    before.current = step;
    if (!isHere && !isLost && !isOpened) return;
    const field = box.current?.querySelector<HTMLElement>('input, form [type="submit"]:enabled');
    (field ?? box.current)?.focus();
  }, [box, isAsked, step]);
}

const previewAfterMs = 200;

function Fill({
  session,
  template,
  send,
  back,
}: {
  session: InboxSession;
  template: Template;
  send(use: TemplateUse): void;
  back(): void;
}) {
  const { t } = useLingui();
  const [values, setValues] = useState<Record<string, string>>({});
  const [settled, setSettled] = useState(values);
  useEffect(() => {
    const timer = setTimeout(setSettled, previewAfterMs, values);
    return () => clearTimeout(timer);
  }, [values]);
  const data = Object.fromEntries(Object.entries(settled).filter(([, value]) => value !== ''));
  const use: TemplateUse = {
    code: template.code,
    lang: template.lang,
    ...(Object.keys(data).length > 0 && { data }),
  };
  const { data: preview } = useQuery({
    queryKey: ['preview', session.id, template.code, template.lang, data],
    queryFn: () =>
      call<Preview>('POST', `/inbox/sessions/${session.id}/preview`, { body: { template: use } }),
    placeholderData: (before) => before,
    staleTime: 60_000,
  });
  const missing = preview?.missing ?? [];
  const names = [...new Set(template.variables.map(({ name }) => name))];
  return (
    <form
      className={css.fill}
      onSubmit={(event) => {
        event.preventDefault();
        const now = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
        send({ code: template.code, lang: template.lang, ...(Object.keys(now).length > 0 && { data: now }) });
      }}
    >
      <div className={css.fields}>
        {names.map((name) => {
          const fallback = template.variables.find((one) => one.name === name)?.fallback;
          return (
            <label key={name}>
              <bdi dir="auto">{name}</bdi>
              <input
                dir="auto"
                value={values[name] ?? ''}
                placeholder={fallback ?? ''}
                aria-invalid={(values[name] !== undefined && missing.includes(name)) || undefined}
                onChange={(event) => setValues((now) => ({ ...now, [name]: event.target.value }))}
              />
            </label>
          );
        })}
      </div>
      <div className={css.preview} role="region" aria-label={t`What the customer will read`}>
        {preview?.header && <b dir="auto">{preview.header}</b>}
        <p dir="auto">{preview?.body ?? template.body}</p>
        {preview?.footer && <small dir="auto">{preview.footer}</small>}
      </div>
      <div className={css.fillActs}>
        <Button variant="default" size="compact-md" onClick={back}>
          <Trans>Another template</Trans>
        </Button>
        <Button type="submit" size="compact-md" disabled={missing.some((name) => !values[name])}>
          <Trans>Send the template</Trans>
        </Button>
      </div>
    </form>
  );
}
