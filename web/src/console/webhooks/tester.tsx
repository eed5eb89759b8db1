import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconSend } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { call, queryOf } from '../../api/http.ts';
import { Bones } from '../../ui/states.tsx';
import { consoleKey } from '../list/rows.ts';
import { Code, headerLines } from '../ui/code.tsx';
import ui from '../ui/page.module.css';
import { Reason } from '../ui/reason.tsx';
import { Refused } from '../ui/refused.tsx';
import { Took } from '../ui/when.tsx';
import { BackToAll, Known, Tabs } from './about.tsx';
import { type Endpoint, endpointPath, titleOf, useSurfaces } from './endpoint.ts';
import { HealthPanel, Status } from './health.tsx';
import { useVerdictWords } from './verdict.ts';
import css from './webhooks.module.css';
import { useAnswerWords, useEventWords } from './words.ts';

/** A sample as the endpoint would be told it. */
interface Sample {
  type: string;
  sample: string;
  subscribed: boolean;
  request: { method: string; url: string; headers: Record<string, string>; body: unknown };
}

export interface Tested extends Sample {
  answer?: { status: number; headers: Record<string, string>; body: string; cut: boolean; ms: number };
  failure?: { stage: string; text: string; ms: number };
  verdict: { kind: 'delivered' | 'retry' | 'failed' | 'gone'; inMs?: number };
}

/** Which sample, in whose words. */
interface Wanted {
  type?: string;
  sample?: string;
  surface?: string;
}

/** Tries an endpoint out: a sample of any event, as it would go out, and what is answered to it. */
export const Tester = ({ id }: { id: string }) => (
  <Known id={id}>
    {(endpoint) => (
      <div className={ui.page}>
        <BackToAll />
        <header className={`${ui.head} ${css.head}`}>
          <h1>
            <bdi>{titleOf(endpoint)}</bdi>
          </h1>
        </header>
        <Tabs id={id} here="test" />
        <HealthPanel id={id} here="test" />
        <Chosen endpoint={endpoint} />
      </div>
    )}
  </Known>
);

