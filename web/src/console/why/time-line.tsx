import { Trans, useLingui } from '@lingui/react/macro';
import { type Icon, IconArrowUpRight, IconSend, IconWebhook } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { number } from '../../theme/format.ts';
import { useMay } from '../rights.ts';
import { Code } from '../ui/code.tsx';
import { lasting } from '../ui/lasting.ts';
import type { Tone } from '../ui/mark.tsx';
import ui from '../ui/page.module.css';
import { Instant, Took } from '../ui/when.tsx';
import { endpointAt } from '../webhooks/endpoint.ts';
import { Status } from '../webhooks/health.tsx';
import { OutcomeMark } from '../webhooks/state.tsx';
import { useEventWords } from '../webhooks/words.ts';
import { Failed } from './life.tsx';
import type { Attempt, Call, ToldDelivery, ToldEvent, Why } from './message.ts';
import css from './why.module.css';
import { useStatusWords } from './words.ts';

/** One thing that happened. */
interface Happening {
  key: string;
  at: number;
  /** Of what happened in the same millisecond, what comes first. */
  rank: number;
  icon: Icon;
  tone: Tone;
  title: ReactNode;
  more?: ReactNode;
}

/** A pause that is worth a word, ms. */
const longMs = 2000;

/** All that happened to a message, in the order of time: its steps, each attempt, who was told. */
export function TimeLine({ why }: { why: Why }) {
  const { t } = useLingui();
  const all = useHappenings(why);
  return (
    <section className={css.part} aria-labelledby="happened">
      <h2 id="happened">
        <Trans>What happened</Trans>
      </h2>
      <ol className={css.timeLine}>
        {all.map(({ key, at, icon: Shape, tone, title, more }, i) => (
          <li key={key}>
            {i > 0 && <Pause ms={at - all[i - 1]!.at} />}
            <div className={css.happening} data-tone={tone}>
              <Shape size={17} aria-hidden="true" />
              <div>
                <p className={css.happened}>
                  <span>{title}</span>
                  <small>
                    <Instant at={at} />
                  </small>
                </p>
                {more}
              </div>
            </div>
          </li>
        ))}
      </ol>
      {!why.told.complete && (
        <p className={ui.muted}>
          {t`Much has happened since: of the events, only those right after each step were looked for.`}
        </p>
      )}
    </section>
  );
}

function Pause({ ms }: { ms: number }) {
  if (ms < longMs) return null;
  const pause = lasting(ms);
  return (
    <p className={css.pause}>
      <Trans>{pause} later</Trans>
    </p>
  );
}

function useHappenings({ steps, attempts, told }: Why): Happening[] {
  const { t } = useLingui();
  const statusWords = useStatusWords();
  const { event } = useEventWords();
  const all: Happening[] = [
    ...steps.map(({ at, status }): Happening => {
      const { said, icon, tone } = statusWords(status);
      return { key: status, at, rank: 0, icon, tone, title: said };
    }),
    ...attempts.map((one): Happening => {
      const no = number(one.attempt);
      return {
        ...{ key: `attempt ${one.attempt}`, at: one.at, rank: 1, icon: IconSend },
        tone: one.failure ? 'danger' : 'ok',
        title: one.failure ? t`Attempt ${no} failed.` : t`Attempt ${no} went well.`,
        more: <AttemptTold attempt={one} />,
      };
    }),
    ...told.events.map(
      (one): Happening => ({
        ...{ key: `event ${one.seq}`, at: one.at, rank: 2, icon: IconWebhook },
        tone: one.deliveries.some(({ state }) => state === 'failed') ? 'danger' : 'muted',
        title: (
          <Trans>
            Told to programs: <b>{event(one.type)}</b>
          </Trans>
        ),
        more: <EventTold event={one} />,
      }),
    ),
  ];
  return all.sort((a, b) => a.at - b.at || a.rank - b.rank);
}

function AttemptTold({ attempt: { failure, calls } }: { attempt: Attempt }) {
  return (
    <>
      {failure && (
        <div className={ui.problem} data-kind="wrong">
          <Failed failure={failure} />
        </div>
      )}
      {calls.map((one) => (
        <CallTold key={`${one.at} ${one.url}`} call={one} />
      ))}
    </>
  );
}

function CallTold({ call: { ms, method, url, request, status, answer, error } }: { call: Call }) {
  const { t } = useLingui();
  return (
    <details className={css.fold}>
      <summary>
        <bdi dir="ltr">{method}</bdi> · <Status of={status} /> · <Took ms={ms} />
      </summary>
      <Code title={t`Address`} value={url} />
      {request !== undefined && <Code title={t`What was said`} value={request} />}
      {answer !== undefined && <Code title={t`What was answered`} value={answer} />}
      {error !== undefined && <Code title={t`Why there was no answer`} value={error} />}
    </details>
  );
}

/** How each webhook took an event, with the way to the call. */
function EventTold({ event: { type, short, seq, deliveries } }: { event: ToldEvent }) {
  return (
    <>
      <p className={ui.muted}>
        <bdi dir="ltr">
          {type} {short} #{seq}
        </bdi>
      </p>
      {deliveries.length === 0 ? (
        <p className={ui.muted}>
          <Trans>No webhook hears of it.</Trans>
        </p>
      ) : (
        <ul className={css.deliveries}>
          {deliveries.map((one) => (
            <li key={one.endpointId}>
              <DeliveryTold seq={seq} delivery={one} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function DeliveryTold({ seq, delivery }: { seq: number; delivery: ToldDelivery }) {
  const { t } = useLingui();
  const may = useMay();
  const { endpointId, endpoint, state, attempt, answerStatus, dueAt } = delivery;
  const tries = number(attempt);
  return (
    <>
      <bdi>{endpoint}</bdi>
      <OutcomeMark state={state} />
      {attempt > 0 && (
        <span className={ui.muted}>
          <Status of={answerStatus} />
          {attempt > 1 && <> · {t`tries: ${tries}`}</>}
        </span>
      )}
      {state === 'pending' && dueAt !== undefined && dueAt > Date.now() && (
        <span className={ui.muted}>
          <Trans>
            again <Instant at={dueAt} />
          </Trans>
        </span>
      )}
      {may('admin') && (
        <Link href={endpointAt(endpointId, 'deliveries', seq)}>
          <Trans>See the call</Trans> <IconArrowUpRight size={14} className="mirror" aria-hidden="true" />
        </Link>
      )}
    </>
  );
}
