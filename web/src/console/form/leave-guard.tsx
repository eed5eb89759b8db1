import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { leaving } from '../../shell/ui-state.ts';
import { Dialog } from '../ui/dialog.tsx';
import css from '../ui/ui.module.css';
import type { Form } from './form.ts';

/** Asks before one goes elsewhere while something is not saved. The browser asks itself before its tab is closed. */
export function LeaveGuard<V>({ form }: { form: Form<V> }) {
  const { t } = useLingui();
  const [wants, setWants] = useState<() => void>();
  useEffect(() => {
    if (!form.isChanged) return;
    const unload = (event: BeforeUnloadEvent) => event.preventDefault();
    leaving.set(() => (go: () => void) => setWants(() => go));
    addEventListener('beforeunload', unload);
    return () => {
      leaving.set(undefined);
      removeEventListener('beforeunload', unload);
    };
  }, [form.isChanged]);
  const leave = (how: 'keep' | 'discard') => {
    leaving.set(undefined);
    if (how === 'discard') form.discard();
    setWants(undefined);
    wants?.();
  };
  return (
    <Dialog
      opened={wants !== undefined}
      close={() => setWants(undefined)}
      title={t`Leave without saving?`}
      acts={
        <>
          <Button variant="default" className={css.danger ?? ''} onClick={() => leave('discard')}>
            <Trans>Discard my changes</Trans>
          </Button>
          <Button variant="default" onClick={() => leave('keep')}>
            <Trans>Leave</Trans>
          </Button>
          <Button onClick={() => setWants(undefined)} data-autofocus>
            <Trans>Stay here</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>
          What you changed is not saved. If you leave, it is kept in this window for when you come back.
        </Trans>
      </p>
    </Dialog>
  );
}
