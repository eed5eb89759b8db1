import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconPlayerPause,
} from '@tabler/icons-react';
import type { HealthState } from './channel.ts';
import css from './channels.module.css';
import { useStateWords } from './words.ts';

const icons = {
  attention: IconCircleX,
  trouble: IconAlertTriangle,
  well: IconCircleCheck,
  untried: IconCircleDashed,
  off: IconPlayerPause,
} as const;

/** How a channel fares, in a word: shape and word say it, not the colour alone. */
export function StateMark({ state }: { state: HealthState }) {
  const Icon = icons[state];
  return (
    <span className={css.state} data-state={state}>
      <Icon size={17} aria-hidden="true" />
      {useStateWords()[state]}
    </span>
  );
}

/** The order of a list: what somebody has to look at comes first. */
export const stateRank: Record<HealthState, number> = {
  attention: 0,
  trouble: 1,
  untried: 2,
  well: 3,
  off: 4,
};
