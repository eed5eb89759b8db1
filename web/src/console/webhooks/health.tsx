import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useRef } from 'react';
import { Link } from 'wouter';
import { call } from '../../api/http.ts';
import { toast } from '../../store/toasts.ts';
import { fullTime, number } from '../../theme/format.ts';
import { readAgain } from '../form/thing.ts';
import { useDoing } from '../ui/doing.ts';
import { Said } from '../ui/english.tsx';
import { Fact } from '../ui/fact.tsx';
import ui from '../ui/page.module.css';
import { Reason } from '../ui/reason.tsx';
import { Refused } from '../ui/refused.tsx';
import { Took, When } from '../ui/when.tsx';
import { endpointAt, endpointPath, type Health, useHealthOf } from './endpoint.ts';
import { StateMark } from './state.tsx';
import css from './webhooks.module.css';
import { useAnswerWords } from './words.ts';

/** The page of an endpoint on which its health is told: with its switch, with its tester, or with neither. */
type Here = 'settings' | 'test' | undefined;

/** How an endpoint fares: what is amiss and what to do, then what is known of it. Kept up to date. */
export function HealthPanel({ id, here }: { id: string; here?: Here }) {
  const { t } = useLingui();
  const { data: health, error, retry } = useHealthOf(id);
  const region = useRef<HTMLElement>(null);
  return (
    <section ref={region} tabIndex={-1} className={ui.panel} aria-label={t`Health`}>
      {health ? (
        <Told health={health} here={here} mended={() => region.current?.focus()} />
      ) : error ? (
        <Refused error={error} retry={retry} line />
      ) : null}
    </section>
  );
}

interface ToldProps {
  health: Health;
  here: Here;
  /** It is back in use: the button for that goes away. */
  mended(): void;
}

function Told(props: ToldProps) {
  const { health } = props;
  return (
    <>
      <StateMark state={health.state} />
      <Trouble {...props} />
      <Facts health={health} />
    </>
  );
}

/** Why it is told nothing, or takes nothing, with the cure. */
function Trouble({ health, here, mended }: ToldProps) {
  const { t } = useLingui();
  const { state, failures, failingSince, disabledAt, disabledReason, held, last } = health;
  const words = useAnswerWords();
  if (state === 'off')
    return (
      <div className={ui.problem} data-kind="notice">
        <p>
          {here === 'settings'
            ? t`Nothing is told to it, and nothing is kept for later. Switch it on below to go on.`
            : t`Nothing is told to it, and nothing is kept for later. Switch it on in its settings to go on.`}
        </p>
      </div>
    );
  if (state !== 'failing' && state !== 'disabled') return null;
  const isDead = state === 'disabled';
  return (
    <div className={ui.problem} data-kind={isDead ? 'wrong' : 'notice'}>
      <p className={ui.problemText}>
        {isDead
          ? t`It failed for so long that nothing is told to it any more.`
          : t`${plural(failures, { one: 'The last call failed.', other: 'The last # calls failed.' })}`}
      </p>
      {last && last.status !== 200 && <p>{words(last)}</p>}
      {isDead && disabledReason && (
        <p>
          <Said text={disabledReason} />
        </p>
      )}
      <p className={ui.since}>
        {isDead && disabledAt !== undefined ? (
          <Trans>Since {fullTime(disabledAt)}</Trans>
        ) : (
          failingSince !== undefined && <Trans>Since {fullTime(failingSince)}</Trans>
        )}
      </p>
      <p>
        {isDead ? (
          <Trans>
            What there is to tell is held back. Mend the receiver, try it out, then take the webhook back into
            use: what was held back is told at once, in its order.
          </Trans>
        ) : (
          <Trans>
            Each call is tried again for up to 70 hours. After five days with failures only, nothing is told
            to it any more until somebody looks.
          </Trans>
        )}
      </p>
      <div className={css.acts}>
        {isDead && <BackIntoUse id={health.id} held={held} mended={mended} />}
        {here !== 'test' && (
          <Button component={Link} href={endpointAt(health.id, 'test')} variant="default" size="compact-sm">
            <Trans>Try it out</Trans>
          </Button>
        )}
      </div>
    </div>
  );
}

function BackIntoUse({ id, held, mended }: { id: string; held: number; mended(): void }) {
  const { t } = useLingui();
  const { busy, error, run } = useDoing();
  const enable = () =>
    run(async () => {
      await call('POST', `${endpointPath(id)}/enable`, { body: {} });
      readAgain();
      toast(t`The webhook is back in use`);
      mended();
    });
  return (
    <>
      <Button size="compact-sm" loading={busy} onClick={() => void enable()}>
        {held > 0
          ? t`${plural(held, { one: 'Take it back into use: # event is told', other: 'Take it back into use: # events are told' })}`
          : t`Take it back into use`}
      </Button>
      {error !== undefined && (
        <span role="alert" dir="auto">
          <Reason error={error} />
        </span>
      )}
    </>
  );
}

function Facts({ health }: { health: Health }) {
  const { t } = useLingui();
  const { id, last, pending, held, failed } = health;
  const log = (state: string) => `${endpointAt(id, 'deliveries')}?state=${state}`;
  return (
    <dl className={css.facts}>
      <Fact title={t`Last call`}>
        {last ? (
          <>
            <When at={last.at} /> · <Status of={last.status} /> · <Took ms={last.ms} />
          </>
        ) : (
          t`none yet`
        )}
      </Fact>
      <Fact title={t`On their way`}>
        <Link href={log('pending')}>{count(pending)}</Link>
      </Fact>
      {held > 0 && (
        <Fact title={t`Held back`}>
          <Link href={log('held')}>{count(held)}</Link>
        </Fact>
      )}
      <Fact title={t`Never taken`}>
        <Link href={log('failed')}>{count(failed)}</Link>
      </Fact>
    </dl>
  );
}

/** The server counts so many at most. */
const mostCounted = 1000;
export const count = (many: number) => number(many) + (many >= mostCounted ? '+' : '');

/** The status of an answer, or that there was none. */
export function Status({ of: status }: { of: number | undefined }) {
  const { t } = useLingui();
  return status === undefined ? t`no answer` : <bdi dir="ltr">HTTP {status}</bdi>;
}