function useSample({ id }: Endpoint, wanted: Wanted) {
  return useQuery({
    queryKey: [consoleKey, 'sample', id, wanted],
    queryFn: ({ signal }) =>
      call<Sample>('GET', `${endpointPath(id)}/sample${queryOf({ ...wanted })}`, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  });
}

function Chosen({ endpoint }: { endpoint: Endpoint }) {
  const [wanted, setWanted] = useState<Wanted>({});
  const { data: sample, error, refetch } = useSample(endpoint, wanted);
  const test = useTest(endpoint, sample, wanted.surface);
  const choose = (next: Wanted) => {
    setWanted(next);
    test.forget();
  };
  if (!sample)
    return error ? <Refused error={error} retry={() => void refetch()} /> : <Bones count={4} shape="line" />;
  return (
    <>
      <Choices endpoint={endpoint} sample={sample} wanted={wanted} choose={choose} />
      {error && <Refused error={error} retry={() => void refetch()} line />}
      {!sample.subscribed && (
        <p className={css.notice}>
          <Trans>It does not hear such events: the sample reaches it all the same.</Trans>
        </p>
      )}
      <div className={css.acts}>
        <Button
          leftSection={<IconSend size={17} className="mirror" />}
          loading={test.busy}
          onClick={() => void test.run()}
        >
          <Trans>Send the sample</Trans>
        </Button>
        <span className={ui.muted}>
          <Trans>It is sent once, and counts for nothing: it is in no log.</Trans>
        </span>
      </div>
      <Result test={test} />
      <section className={css.part} aria-labelledby="sample">
        <h2 id="sample">
          <Trans>What is sent</Trans>
        </h2>
        <Code title={sample.request.url} value={sample.request.body} />
        <details className={css.fold}>
          <summary>
            <Trans>Headers</Trans>
          </summary>
          <Code
            title={`${sample.request.method} ${sample.request.url}`}
            value={headerLines(sample.request.headers)}
          />
        </details>
      </section>
    </>
  );
}

interface ChoicesProps {
  endpoint: Endpoint;
  sample: Sample;
  wanted: Wanted;
  choose(wanted: Wanted): void;
}

function Choices({ endpoint, sample, wanted, choose }: ChoicesProps) {
  const { t } = useLingui();
  const { event } = useEventWords();
  const surfaces = useSurfaces().items?.filter(({ types }) => types.length > 0) ?? [];
  const surface = wanted.surface ?? endpoint.surface;
  const isOwn = surface === endpoint.surface;
  const told = surfaces.find(({ name }) => name === surface);
  const behind = isOwn ? told?.topics?.find(({ topic }) => topic === endpoint.topic)?.types : undefined;
  const types = told?.types.filter(({ type }) => behind?.includes(type) ?? true) ?? [];
  const { samples = [sample.sample] } = types.find(({ type }) => type === sample.type) ?? {};
  const of = isOwn ? {} : { surface };
  return (
    <div className={css.choices}>
      <Choice
        label={t`Event`}
        value={sample.type}
        set={(type) => choose({ ...of, type })}
        options={(types.length > 0 ? types : [sample]).map(({ type }) => [type, event(type)])}
      />
      <Choice
        label={t`Sample`}
        value={sample.sample}
        set={(name) => choose({ ...of, type: sample.type, sample: name })}
        options={samples.map((name) => [name, name])}
      />
      <Choice
        label={t`In the words of`}
        value={surface}
        set={(name) => {
          const speaks = surfaces
            .find((one) => one.name === name)
            ?.types.some(({ type }) => type === sample.type);
          choose({
            ...(name !== endpoint.surface && { surface: name }),
            ...(speaks && { type: sample.type }),
          });
        }}
        options={(surfaces.length > 0 ? surfaces : [{ name: surface }]).map(({ name }) => [name, name])}
      />
    </div>
  );
}

function Choice({
  label,
  value,
  set,
  options,
}: {
  label: string;
  value: string;
  set(value: string): void;
  options: [value: string, label: string][];
}): ReactNode {
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => set(event.target.value)}>
        {options.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}

function useTest({ id }: Endpoint, sample: Sample | undefined, surface: string | undefined) {
  const [state, setState] = useState<{ busy?: true; told?: Tested; failure?: unknown }>({});
  // Of a sample that was left meanwhile, the answer is of no use any more.
  const runs = useRef(0);
  const run = async () => {
    if (!sample) return;
    runs.current++;
    const mine = runs.current;
    const end = (how: { told?: Tested; failure?: unknown }) => mine === runs.current && setState(how);
    setState({ busy: true });
    try {
      const body = { type: sample.type, sample: sample.sample, ...(surface && { surface }) };
      end({ told: await call<Tested>('POST', `${endpointPath(id)}/test`, { body }) });
    } catch (failure) {
      end({ failure });
    }
  };
  return {
    run,
    forget() {
      runs.current++;
      setState({});
    },
    busy: state.busy === true,
    told: state.told,
    failure: state.failure,
  };
}

/** What was answered in plain words, and what would have followed. */
function Result({ test: { busy, told, failure } }: { test: ReturnType<typeof useTest> }) {
  const { t } = useLingui();
  const answerWords = useAnswerWords();
  const verdictWords = useVerdictWords();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (told || failure !== undefined) box.current?.focus();
  }, [told, failure]);
  const kind = told?.verdict.kind;
  const Icon = kind === 'delivered' ? IconCircleCheck : kind === 'retry' ? IconAlertTriangle : IconCircleX;
  return (
    <div ref={box} tabIndex={-1} role="status" aria-busy={busy} className={css.result}>
      {busy && (
        <p>
          <Trans>It is being called. That takes 30 seconds at most.</Trans>
        </p>
      )}
      {told && (
        <div className={css.verdict} data-kind={kind}>
          <Icon size={20} aria-hidden="true" />
          <div>
            <p className={ui.problemText}>
              {answerWords({ status: told.answer?.status, stage: told.failure?.stage })}
            </p>
            <p>
              <Status of={told.answer?.status} /> · <Took ms={told.answer?.ms ?? told.failure?.ms ?? 0} />
            </p>
            <p>{verdictWords(told.verdict)}</p>
            {told.failure && <Code title={t`Why there was no answer`} value={told.failure.text} />}
            {told.answer && told.answer.body !== '' && (
              <Code
                title={told.answer.cut ? t`How the answer begins` : t`The answer`}
                value={told.answer.body}
              />
            )}
            {told.answer && (
              <details className={css.fold}>
                <summary>
                  <Trans>Headers of the answer</Trans>
                </summary>
                <Code title={t`Headers of the answer`} value={headerLines(told.answer.headers)} />
              </details>
            )}
          </div>
        </div>
      )}
      {failure !== undefined && (
        <p dir="auto" className={css.failed}>
          <Reason error={failure} />
        </p>
      )}
    </div>
  );
}
