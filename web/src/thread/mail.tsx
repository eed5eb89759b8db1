import { Trans, useLingui } from '@lingui/react/macro';
import DOMPurify from 'dompurify';
import { useMemo, useRef, useState } from 'react';
import css from './content.module.css';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

/** Of a mail all that could run, send or reach out is taken away; pictures from afar wait until they are wanted. */
function cleaned(html: string): string {
  return DOMPurify.sanitize(html, {
    WHOLE_DOCUMENT: true,
    FORBID_TAGS: [
      'script',
      'iframe',
      'object',
      'embed',
      'form',
      'input',
      'button',
      'link',
      'meta',
      'base',
      'svg',
      'math',
    ],
    ADD_ATTR: ['target'],
    ALLOW_UNKNOWN_PROTOCOLS: false,
  });
}

/** The page in the frame. It has a policy of its own beside ours: no script, and no picture from afar unless asked. */
function pageOf(html: string, pictures: boolean): string {
  const page = new DOMParser().parseFromString(cleaned(html), 'text/html');
  for (const style of page.querySelectorAll('style')) style.setAttribute('nonce', nonce);
  for (const link of page.querySelectorAll('a')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer nofollow');
  }
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data: ${pictures ? 'https:' : ''}`;
  return `<!doctype html><html><head><meta http-equiv="content-security-policy" content="${policy}"><style nonce="${nonce}">body{margin:12px;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}img{max-width:100%;height:auto}</style>${page.head.innerHTML}</head><body dir="auto">${page.body.innerHTML}</body></html>`;
}

const hasFarPictures = (html: string) =>
  /<img[^>]+src\s*=\s*["']?https?:|background(-image)?\s*[:=][^;>]*https?:/i.test(html);

/** A mail as it was laid out, in a frame without script and without our origin. */
export default function Mail({ html, text }: { html: string; text?: string | undefined }) {
  const { t } = useLingui();
  const [pictures, setPictures] = useState(false);
  const [plain, setPlain] = useState(false);
  const frame = useRef<HTMLIFrameElement>(null);
  const page = useMemo(() => pageOf(html, pictures), [html, pictures]);
  return (
    <div className={css.mail}>
      {plain && text ? (
        <div className={css.text} dir="auto">
          {text}
        </div>
      ) : (
        <iframe
          ref={frame}
          title={t`Mail`}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          srcDoc={page}
          height={360}
        />
      )}
      <div className={css.mailBar}>
        {!pictures && !plain && hasFarPictures(html) && (
          <>
            <Trans>Remote images are not loaded: the sender would learn that you read this.</Trans>
            <button type="button" onClick={() => setPictures(true)}>
              <Trans>Show images</Trans>
            </button>
          </>
        )}
        {text && (
          <button type="button" onClick={() => setPlain(!plain)}>
            {plain ? <Trans>Original layout</Trans> : <Trans>Text only</Trans>}
          </button>
        )}
      </div>
    </div>
  );
}
