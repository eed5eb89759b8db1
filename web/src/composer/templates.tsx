import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call, queryOf } from '../api/http.ts';
import type { InboxSession, Preview, Template, TemplateUse } from '../api/types.ts';
import { folded } from '../text/fold.ts';
import { languageName } from '../theme/format.ts';
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
  return (
    <div className={css.templates}>
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
        <Fill session={session} template={chosen} send={send} back={() => setChosen(undefined)} />
      ) : (
        <>
          <input
            type="search"
            className={css.templatesFind}
            dir="auto"
            value={text}
            placeholder={t`Find a template`}
            aria-label={t`Find a template`}
            onChange={(event) => setText(event.target.value)}
          />
          <ul className={css.templatesList}>
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
