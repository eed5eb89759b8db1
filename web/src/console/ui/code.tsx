import { useLingui } from '@lingui/react/macro';
import { Copy } from './once.tsx';
import css from './ui.module.css';

/** What a program said, as it stands, to be read and copied; JSON with its lines. */
export function Code({ title, value }: { title: string; value: unknown }) {
  const { t } = useLingui();
  const text = pretty(value);
  return (
    <div className={css.code}>
      <div className={css.codeHead}>
        <bdi>{title}</bdi>
        <Copy value={text} label={t`Copy: ${title}`} />
      </div>
      <pre dir="ltr">{text}</pre>
    </div>
  );
}

/** Headers of a call, one to a line. */
export const headerLines = (headers: Record<string, string>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

function pretty(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    // Cut in the middle, or no JSON at all.
    return value;
  }
}
