import { useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { acts, keysOf, keyText } from '../keys/acts.ts';
import { useSignal } from '../store/signal.ts';
import { folded } from '../text/fold.ts';
import { LayerBox } from './layer.tsx';
import css from './palette.module.css';

/** Every act that there is here, to be found by its name. */
export default function Palette({ close }: { close(): void }) {
  const { t } = useLingui();
  const all = useSignal(acts);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = useMemo(() => {
    const words = folded(text).split(/\s+/).filter(Boolean);
    return all.filter(
      ({ id, label }) => id !== 'palette' && words.every((word) => folded(label).includes(word)),
    );
  }, [all, text]);
  const take = (i: number) => {
    const act = found[i];
    if (!act) return;
    close();
    // The layer gives the focus back first.
    setTimeout(() => act.run(), 50);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // The Enter that takes over a word which is being put together is none of ours.
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((now) => (now + step + found.length) % Math.max(found.length, 1));
    else if (event.key === 'Enter') take(at);
    else return;
    event.preventDefault();
  };
  return (
    <LayerBox title={t`Commands`} close={close}>
      <input
        type="text"
        className={css.field}
        dir="auto"
        data-autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={`command-${at}`}
        value={text}
        placeholder={t`What do you want to do?`}
        aria-label={t`What do you want to do?`}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="commands" role="listbox" aria-label={t`Commands`} className={css.list} tabIndex={-1}>
        {found.map((act, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={act.id}
            id={`command-${i}`}
            role="option"
            aria-selected={i === at}
            className={css.item}
            ref={(element) => {
              if (i === at) element?.scrollIntoView({ block: 'nearest' });
            }}
            onClick={() => take(i)}
          >
            <span>{act.label}</span>
            {keysOf(act)
              .slice(0, 1)
              .map((keys) => (
                <kbd key={keys}>{keyText(keys)}</kbd>
              ))}
          </div>
        ))}
        {found.length === 0 && <p className={css.none}>{t`No command has this name.`}</p>}
      </div>
    </LayerBox>
  );
}
