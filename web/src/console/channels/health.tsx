import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { fullTime, number } from '../../theme/format.ts';
import { Said } from '../ui/english.tsx';
import { Fact } from '../ui/fact.tsx';
import ui from '../ui/page.module.css';
import { Refused } from '../ui/refused.tsx';
import { When } from '../ui/when.tsx';
import { type Connection, type Health, useHealthOf } from './channel.ts';
import css from './channels.module.css';
import { StateMark } from './state.tsx';
import { useProblemWords } from './words.ts';

/** How a channel fares: what is amiss and the cure, then what is known of it. Kept up to date. */
export function HealthPanel({ id }: { id: string }) {
  const { t } = useLingui();
  const { health, error, retry } = useHealthOf(id);
  return (
    <section className={ui.panel} aria-label={t`Health`}>
      <h2>
        <Trans>Health</Trans>
      </h2>
      {health ? <Told health={health} /> : error ? <Refused error={error} retry={retry} line /> : null}
    </section>
  );
}

function Told({ health }: { health: Health }) {
  const words = useProblemWords();
  return (
    <>
      <p>
        <StateMark state={health.state} />
      </p>
      {health.problems.map((problem) => {
        const { text, cure } = words(problem);
        return (
          <div
            key={`${problem.code} ${problem.said}`}
            className={ui.problem}
            data-kind={problem.needsAttention ? 'wrong' : 'notice'}
          >
            <p className={ui.problemText}>{text}</p>
            {problem.said && (
              <p>
                <Said text={problem.said} />
              </p>
            )}
            <p>{cure}</p>
            {problem.since !== undefined && (
              <p className={ui.since}>
                <Trans>Since {fullTime(problem.since)}</Trans>
              </p>
            )}
          </div>
        );
      })}
      <Facts health={health} />
    </>
  );
}

function Facts({ health }: { health: Health }) {
  const { t } = useLingui();
  const { lastCall, lastWellAt, lastHeardAt = 0, lastRefused, credentials, pausedUntil } = health;
  return (
    <dl className={css.facts}>
      <Fact title={t`Last call to the provider`}>
        {lastCall ? (
          <>
            <When at={lastCall.at} /> · {lastCall.failure ? t`it failed` : t`it went well`}
          </>
        ) : (
          t`none yet`
        )}
      </Fact>
      {lastCall?.failure && lastWellAt !== undefined && (
        <Fact title={t`Last call that went well`}>
          <When at={lastWellAt} />
        </Fact>
      )}
      <Fact title={t`The provider last told something`}>
        {lastHeardAt > 0 ? <When at={lastHeardAt} /> : t`never yet`}
      </Fact>
      {lastRefused && lastRefused.at > lastHeardAt && (
        <Fact title={t`Last request that was refused`}>
          <When at={lastRefused.at} /> <Said text={lastRefused.reason} />
        </Fact>
      )}
      {credentials && (
        <Fact title={t`Credentials`}>
          <Ending {...credentials} />
        </Fact>
      )}
      {pausedUntil !== undefined && <Fact title={t`Paused until`}>{fullTime(pausedUntil)}</Fact>}
      {health.connections?.map((one) => (
        <Fact key={`${one.name} ${one.process}`} title={t`Connection ${one.name}`}>
          <Open one={one} />
        </Fact>
      ))}
    </dl>
  );
}

function Ending({ endsAt, daysLeft, renewed }: NonNullable<Health['credentials']>) {
  const { t } = useLingui();
  const day = fullTime(endsAt);
  if (renewed) return t`renewed by the provider; those in force end on ${day}`;
  if (daysLeft < 0) return t`ended on ${day}`;
  return t`${plural(daysLeft, { one: '# day left', other: '# days left' })}`;
}

function Open({ one: { open, wanted, since, reason } }: { one: Connection }) {
  const { t } = useLingui();
  const [are, shall] = [number(open), number(wanted)];
  return (
    <>
      {open >= wanted ? t`open` : t`${are} of ${shall} open`} · <When at={since} />{' '}
      {open < wanted && reason && <Said text={reason} />}
    </>
  );
}
