import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import { Linked } from '../text/linked.tsx';
import css from './content.module.css';

const longText = 1600;

/** What somebody wrote; a long one is unfolded on request. */
export function Text({ text }: { text: string }) {
  const [whole, setWhole] = useState(text.length <= longText);
  return (
    <div className={css.text} dir="auto">
      <Linked text={whole ? text : `${text.slice(0, longText)}…`} />
      {!whole && (
        <button type="button" className={css.more} onClick={() => setWhole(true)}>
          <Trans>Show all</Trans>
        </button>
      )}
    </div>
  );
}
