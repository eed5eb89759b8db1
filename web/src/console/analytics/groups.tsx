import { useLingui } from '@lingui/react/macro';
import { number } from '../../theme/format.ts';
import css from './analytics.module.css';
import { Card, type FigureColumn, FigureTable, Nothing } from './card.tsx';
import { Change } from './change.tsx';
import { OneOf } from './choices.tsx';
import { maybeLasting, rate, useDir, withRate } from './format.ts';
import type {
  Group,
  MessageMeasures,
  PartProps,
  ReportName,
  SessionMeasures,
  WebhookMeasures,
} from './report.ts';
import { useGroupNames } from './words.ts';

interface ByWhat<M> extends PartProps<M> {
  /** In the address: `delivery=template`. */
  id: 'delivery' | 'work' | 'webhooks';
  name: ReportName;
  title: string;
  options: [value: string, label: string][];
  /** What the bars are long by. */
  size(measures: M): number;
  sizeTitle: string;
  /** Whether there is anything to tell of it here. */
  isShown?(measures: M): boolean;
  columns: { title: string; cell(measures: M): string }[];
}

/** The largest are asked for; a table that is taken along has more. */
const most = 50;

/** Measures of each channel, template, agent and so on: bars, with their numbers in a table. */
function ByWhat<M>({
  id,
  name,
  title,
  asked,
  range,
  report,
  options,
  size,
  sizeTitle,
  columns,
  isShown = () => true,
}: ByWhat<M>) {
  const { t } = useLingui();
  const nameOf = useGroupNames();
  const { data } = report;
  // While the next answer is on its way what is shown is still by the former choice.
  const per = data?.per ?? asked.filter[id];
  const rows = (data?.groups ?? [])
    .filter(({ measures }) => isShown(measures))
    .toSorted((a, b) => size(b.measures) - size(a.measures));
  const longest = Math.max(1, ...rows.map(({ measures }) => size(measures)));
  const all: FigureColumn<Group<M>>[] = [
    { title: 'bar', isBar: true, cell: ({ measures }) => <Bar part={size(measures) / longest} /> },
    { title: sizeTitle, cell: ({ measures }) => number(size(measures)) },
    {
      title: t`Change`,
      cell: ({ measures, before }) => <Change now={size(measures)} before={before && size(before)} />,
    },
    ...columns.map((one) => ({ title: one.title, cell: ({ measures }: Group<M>) => one.cell(measures) })),
  ];
  return (
    <Card
      title={title}
      asking={report}
      csv={{
        name,
        range,
        filters: { ...(id !== 'webhooks' && { channel: asked.filter.channel }), per: asked.filter[id] },
        compare: true,
      }}
      choice={
        <OneOf
          label={title}
          value={asked.filter[id]}
          options={options}
          change={(value) => asked.set({ [id]: value })}
        />
      }
    >
      {rows.length === 0 ? (
        <Nothing />
      ) : (
        <FigureTable
          title={title}
          what={options.find(([value]) => value === per)?.[1] ?? per}
          rows={rows}
          keyOf={({ key }) => key}
          nameOf={(group) => <Named {...nameOf(per, group)} />}
          columns={all}
        />
      )}
      {(data?.groups?.length ?? 0) >= most && (
        <p className={css.nothing}>{t`These are the ${number(most)} largest.`}</p>
      )}
    </Card>
  );
}

const Named = ({ name, code }: { name: string; code?: string }) => (
  <span className={css.named}>
    <bdi>{name}</bdi>
    {code && <code dir="ltr">{code}</code>}
  </span>
);

/** How large something is beside the largest. It begins where lines of this language begin. */
function Bar({ part }: { part: number }) {
  const dir = useDir();
  const long = `${(part * 100).toFixed(1)}%`;
  return (
    <svg className={css.bar} width="100%" height={10} preserveAspectRatio="none">
      <rect x={dir === 'rtl' ? `${(100 - part * 100).toFixed(1)}%` : 0} width={long} height={10} rx={3} />
    </svg>
  );
}

