import { useLingui } from '@lingui/react/macro';
import {
  IconAlertCircleFilled,
  IconBan,
  IconCalendarTime,
  IconCheck,
  IconChecks,
  IconClock,
  IconLoader2,
} from '@tabler/icons-react';
import type { Tick } from '../api/message-types.ts';
import { tickWords } from '../list/words.ts';
import css from './bubble.module.css';

const shapes: Record<Tick, typeof IconCheck> = {
  scheduled: IconCalendarTime,
  queued: IconClock,
  sending: IconLoader2,
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconAlertCircleFilled,
  deleted: IconBan,
};

/** What has become of a message of ours: a shape for each, with its word for who points at it or hears it. */
export function TickMark({ tick, size = 15 }: { tick: Tick; size?: number }) {
  const { i18n } = useLingui();
  const Shape = shapes[tick] ?? IconClock;
  const word = i18n._(tickWords[tick] ?? tickWords.queued);
  return (
    <span className={css.tick} data-tick={tick} title={word} role="img" aria-label={word}>
      <Shape size={size} stroke={2} aria-hidden="true" />
    </span>
  );
}
