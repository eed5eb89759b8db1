import { Trans } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import { call } from '../api/http.ts';
import type { ProviderSwitches } from '../api/types.ts';
import { client } from '../store/client.ts';
import { complain } from '../ui/refusals.ts';
import css from './simulator.module.css';

type Of<T> = {
  [K in keyof ProviderSwitches]: ProviderSwitches[K] extends T ? K : never;
}[keyof ProviderSwitches];

/** What goes wrong at a simulated provider, for all of its people. The provider counts down what it has done. */
export function ProviderBoard({ channelId, switches }: { channelId: string; switches: ProviderSwitches }) {
  /** What was chosen here, until the provider says so itself. */
  const [chosen, setChosen] = useState<Partial<ProviderSwitches>>({});
  const now = { ...switches, ...chosen };
  const set = async (next: Partial<ProviderSwitches>) => {
    setChosen((before) => ({ ...before, ...next }));
    try {
      await call('PUT', `/inbox/simulator/${encodeURIComponent(channelId)}/provider`, { body: next });
    } catch (error) {
      complain(error);
    }
    await client.invalidateQueries({ queryKey: ['phone'] });
    setChosen((before) => without(before, next));
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
    <Count words={words} value={now[name]} max={max} set={(value) => void set({ [name]: value })} />
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

/** What was chosen, but for these as long as nothing else was chosen since. */
const without = (chosen: Partial<ProviderSwitches>, these: Partial<ProviderSwitches>) =>
  Object.fromEntries(
    Object.entries(chosen).filter(([name, value]) => these[name as keyof ProviderSwitches] !== value),
  ) as Partial<ProviderSwitches>;

interface CountProps {
  words: ReactNode;
  value: number;
  max: number;
  set(value: number): void;
}

/** A number that is set once it is written: by Enter, or when the field is left. */
function Count({ words, value, max, set }: CountProps) {
  const [typed, setTyped] = useState<string>();
  const end = () => {
    const next = Math.round(Number(typed));
    if (typed && next >= 0 && next <= max) set(next);
    setTyped(undefined);
  };
  return (
    <label>
      {words}{' '}
      <input
        type="number"
        dir="ltr"
        min={0}
        max={max}
        value={typed ?? value}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={({ key }) => key === 'Enter' && end()}
        onBlur={end}
      />
    </label>
  );
}
