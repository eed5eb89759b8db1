import { Trans } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import { ApiError, call } from '../api/http.ts';
import type { ProviderSwitches } from '../api/types.ts';
import { client } from '../store/client.ts';
import { toast } from '../store/toasts.ts';
import css from './simulator.module.css';

type Of<T> = {
  [K in keyof ProviderSwitches]: ProviderSwitches[K] extends T ? K : never;
}[keyof ProviderSwitches];

/** What goes wrong at a simulated provider, for all of its people. */
export function ProviderBoard({ channelId, switches }: { channelId: string; switches: ProviderSwitches }) {
  const [now, setNow] = useState(switches);
  const set = async (next: Partial<ProviderSwitches>) => {
    setNow((before) => ({ ...before, ...next }));
    try {
      await call('PUT', `/inbox/simulator/${encodeURIComponent(channelId)}/provider`, { body: next });
    } catch (error) {
      if (error instanceof ApiError) toast(error.message, { tone: 'error' });
    }
    void client.invalidateQueries({ queryKey: ['phone'] });
  };
  const yes = (name: Of<boolean>, words: ReactNode) => (
    <label>
      <input
        type="checkbox"
        checked={now[name]}
        onChange={({ target }) => void set({ [name]: target.checked })}
      />{' '}
      {words}
    </label>
  );
  const count = (name: Of<number>, words: ReactNode, max: number) => (
    <label>
      {words}{' '}
      <input
        type="number"
        dir="ltr"
        min={0}
        max={max}
        value={now[name]}
        onChange={({ target }) => {
          const next = Math.round(Number(target.value));
          if (next >= 0 && next <= max) void set({ [name]: next });
        }}
      />
    </label>
  );
  return (
    <div className={css.board}>
      {yes('expired', <Trans>The credentials have expired</Trans>)}
      {yes('duplicate', <Trans>Everything is told twice</Trans>)}
      {yes('reorder', <Trans>What is told comes in another order</Trans>)}
      {count('delayMs', <Trans>Answers wait, in milliseconds</Trans>, 60_000)}
      {count('tooFast', <Trans>Messages refused for coming too fast</Trans>, 1000)}
      {count('faults', <Trans>Messages refused for a fault</Trans>, 1000)}
      {count('loseReceipts', <Trans>Receipts that are lost</Trans>, 1000)}
    </div>
  );
}
