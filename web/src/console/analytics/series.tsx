import { useLingui } from '@lingui/react/macro';
import { number } from '../../theme/format.ts';
import { lasting } from '../ui/lasting.ts';
import css from './analytics.module.css';
import { Card, FigureTable, Nothing, TableSwitch } from './card.tsx';
import { Chart, countTicks, timeTicks } from './chart.tsx';
import { daysIn } from './dates.ts';
import { compact, days, maybeLasting, percent, period, shortPeriod } from './format.ts';
import { WebhookGroups } from './groups.tsx';
import {
  type Durations,
  type MessageMeasures,
  type PartProps,
  type Report,
  type ReportName,
  type SessionMeasures,
  useReport,
  type WebhookMeasures,
} from './report.ts';

interface OverTime<M> extends PartProps<M> {
  /** In the address. */
  id: string;
  name: ReportName;
  title: string;
  /** What there is to see, in a sentence. */
  finding(report: Report<M>): string;
  isEmpty(total: M): boolean;
  /** What the lines are. */
  kind: Kind;
  lines: Measure<M>[];
  /** What else the table tells. */
  more?: (Measure<M> & { kind?: Kind })[];
}

/** A number of things, or how long something took, ms. */
type Kind = 'count' | 'time';

interface Measure<M> {
  label: string;
  of(measures: M): number | undefined;
}

const inWords = (value: number | undefined, kind: Kind) =>
  kind === 'time' ? maybeLasting(value) : number(value ?? 0);

/** A measure over time: sentence, chart, and the table behind it. */
function OverTime<M>({
  id,
  name,
  title,
  asked,
  range,
  report,
  finding,
  isEmpty,
  kind,
  lines,
  more = [],
}: OverTime<M>) {
  const { t } = useLingui();
  const { data } = report;
  return (
    <Card title={title} asking={report} csv={{ name, range, filters: { channel: asked.filter.channel } }}>
      {data && isEmpty(data.total) && <Nothing />}
      {data && !isEmpty(data.total) && (
        <>
          <p className={css.finding}>{finding(data)}</p>
          <Chart
            lines={lines.map(({ label, of }) => ({
              label,
              total: inWords(of(data.total), kind),
              values: data.series.map(({ measures }) => of(measures)),
              before: data.before?.series.map(({ measures }) => of(measures)),
            }))}
            periods={data.series.map(({ at }) => ({
              told: period(at, range.by),
              short: shortPeriod(at, range.by, daysIn(data.from, data.to)),
            }))}
            beforeLabel={data.before && t`dotted: ${days(data.before.from, data.before.to)}`}
            format={kind === 'time' ? lasting : compact}
            ticks={kind === 'time' ? timeTicks : countTicks}
          />
          <TableSwitch open={asked.isOpen(id)} title={title} toggle={() => asked.toggle(id)} />
          {asked.isOpen(id) && (
            <FigureTable
              title={title}
              what={t`Period`}
              rows={data.series}
              keyOf={({ at }) => at}
              nameOf={({ at }) => period(at, range.by)}
              columns={[...lines, ...more].map((one: Measure<M> & { kind?: Kind }) => ({
                title: one.label,
                cell: ({ measures }: Report<M>['series'][number]) =>
                  inWords(one.of(measures), one.kind ?? kind),
              }))}
            />
          )}
        </>
      )}
    </Card>
  );
}

/** Messages in and out. */
export function Volume(props: PartProps<MessageMeasures>) {
  const { t } = useLingui();
  return (
    <OverTime<MessageMeasures>
      {...props}
      id="volume"
      name="messages"
      title={t`Messages in and out`}
      kind="count"
      isEmpty={({ received, accepted }) => received + accepted === 0}
      finding={({ total, series }) => {
        const [received, accepted] = [number(total.received), number(total.accepted)];
        const busiest = series.toSorted((a, b) => both(b.measures) - both(a.measures))[0];
        const when = busiest ? period(busiest.at, props.range.by) : '';
        return t`In: ${received}. Out: ${accepted}. Busiest: ${when}.`;
      }}
      lines={[
        { label: t`In`, of: ({ received }) => received },
        { label: t`Out`, of: ({ accepted }) => accepted },
      ]}
      more={[
        { label: t`Sent`, of: ({ sent }) => sent },
        { label: t`Delivered`, of: ({ delivered }) => delivered },
        { label: t`Read`, of: ({ read }) => read },
        { label: t`Failed`, of: ({ failed }) => failed },
        { label: t`Waiting`, of: ({ waiting }) => waiting },
      ]}
    />
  );
}

