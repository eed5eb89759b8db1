import { Trans, useLingui } from '@lingui/react/macro';
import { IconChartBar } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Bones, Empty, useSlow } from '../../ui/states.tsx';
import { pageAt } from '../address.ts';
import { useMay } from '../rights.ts';
import { lasting } from '../ui/lasting.ts';
import ui from '../ui/page.module.css';
import { Refused } from '../ui/refused.tsx';
import css from './analytics.module.css';
import { type Asked, type Range, useAsked } from './ask.ts';
import { Choices } from './choices.tsx';
import { Delivery, Work } from './groups.tsx';
import { type About, type MessageMeasures, type SessionMeasures, useAbout, useReport } from './report.ts';
import { Answers, Volume, Webhooks } from './series.tsx';
import { Tiles } from './tiles.tsx';

/** How much comes in and goes out, what became of it, how fast people are answered: as charts, and as tables. */
export default function Analytics() {
  const { t } = useLingui();
  const { about, error, retry } = useAbout();
  return (
    <div className={`${ui.wide} ${css.charts}`}>
      <header className={ui.head}>
        <h1>{t`Analytics`}</h1>
        <p>{t`How much comes in and goes out, what became of it, and how fast people are answered.`}</p>
      </header>
      {about ? (
        <Shown about={about} />
      ) : error ? (
        <Refused error={error} retry={retry} />
      ) : (
        <Waiting count={8} />
      )}
    </div>
  );
}

/** Grey shapes, once it takes longer than a moment. */
const Waiting = ({ count }: { count: number }) =>
  useSlow(true) ? <Bones count={count} shape="line" /> : null;

function Shown({ about }: { about: About }) {
  const asked = useAsked(about.to, about.timeZone);
  return (
    <>
      <Choices asked={asked} />
      <Zone about={about} range={asked.range} today={about.to} />
      {asked.range && <Reports asked={asked} range={asked.range} />}
    </>
  );
}

/** By which days it is cut, and how far it is counted. */
function Zone({ about, range, today }: { about: About; range: Range | undefined; today: string }) {
  const may = useMay();
  const { timeZone, complete, countedUntil } = about;
  const late = countedUntil === undefined ? 0 : about.askedAt - countedUntil;
  const behind = lasting(late);
  return (
    <div className={css.notes}>
      <p>
        <Trans>
          Days are those of the business, in the time zone <bdi dir="ltr">{timeZone}</bdi>.
        </Trans>{' '}
        {may('admin') && (
          <Link href={pageAt('set-up', 'business')}>
            <Trans>Change the time zone</Trans>
          </Link>
        )}
      </p>
      {range && range.to >= today && (
        <p>
          <Trans>
            Today is not over: its figures still grow, and so do those of the last days as receipts come in.
          </Trans>
        </p>
      )}
      {!complete && (
        <p className={css.warn} role="status">
          <Trans>
            What was there before figures were kept is still being counted: older days are not complete.
          </Trans>
        </p>
      )}
      {late > 60_000 && (
        <p className={css.warn} role="status">
          <Trans>Counting is {behind} behind.</Trans>
        </p>
      )}
    </div>
  );
}

function Reports({ asked, range }: { asked: Asked; range: Range }) {
  const { t } = useLingui();
  const { filter } = asked;
  const messages = useReport<MessageMeasures>('messages', range, {
    channel: filter.channel,
    per: filter.delivery,
  });
  const sessions = useReport<SessionMeasures>('sessions', range, {
    channel: filter.channel,
    per: filter.work,
  });
  const both = [messages, sessions];
  const isOld = both.some((one) => one.isOld);
  const [{ data: sent }, { data: held }] = [messages, sessions];
  const nothing =
    sent &&
    held &&
    ![sent.total, sent.before?.total, held.total, held.before?.total].some((one) => one && isMoved(one));
  if (nothing)
    return (
      <Empty icon={<IconChartBar size={24} />} title={t`Nothing happened in this time`}>
        {filter.channel
          ? t`Choose all channels, or a longer time.`
          : t`As soon as a message comes in or goes out, it is counted here. Or choose a longer time.`}
      </Empty>
    );
  return (
    <div className={css.reports} aria-busy={isOld}>
      <Tiles messages={sent} sessions={held} range={range} />
      <Volume asked={asked} range={range} report={messages} />
      <Delivery asked={asked} range={range} report={messages} />
      <Answers asked={asked} range={range} report={sessions} />
      <Work asked={asked} range={range} report={sessions} />
      {!filter.channel && <Webhooks asked={asked} range={range} />}
    </div>
  );
}

const isMoved = (measures: object) =>
  Object.values(measures).some((one) => (typeof one === 'number' ? one > 0 : one.count > 0));
