import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../api/http.ts';
import type { Preview, Template, TemplateUse } from '../api/message-types.ts';
import { Content } from '../thread/content.tsx';
import css from './templates.module.css';

const previewAfterMs = 200;

interface FillProps {
  /** Where the server fills it in for this customer. */
  previewAt: string;
  template: Template;
  values: Record<string, string>;
  change(values: Record<string, string>): void;
  send(use: TemplateUse): void;
  back(): void;
}

/** The variables of a template, and what the customer will read: words, file and buttons. */
export function Fill({ previewAt, template, values, change, send, back }: FillProps) {
  const { t } = useLingui();
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
    queryKey: ['preview', previewAt, template.code, template.lang, data],
    queryFn: () => call<Preview>('POST', previewAt, { body: { template: use } }),
    placeholderData: (before) => before,
    staleTime: 60_000,
  });
  const { header, body, footer } = preview ?? template;
  const { code, lang, media } = template;
  const shown = {
    code,
    lang,
    body,
    ...(header && { header }),
    ...(footer && { footer }),
    ...(media && { media }),
  };
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
                onChange={(event) => change({ ...values, [name]: event.target.value })}
              />
            </label>
          );
        })}
      </div>
      <div className={css.preview} role="region" aria-label={t`What the customer will read`}>
        <Content
          content={{ type: 'template', template: shown, buttons: preview?.buttons ?? template.buttons }}
        />
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
