import { Fragment, type ReactNode, useEffect } from 'react';
import { signal, useSignal } from '../store/signal.ts';
import { ownDigits } from './fold.ts';

/** Finds links in a text; until it is loaded, there are none to be seen. */
const links = signal<typeof import('linkifyjs').find | undefined>(undefined);
let asked = false;

function ask(): void {
  if (asked) return;
  asked = true;
  import('linkifyjs').then(
    ({ find }) => links.set(() => find),
    () => {
      asked = false;
    },
  );
}

/**
 * Numbers, dates and codes that would be turned around inside Arabic: ISO dates, phone numbers, amounts, orders. Their order is
 * overridden, since groups of Arabic digits run from right to left wherever they stand. None goes on in the next line.
 */
const d = `[\\d${ownDigits}]`;
const upright = new RegExp(
  [
    `(${d}{4}-${d}{2}-${d}{2}(?:[ T]${d}{2}:${d}{2})?`,
    `\\+?${d}(?:${d}|[ \\u00a0().-]){6,}${d}`,
    `#?[A-Z]{2,}-?${d}(?:${d}|[\\w-])*)`,
  ].join('|'),
  'g',
);

function guarded(text: string, key: string): ReactNode[] {
  return text.split(upright).map((part, i) =>
    i % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text keep their order
      <bdo key={`${key}.${i}`} dir="ltr">
        {part}
      </bdo>
    ) : (
      part
    ),
  );
}

/** A line of text with its numbers the right way round, and nothing else. */
export const Upright = ({ text }: { text: string }) => guarded(text, 'u');

/** WhatsApp's marks, which its users write everywhere: `*bold*`, `_italic_`, `~strike~`, and code. */
const marks = /(```[^`]+```|`[^`\n]+`|\*[^*\s][^*\n]*\*|(?<![\w])_[^_\s][^_\n]*_(?![\w])|~[^~\s][^~\n]*~)/g;

function marked(text: string, key: string): ReactNode[] {
  return text.split(marks).map((part, i) => {
    const at = `${key}-${i}`;
    if (i % 2 === 0) return <Fragment key={at}>{guarded(part, at)}</Fragment>;
    const inner = part.replace(/^(```|[`*_~])|(```|[`*_~])$/g, '');
    if (part.startsWith('`')) return <code key={at}>{inner}</code>;
    if (part.startsWith('*')) return <strong key={at}>{guarded(inner, at)}</strong>;
    if (part.startsWith('_')) return <em key={at}>{guarded(inner, at)}</em>;
    return <s key={at}>{guarded(inner, at)}</s>;
  });
}

const safe = /^(https?:|mailto:)/;

/** What somebody wrote: with links that lead out, marks as they were meant, and numbers the right way round. */
export function Linked({ text }: { text: string }) {
  const find = useSignal(links);
  // Every link has one of these signs in it.
  const mayHave = /[.@:]/.test(text);
  useEffect(() => {
    if (mayHave) ask();
  }, [mayHave]);
  const parts: ReactNode[] = [];
  let from = 0;
  for (const { start, end, href, value, isLink } of (mayHave && find?.(text)) || []) {
    if (!isLink || !safe.test(href)) continue;
    parts.push(...marked(text.slice(from, start), `t${start}`));
    parts.push(
      <a key={`l${start}`} href={href} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">
        {value}
      </a>,
    );
    from = end;
  }
  parts.push(...marked(text.slice(from), 'end'));
  return parts;
}
