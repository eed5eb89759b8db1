import { Trans, useLingui } from '@lingui/react/macro';
import { Switch } from '@mantine/core';
import { IconConfetti } from '@tabler/icons-react';
import { useEffect } from 'react';
import { number } from '../../theme/format.ts';
import { prefer, usePreferences } from '../../theme/preferences.ts';
import { Bones, useSlow } from '../../ui/states.tsx';
import ui from '../ui/page.module.css';
import { Refused } from '../ui/refused.tsx';
import { type Door, useDoors } from './facts.ts';
import css from './first-steps.module.css';
import { Connecting, Trying } from './parts.tsx';
import { connecting, countDone, trying } from './steps.ts';

/** From nothing to the first message that is answered: without a provider first, then with one. */
export default function FirstSteps() {
  const { t } = useLingui();
  const { doors, error, retry } = useDoors();
  const slow = useSlow(!doors && !error);
  return (
    <div className={css.page}>
      <header className={ui.head}>
        <h1>{t`First steps`}</h1>
        <p>{t`From an empty installation to the first message that is answered. A step ticks itself as soon as it has happened, whoever did it.`}</p>
      </header>
      {doors ? (
        <>
          {error !== null && <Refused error={error} retry={retry} line />}
          <Steps doors={doors} />
        </>
      ) : error ? (
        <Refused error={error} retry={retry} />
      ) : (
        slow && <Bones count={6} shape="line" />
      )}
    </div>
  );
}

function Steps({ doors }: { doors: Door[] }) {
  const { t } = useLingui();
  const [first, second] = [trying(doors), connecting(doors)];
  const all = [...first.steps, ...second.steps];
  // Who talks with customers over a real channel needs no sandbox any more.
  const isDone = second.steps.every(({ done }) => done);
  useEffect(() => {
    // From now on the console begins elsewhere.
    if (isDone) prefer({ firstSteps: false });
  }, [isDone]);
  const [done, of] = [number(countDone(all)), number(all.length)];
  return (
    <>
      {isDone ? (
        <p className={css.all} role="status">
          <IconConfetti size={20} aria-hidden="true" />
          <Trans>All is set up: a customer wrote over a real channel, and was answered.</Trans>
        </p>
      ) : (
        <p className={css.count} role="status">
          {t`${done} of ${of} steps done`}
        </p>
      )}
      <Trying {...first} />
      <Connecting {...second} isLater={first.steps.some(({ done: is }) => !is)} />
      {!isDone && <AtStart />}
    </>
  );
}

/** Whether the console begins with this page; it stays in the column at the start. */
function AtStart() {
  const { t } = useLingui();
  const { firstSteps } = usePreferences();
  return (
    <Switch
      className={css.atStart ?? ''}
      checked={firstSteps}
      onChange={(event) => prefer({ firstSteps: event.currentTarget.checked })}
      label={t`Begin the administration with this page`}
      description={t`You find it in the column at the start all the same.`}
    />
  );
}