/** What became of what was sent. */
export function Delivery(props: PartProps<MessageMeasures>) {
  const { t } = useLingui();
  const shared = {
    ...props,
    id: 'delivery' as const,
    name: 'messages' as const,
    title: t`Delivery`,
    options: [
      ['channel', t`Channel`],
      ['template', t`Template`],
      ['error', t`Error`],
    ] as [string, string][],
  };
  // Of errors there is nothing but what failed.
  if ((props.report.data?.per ?? props.asked.filter.delivery) === 'error')
    return (
      <ByWhat<MessageMeasures> {...shared} size={({ failed }) => failed} sizeTitle={t`Failed`} columns={[]} />
    );
  return (
    <ByWhat<MessageMeasures>
      {...shared}
      size={({ accepted }) => accepted}
      sizeTitle={t`Out`}
      columns={[
        { title: t`Sent`, cell: ({ sent, accepted }) => withRate(sent, accepted) },
        { title: t`Delivered`, cell: ({ delivered, accepted }) => withRate(delivered, accepted) },
        { title: t`Read`, cell: ({ read, accepted }) => withRate(read, accepted) },
        { title: t`Failed`, cell: ({ failed, accepted }) => withRate(failed, accepted) },
        { title: t`Waiting`, cell: ({ waiting }) => number(waiting) },
        { title: t`In`, cell: ({ received }) => number(received) },
      ]}
    />
  );
}

/** Who answered how much, and how fast. */
export function Work(props: PartProps<SessionMeasures>) {
  const { t } = useLingui();
  const times = [
    {
      title: t`First answer (median)`,
      cell: ({ firstAgentAnswer }: SessionMeasures) => maybeLasting(firstAgentAnswer.medianMs),
    },
    {
      title: t`Until resolved (median)`,
      cell: ({ resolution }: SessionMeasures) => maybeLasting(resolution.medianMs),
    },
  ];
  const counts = [
    { title: t`Resolved`, cell: ({ resolved }: SessionMeasures) => number(resolved) },
    { title: t`Reopened`, cell: ({ reopened }: SessionMeasures) => number(reopened) },
  ];
  const shared = {
    ...props,
    id: 'work' as const,
    name: 'sessions' as const,
    title: t`Agents and queues`,
    options: [
      ['agent', t`Agent`],
      ['queue', t`Queue`],
      ['team', t`Team`],
      ['channel', t`Channel`],
    ] as [string, string][],
  };
  const written = { title: t`Messages written`, cell: (one: SessionMeasures) => number(one.written) };
  if ((props.report.data?.per ?? props.asked.filter.work) === 'agent')
    return (
      <ByWhat<SessionMeasures>
        {...shared}
        isShown={({ written: all, assigned, resolved }) => all + assigned + resolved > 0}
        size={({ written: all }) => all}
        sizeTitle={t`Messages written`}
        columns={[
          { title: t`Conversations got`, cell: ({ assigned }) => number(assigned) },
          ...counts,
          ...times,
        ]}
      />
    );
  return (
    <ByWhat<SessionMeasures>
      {...shared}
      size={({ opened, queued }) => opened + queued}
      sizeTitle={t`Conversations`}
      columns={[written, ...counts, ...times]}
    />
  );
}

/** Which endpoints are called, and what they answer. */
export function WebhookGroups(props: PartProps<WebhookMeasures>) {
  const { t } = useLingui();
  return (
    <ByWhat<WebhookMeasures>
      {...props}
      id="webhooks"
      name="webhooks"
      title={t`Webhooks one by one`}
      options={[
        ['endpoint', t`Endpoint`],
        ['answer', t`Answer`],
      ]}
      size={({ calls }) => calls}
      sizeTitle={t`Calls`}
      columns={[
        { title: t`Taken`, cell: ({ delivered, calls }) => rate(delivered, calls) },
        { title: t`Refused`, cell: ({ refused, calls }) => withRate(refused, calls) },
        { title: t`Given up`, cell: ({ givenUp }) => number(givenUp) },
        { title: t`Half within`, cell: ({ time }) => maybeLasting(time.medianMs) },
        { title: t`Nine of ten within`, cell: ({ time }) => maybeLasting(time.p90Ms) },
      ]}
    />
  );
}
