import { Trans, useLingui } from '@lingui/react/macro';
import { IconListDetails } from '@tabler/icons-react';
import { useEffect } from 'react';
import { number } from '../../theme/format.ts';
import { useListAsk } from '../list/ask.ts';
import { ListPage } from '../list/list-page.tsx';
import { type Rows, usePages } from '../list/rows.ts';
import ui from '../ui/page.module.css';
import { Instant, Took } from '../ui/when.tsx';
import { BackToAll, Known, Tabs } from './about.tsx';
import { type Delivery, type Endpoint, endpointAt, endpointPath, titleOf } from './endpoint.ts';
import { HealthPanel, Status } from './health.tsx';
import { Replay } from './replay.tsx';
import { OutcomeMark, useOutcomeWords } from './state.tsx';
import css from './webhooks.module.css';
import { useEventWords } from './words.ts';

/** What an endpoint was told, newest first, kept up to date while one looks. */
export const DeliveryLog = ({ id }: { id: string }) => (
  <Known id={id}>{(endpoint) => <Log endpoint={endpoint} />}</Known>
);

/** How often the log is read again, ms. */
const lookEveryMs = 3000;

function useLog(id: string): Rows<Delivery> {
  const ask = useListAsk();
  const query = { state: ask.filter('state'), type: ask.filter('type') };
  const rows = usePages<Delivery>(`${endpointPath(id)}/deliveries`, query, { everyMs: lookEveryMs });
  const { items, more, error } = rows;
  // The server looks at so many lines at a time: what is wanted may stand behind them.
  const isLooking = items?.length === 0 && more !== undefined;
  useEffect(() => {
    // What was refused is asked again by hand, or when the log is read again.
    if (isLooking && !more.loading && !error) more.load();
  }, [isLooking, more, error]);
  return isLooking ? { ...rows, items: undefined } : rows;
}

function Log({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useLingui();
  const { id } = endpoint;
  const { event, all } = useEventWords();
  const outcomes = useOutcomeWords();
  const rows = useLog(id);
  return (
    <ListPage<Delivery>
      above={<BackToAll />}
      title={titleOf(endpoint)}
      sentence={t`What was told to it, newest first; kept up to date while you look.`}
      beside={<Replay endpoint={endpoint} />}
      rows={rows}
      keyOf={({ seq }) => String(seq)}
      hrefOf={({ seq }) => endpointAt(id, 'deliveries', seq)}
      filters={[
        { id: 'state', label: t`Every outcome`, options: Object.entries(outcomes) },
        {
          id: 'type',
          label: t`Every event`,
          options: all().filter(([type]) => endpoint.types?.includes(type) ?? true),
        },
      ]}
      columns={[
        {
          id: 'event',
          title: t`Event`,
          cell: ({ type, seq }) => (
            <span className={ui.two}>
              <span>{event(type)}</span>
              <small>
                <bdi dir="ltr">
                  {type} #{seq}
                </bdi>
              </small>
            </span>
          ),
        },
        { id: 'state', title: t`Outcome`, cell: (one) => <Outcome of={one} /> },
        { id: 'answer', title: t`Answer`, cell: (one) => <Answer of={one} />, minor: true },
        { id: 'tries', title: t`Tries`, cell: ({ attempt }) => number(attempt), minor: true, end: true },
        {
          id: 'took',
          title: t`Took`,
          cell: ({ ms }) => (ms === undefined ? '–' : <Took ms={ms} />),
          minor: true,
          end: true,
        },
        { id: 'at', title: t`When`, cell: ({ at }) => <Instant at={at} />, end: true },
      ]}
      empty={{
        icon: <IconListDetails size={24} />,
        title: t`Nothing was told yet`,
        text: t`As soon as something happens that it hears of, it stands here. Or try it out with a sample.`,
      }}
    >
      <Tabs id={id} here="deliveries" />
      <HealthPanel id={id} />
    </ListPage>
  );
}

function Outcome({ of: { state, dueAt } }: { of: Delivery }) {
  return (
    <span className={ui.two}>
      <OutcomeMark state={state} />
      {state === 'pending' && dueAt !== undefined && dueAt > Date.now() && (
        <small>
          <Trans>
            again <Instant at={dueAt} />
          </Trans>
        </small>
      )}
    </span>
  );
}

function Answer({ of: { answerStatus, answer, attempt } }: { of: Delivery }) {
  if (attempt === 0) return '–';
  return (
    <span className={ui.two}>
      <Status of={answerStatus} />
      {answer && (
        <small dir="auto" className={css.cut}>
          {answer.slice(0, 120)}
        </small>
      )}
    </span>
  );
}
