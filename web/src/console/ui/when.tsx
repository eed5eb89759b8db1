import { dates, fullTime, numbers, shortTime } from '../../theme/format.ts';
import css from './ui.module.css';

/** A time in short; in full when one points at it. */
export const When = ({ at }: { at: number }) => (
  <time className={css.when} dateTime={new Date(at).toISOString()} title={fullTime(at)}>
    {shortTime(at)}
  </time>
);

/** A time to the second: of what follows another closely. */
export const Instant = ({ at }: { at: number }) => (
  <time className={css.when} dateTime={new Date(at).toISOString()} title={fullTime(at)}>
    {dates({ day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', second: '2-digit' }).format(
      at,
    )}
  </time>
);

/** How long a call took. */
export const Took = ({ ms }: { ms: number }) => <bdi className={css.when}>{took(ms)}</bdi>;

const took = (ms: number) =>
  ms < 1000
    ? numbers({ style: 'unit', unit: 'millisecond', unitDisplay: 'short' }).format(ms)
    : numbers({ style: 'unit', unit: 'second', unitDisplay: 'short', maximumFractionDigits: 1 }).format(
        ms / 1000,
      );
