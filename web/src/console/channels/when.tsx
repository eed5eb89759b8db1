import { fullTime, shortTime } from '../../theme/format.ts';
import css from './channels.module.css';

/** A time in short; in full when one points at it. */
export const When = ({ at }: { at: number }) => (
  <time className={css.when} dateTime={new Date(at).toISOString()} title={fullTime(at)}>
    {shortTime(at)}
  </time>
);
