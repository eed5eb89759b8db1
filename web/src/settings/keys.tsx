import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import { acts, keyText, pressed } from '../keys/acts.ts';
import { type ActId, keysIn, table } from '../keys/table.ts';
import { useSignal } from '../store/signal.ts';
import { prefer, usePreferences } from '../theme/preferences.ts';
import css from './settings.module.css';

/** Who may not do these has no keys for them. */
const byRight: ActId[] = ['go-console', 'go-analytics', 'simulator'];

/** Keys that somebody may want elsewhere, and one switch for all single ones. */
export function Keys() {
  const { t, i18n } = useLingui();
  const now = usePreferences();
  const mine = new Set(useSignal(acts).map(({ id }) => id));
  const all = (Object.keys(table) as ActId[])
    .filter((id) => 'keys' in table[id] && (mine.has(id) || !byRight.includes(id)))
    .map((id) => ({ id, label: i18n._(table[id].label) }));
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
                <kbd>{keysIn(act.id).map(keyText).join(', ') || '—'}</kbd>
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
