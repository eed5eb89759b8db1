import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import css from './ui.module.css';

interface OnceProps {
  /** What it is: `The key`. */
  label: string;
  value: string;
  /** What to do with it. */
  children?: ReactNode;
  /** It is kept elsewhere now, and may go. */
  done?(): void;
}

/** A secret that is shown this once, to be copied. It is in no address, no cache and no list. */
export function Once({ label, value, children, done }: OnceProps) {
  const { t } = useLingui();
  return (
    <div className={css.once} role="group" aria-label={label}>
      <p className={css.onceLabel}>{label}</p>
      <p>
        <Trans>It is shown this once and never again. Keep it somewhere safe before you go on.</Trans>
      </p>
      <div className={css.onceValue}>
        <code dir="ltr">{value}</code>
        <Copy value={value} label={t`Copy ${label}`} />
      </div>
      {children}
      {done && (
        <Button variant="default" onClick={done}>
          <Trans>I have kept it</Trans>
        </Button>
      )}
    </div>
  );
}

/** Copies a value, and says that it did. */
export function Copy({ value, label }: { value: string; label: string }) {
  const { t } = useLingui();
  const [how, setHow] = useState<'copied' | 'failed'>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setHow('copied');
    } catch {
      setHow('failed');
    }
  };
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        aria-label={label}
        leftSection={how === 'copied' ? <IconCheck size={16} /> : <IconCopy size={16} />}
        onClick={() => void copy()}
      >
        {how === 'copied' ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
      </Button>
      <span role="status" className="sr">
        {how === 'copied'
          ? t`Copied`
          : how === 'failed'
            ? t`The browser does not let it be copied: select it.`
            : ''}
      </span>
    </>
  );
}
