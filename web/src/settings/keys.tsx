import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import { acts, keysOf, keyText, pressed } from '../keys/acts.ts';
import { useSignal } from '../store/signal.ts';
import { prefer, usePreferences } from '../theme/preferences.ts';
import css from './settings.module.css';

/** Keys that somebody may want elsewhere, and one switch for all single ones. */
export function Keys() {
  const { t } = useLingui();
  const now = usePreferences();
  const all = useSignal(acts).filter(({ keys }) => keys && keys.length > 0);
  const [waiting, setWaiting] = useState<string>();
  const set = (id: string, keys: string) => {
    prefer({ keys: { ...now.keys, [id]: keys } });
    setWaiting(undefined);
  };
  return (
    <>
      <Switch
        className={css.toggle ?? ''}
        label={t`Single-key shortcuts`}
        description={t`When off, only combinations with Ctrl or Alt work.`}
        checked={now.singleKeys}
        onChange={(event) => prefer({ singleKeys: event.currentTarget.checked })}
        labelPosition="left"
      />
      <p className={css.hint}>
        <Trans>Shortcuts of a conversation appear here once you have opened one.</Trans>
      </p>
      <ul className={css.keys}>
        {all.map((act) => (
          <li key={act.id}>
            <span>{act.label}</span>
            <button
              type="button"
              aria-label={t`Change the key of: ${act.label}`}
              onClick={() => setWaiting(act.id)}
              onKeyDown={(event) => {
                if (waiting !== act.id) return;
                event.preventDefault();
                event.stopPropagation();
                const keys =
                  event.key === 'Escape'
                    ? undefined
                    : event.key === 'Backspace'
                      ? ''
                      : pressed(event.nativeEvent);
                if (event.key === 'Escape') setWaiting(undefined);
                else if (keys !== undefined) set(act.id, keys);
              }}
              onBlur={() => setWaiting(undefined)}
            >
              {waiting === act.id ? (
                <Trans>Press a key</Trans>
              ) : (
                <kbd>{keysOf(act).map(keyText).join(', ') || '—'}</kbd>
              )}
            </button>
          </li>
        ))}
      </ul>
      <Button variant="default" size="compact-md" onClick={() => prefer({ keys: {} })}>
        <Trans>Reset all</Trans>
      </Button>
    </>
  );
}
