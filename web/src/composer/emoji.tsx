import { useLingui } from '@lingui/react/macro';
import { useEffect, useRef, useState } from 'react';
import { folded } from '../text/fold.ts';
import finder from '../ui/finder.module.css';
import css from './emoji.module.css';
import { emoji } from './emoji-data.ts';

const recentKey = 'parley.emoji';

function recent(): string[] {
  try {
    return JSON.parse(localStorage.getItem(recentKey) ?? '[]');
  } catch {
    return [];
  }
}

/** Signs to choose from, the last used ones first. */
export default function Emoji({ choose, close }: { choose(sign: string): void; close(): void }) {
  const { t } = useLingui();
  const [text, setText] = useState('');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const outside = ({ target }: Event) => {
      if (!box.current?.contains(target as Node)) close();
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [close]);
  const last = text === '' ? recent() : [];
  const found = emoji.filter(({ words }) => text === '' || words.includes(folded(text)));
  const take = (sign: string) => {
    localStorage.setItem(
      recentKey,
      JSON.stringify([sign, ...recent().filter((one) => one !== sign)].slice(0, 16)),
    );
    choose(sign);
  };
  return (
    <div
      ref={box}
      className={css.emoji}
      role="dialog"
      aria-label={t`Emoji`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // It means this, and not the conversation behind it.
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <input
        type="search"
        className={finder.find}
        autoFocus
        value={text}
        placeholder={t`Find an emoji`}
        aria-label={t`Find an emoji`}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && found[0] && take(found[0].sign)}
      />
      <div className={`${finder.found} ${css.emojiGrid}`}>
        {last.map((sign) => (
          <button
            key={`last ${sign}`}
            type="button"
            onClick={() => take(sign)}
            aria-label={emoji.find((one) => one.sign === sign)?.words ?? sign}
          >
            {sign}
          </button>
        ))}
        {found.map(({ sign, words }) => (
          <button key={sign} type="button" onClick={() => take(sign)} aria-label={words} title={words}>
            {sign}
          </button>
        ))}
      </div>
    </div>
  );
}