const both = ({ received, accepted }: MessageMeasures) => received + accepted;

/** How long people wait for the first answer of an agent, and until all is done. */
export function Answers(props: PartProps<SessionMeasures>) {
  const { t } = useLingui();
  const times = (pick: (measures: SessionMeasures) => Durations) => ({
    lines: [
      { label: t`Half of them within`, of: (measures: SessionMeasures) => pick(measures).medianMs },
      { label: t`Nine of ten within`, of: (measures: SessionMeasures) => pick(measures).p90Ms },
    ],
    more: [
      { label: t`Average`, of: (measures: SessionMeasures) => pick(measures).averageMs },
      { label: t`How many`, of: (measures: SessionMeasures) => pick(measures).count, kind: 'count' as const },
    ],
    isEmpty: (total: SessionMeasures) => pick(total).count === 0,
    told: ({ total }: Report<SessionMeasures>): [string, string] => [
      maybeLasting(pick(total).medianMs),
      maybeLasting(pick(total).p90Ms),
    ],
  });
  const first = times(({ firstAgentAnswer }) => firstAgentAnswer);
  const end = times(({ resolution }) => resolution);
  return (
    <div className={css.pair}>
      <OverTime<SessionMeasures>
        {...props}
        id="answers"
        name="sessions"
        title={t`First answer of an agent`}
        kind="time"
        isEmpty={first.isEmpty}
        finding={(report) => {
          const [half, most] = first.told(report);
          return t`Half of the people had an answer within ${half}, nine of ten within ${most}.`;
        }}
        lines={first.lines}
        more={[
          ...first.more,
          { label: t`Of anybody, bots as well: half within`, of: ({ firstAnswer }) => firstAnswer.medianMs },
        ]}
      />
      <OverTime<SessionMeasures>
        {...props}
        id="resolutions"
        name="sessions"
        title={t`Until it was resolved`}
        kind="time"
        isEmpty={end.isEmpty}
        finding={(report) => {
          const [half, most] = end.told(report);
          return t`Half of the conversations were resolved within ${half}, nine of ten within ${most}.`;
        }}
        lines={end.lines}
        more={end.more}
      />
    </div>
  );
}

/** How the calls of webhooks fare. */
export function Webhooks({ asked, range }: Omit<PartProps<never>, 'report'>) {
  const { t } = useLingui();
  const report = useReport<WebhookMeasures>('webhooks', range, { per: asked.filter.webhooks });
  return (
    <>
      <OverTime<WebhookMeasures>
        {...{ asked, range, report }}
        id="calls"
        name="webhooks"
        title={t`Webhooks`}
        kind="count"
        isEmpty={({ calls, givenUp }) => calls + givenUp === 0}
        finding={({ total: { calls, refused, givenUp } }) => {
          const part = percent(calls === 0 ? 0 : refused / calls);
          return t`Calls: ${number(calls)}. Refused or not answered: ${part}. Deliveries given up: ${number(givenUp)}.`;
        }}
        lines={[
          { label: t`Calls`, of: ({ calls }) => calls },
          { label: t`Refused`, of: ({ refused }) => refused },
        ]}
        more={[
          { label: t`Given up`, of: ({ givenUp }) => givenUp },
          { label: t`Average time`, of: ({ time }) => time.averageMs, kind: 'time' },
        ]}
      />
      {report.data && report.data.total.calls > 0 && <WebhookGroups {...{ asked, range, report }} />}
    </>
  );
}
