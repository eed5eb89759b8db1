import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { ApiError, call } from '../../api/http.ts';
import { toast } from '../../store/toasts.ts';
import { fullTime, number } from '../../theme/format.ts';
import { Bones } from '../../ui/states.tsx';
import { asLeft } from '../address.ts';
import { readAgain } from '../form/thing.ts';
import { Back } from '../ui/back.tsx';
import { Code, headerLines } from '../ui/code.tsx';
import { useDoing } from '../ui/doing.ts';
import { Fact, Facts } from '../ui/fact.tsx';
import { useFocusBack } from '../ui/focus-back.ts';
import ui from '../ui/page.module.css';
import { Reason } from '../ui/reason.tsx';
import { Refused } from '../ui/refused.tsx';
import { Instant, Took } from '../ui/when.tsx';
import { type DeliveryDetail, endpointAt, endpointPath, type Try, useDelivery } from './endpoint.ts';
import { Status } from './health.tsx';
import { OutcomeMark } from './state.tsx';
import css from './webhooks.module.css';
import { useAnswerWords, useEventWords } from './words.ts';

/** One call: what is told, what each try was answered, what that means, and how it is told again. */
export function DeliveryPage({ id, seq }: { id: string; seq: string }) {
  const { data, error, retry } = useDelivery(id, seq);
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <div className={ui.page}>
      <Back href={asLeft(endpointAt(id, 'deliveries'))}>
        <Trans>Delivery log</Trans>
      </Back>
      {data && !isGone ? (
        <Told id={id} delivery={data} />
      ) : error ? (
        <Refused error={error} retry={retry} />
      ) : (
        <Bones count={6} shape="line" />
      )}
    </div>
  );
}

function Told({ id, delivery }: { id: string; delivery: DeliveryDetail }) {
  const { t } = useLingui();
  const { event } = useEventWords();
  const words = useAnswerWords();
  const { type, seq, at, state, attempt, dueAt, tries, request, eventId } = delivery;
  const last = tries.at(-1);
  return (
    <>
      <header className={`${ui.head} ${css.head}`}>
        <div>
          <h1>{event(type)}</h1>
          <p>
            <bdi dir="ltr">
              {type} #{seq}
            </bdi>
          </p>
        </div>
        <Again id={id} seq={seq} />
      </header>
      <Facts>
        <Fact title={t`Outcome`}>
          <OutcomeMark state={state} />
        </Fact>
        {last && <Fact title={t`What that means`}>{words(last)}</Fact>}
        <Fact title={t`Happened`}>{fullTime(at)}</Fact>
        <Fact title={t`Tries`}>{number(attempt)}</Fact>
        {dueAt !== undefined && dueAt > Date.now() && (
          <Fact title={t`Next try`}>
            <Instant at={dueAt} />
          </Fact>
        )}
        <Fact title={t`Its id`}>
          <code dir="ltr">{eventId}</code>
        </Fact>
      </Facts>
      <Tries tries={tries} />
      <section className={css.part} aria-labelledby="request">
        <h2 id="request">
          <Trans>Request</Trans>
        </h2>
        {request ? (
          <>
            <p className={ui.muted}>
              <Trans>As it would be told now; of secrets there are only stars.</Trans>
            </p>
            <Code title={t`Address`} value={`POST ${request.url}`} />
            <Code title={t`Headers`} value={headerLines(request.headers)} />
            <Code title={t`Body`} value={request.body} />
          </>
        ) : (
          <p className={ui.muted}>
            <Trans>What was told is not kept any more.</Trans>
          </p>
        )}
      </section>
    </>
  );
}

function Tries({ tries }: { tries: Try[] }) {
  const { t } = useLingui();
  const words = useAnswerWords();
  return (
    <section className={css.part} aria-labelledby="tries">
      <h2 id="tries">
        <Trans>Answers</Trans>
      </h2>
      {tries.length === 0 && (
        <p className={ui.muted}>
          <Trans>It was not called yet.</Trans>
        </p>
      )}
      <ol className={css.tries}>
        {tries.toReversed().map((one) => {
          const no = number(one.attempt);
          return (
            <li key={`${one.attempt} ${one.at}`}>
              <p>
                <b>{t`Try ${no}`}</b> · <Instant at={one.at} /> · <Status of={one.status} /> ·{' '}
                <Took ms={one.ms} />
              </p>
              <p className={ui.muted}>{words(one)}</p>
              {one.answer && <Code title={t`Answer of try ${no}`} value={one.answer} />}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** Tells this one again, under the same id: who knows it already does nothing twice. */
function Again({ id, seq }: { id: string; seq: number }) {
  const { t } = useLingui();
  const { busy, error, run } = useDoing();
  const button = useFocusBack(busy);
  const tell = () =>
    run(async () => {
      const { queued } = await call<{ queued: number }>('POST', `${endpointPath(id)}/replay`, {
        body: { from: seq, to: seq },
      });
      readAgain();
      toast(queued > 0 ? t`It is told again` : t`It is on its way already`);
    });
  const isOff = error instanceof ApiError && error.code === 'ENDPOINT_DISABLED';
  return (
    <div className={css.beside}>
      <Button
        ref={button}
        variant="default"
        leftSection={<IconRefresh size={17} />}
        loading={busy}
        onClick={() => void tell()}
      >
        <Trans>Tell it again</Trans>
      </Button>
      {error !== undefined && (
        <p role="alert" className={css.failed} dir="auto">
          <Reason
            error={error}
            instead={isOff && t`The webhook is out of use: take it back into use first.`}
          />
        </p>
      )}
    </div>
  );
}
