import { Trans, useLingui } from '@lingui/react/macro';
import { IconExternalLink, IconFile, IconPhone, IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import type { Shown, View } from './checked.ts';
import { useFindingText } from './findings.tsx';
import css from './templates.module.css';

/** The template as each channel would show it, filled with samples: a bubble as on a telephone. */
export function Preview({ views, lang }: { views: View[] | undefined; lang: string }) {
  const { t } = useLingui();
  const text = useFindingText();
  const [chosen, choose] = useState('');
  const view = views?.find(({ channel }) => channel === chosen) ?? views?.[0];
  return (
    <section className={css.preview} aria-label={t`Preview`}>
      <h2>
        <Trans>Preview</Trans>
      </h2>
      {views?.length === 0 && (
        <p>
          <Trans>There is no channel that this is made for: set one up to see what people get.</Trans>
        </p>
      )}
      {views && view && (
        <>
          <label>
            <span className="sr">
              <Trans>Channel</Trans>
            </span>
            <select value={view.channel} onChange={(event) => choose(event.target.value)}>
              {views.map(({ channel }) => (
                <option key={channel}>{channel}</option>
              ))}
            </select>
          </label>
          <div className={css.phone}>
            {view.content ? (
              <Bubble content={view.content} lang={lang} />
            ) : (
              <p>
                <Trans>It cannot go over this channel as it is.</Trans>
              </p>
            )}
          </div>
          {view.measure && <p>{t`Parts that are paid for: ${view.measure.segments}`}</p>}
          <ul className={css.beside}>
            {view.findings
              .filter(({ kind }) => kind === 'changed')
              .map((finding) => (
                <li key={finding.code} data-kind="changed">
                  {text(finding)}
                </li>
              ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Bubble({ content, lang }: { content: Shown; lang: string }) {
  const { template, buttons = [], subject, media } = content;
  const file = template?.media ?? (media && { type: content.type, link: media.link });
  const body = template?.body ?? content.text ?? media?.caption;
  return (
    <div className={css.bubble} lang={lang.replace('_', '-') || undefined}>
      {subject && (
        <strong className={css.subject} dir="auto">
          {subject}
        </strong>
      )}
      {file && (
        <div className={css.file}>
          {file.type === 'image' && file.link ? (
            <img src={file.link} alt="" />
          ) : file.type === 'document' ? (
            <IconFile size={28} />
          ) : (
            <IconPhoto size={28} />
          )}
        </div>
      )}
      {template?.header && !file && <strong dir="auto">{template.header}</strong>}
      <p dir="auto">{body}</p>
      {template?.footer && <small dir="auto">{template.footer}</small>}
      {buttons.map(({ type, label }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two buttons may say the same
        <span key={i} className={css.pressable}>
          {type === 'URL' && <IconExternalLink size={15} />}
          {type === 'PHONE_NUMBER' && <IconPhone size={15} />}
          <bdi>{label}</bdi>
        </span>
      ))}
    </div>
  );
}
