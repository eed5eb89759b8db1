import { Trans, useLingui } from '@lingui/react/macro';
import { number } from '../../theme/format.ts';
import css from './analytics.module.css';
import type { Range } from './ask.ts';
import { Change, type Good } from './change.tsx';
import { days, maybeLasting, percent } from './format.ts';
import type { MessageMeasures, Report, SessionMeasures } from './report.ts';

interface Tile<M> {
  label: string;
  /** Undefined: there is nothing to measure. */
  of(measures: M): number | undefined;
  told(value: number): string;
  good?: Good;
}

const part = (some: number, all: number) => (all === 0 ? undefined : some / all);

/** The figures that one looks at first, beside those of the period before. */
export function Tiles({
  messages,
  sessions,
  range,
}: {
  messages: Report<MessageMeasures> | undefined;
  sessions: Report<SessionMeasures> | undefined;
  range: Range;
}) {
  const { t } = useLingui();
  const ofMessages: Tile<MessageMeasures>[] = [
    { label: t`Messages in`, of: ({ received }) => received, told: number },
    { label: t`Messages out`, of: ({ accepted }) => accepted, told: number },
    {
      label: t`Delivered`,
      of: ({ delivered, accepted }) => part(delivered, accepted),
      told: percent,
      good: 'more',
    },
    { label: t`Failed`, of: ({ failed, accepted }) => part(failed, accepted), told: percent, good: 'less' },
  ];
  const ofSessions: Tile<SessionMeasures>[] = [
    { label: t`Conversations begun`, of: ({ opened }) => opened, told: number },
    { label: t`Resolved`, of: ({ resolved }) => resolved, told: number },
    {
      label: t`First answer of an agent`,
      of: ({ firstAgentAnswer }) => firstAgentAnswer.medianMs,
      told: maybeLasting,
      good: 'less',
    },
    {
      label: t`Until resolved`,
      of: ({ resolution }) => resolution.medianMs,
      told: maybeLasting,
      good: 'less',
    },
  ];
  const before = messages?.before ?? sessions?.before;
  return (
    <section className={css.overview} aria-label={t`Overview`}>
      <dl className={css.tiles}>
        {ofMessages.map((tile) => (
          <OneTile key={tile.label} tile={tile} report={messages} />
        ))}
        {ofSessions.map((tile) => (
          <OneTile key={tile.label} tile={tile} report={sessions} />
        ))}
      </dl>
      <p className={css.nothing}>
        {days(range.from, range.to)}
        {before && (
          <>
            {' · '}
            <Trans>compared with {days(before.from, before.to)}</Trans>
          </>
        )}
        {' · '}
        <Trans>Times are medians: half of them were shorter.</Trans>
      </p>
    </section>
  );
}

function OneTile<M>({
  tile: { label, of, told, good },
  report,
}: {
  tile: Tile<M>;
  report: Report<M> | undefined;
}) {
  const now = report && of(report.total);
  const before = report?.before && of(report.before.total);
  const was = before === undefined ? undefined : told(before);
  return (
    <div className={css.tile}>
      <dt>{label}</dt>
      <dd>{now === undefined ? '–' : told(now)}</dd>
      <dd className={css.then}>
        {now !== undefined && <Change now={now} before={before} good={good} isRate={told === percent} />}
        {was !== undefined && (
          <span>
            <Trans>before: {was}</Trans>
          </span>
        )}
      </dd>
    </div>
  );
}
