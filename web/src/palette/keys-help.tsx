import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useLocation } from 'wouter';
import { acts, keysOf, keyText } from '../keys/acts.ts';
import { useSignal } from '../store/signal.ts';
import { LayerBox } from './layer.tsx';
import css from './palette.module.css';

/** All keys that do something here. */
export default function KeysHelp({ close }: { close(): void }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const all = useSignal(acts).filter((act) => keysOf(act).length > 0);
  const fixed: [keys: string, label: string][] = [
    ['Enter', t`Open the conversation, send the message`],
    ['Shift+Enter', t`A new line`],
    ['Mod+Shift+Enter', t`Send and resolve`],
    ['/', t`In the composer: a quick reply`],
    ['{', t`In the composer: a variable`],
    ['@', t`In a note: a colleague`],
    [':', t`In the composer: an emoji`],
  ];
  return (
    <LayerBox title={t`Keyboard shortcuts`} close={close}>
      <div className={css.keysHead}>
        <h2>
          <Trans>Keyboard shortcuts</Trans>
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            close();
            go('/settings/keys');
          }}
        >
          <Trans>Change them</Trans>
        </Button>
      </div>
      <dl className={css.keys}>
        {all.map((act) => (
          <div key={act.id}>
            <dt>{act.label}</dt>
            <dd>
              {keysOf(act).map((keys) => (
                <kbd key={keys}>{keyText(keys)}</kbd>
              ))}
            </dd>
          </div>
        ))}
        {fixed.map(([keys, label]) => (
          <div key={keys}>
            <dt>{label}</dt>
            <dd>
              <kbd>{keyText(keys)}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </LayerBox>
  );
}
