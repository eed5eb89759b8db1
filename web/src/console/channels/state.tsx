import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconPlayerPause,
} from '@tabler/icons-react';
import { Mark, type Tone } from '../ui/mark.tsx';
import type { HealthState } from './channel.ts';
import { useStateWords } from './words.ts';

const marks: Record<HealthState, [Icon, Tone]> = {
  attention: [IconCircleX, 'danger'],
  trouble: [IconAlertTriangle, 'warn'],
  well: [IconCircleCheck, 'ok'],
  untried: [IconCircleDashed, 'muted'],
  off: [IconPlayerPause, 'muted'],
};

/** How a channel fares, in a word. */
export function StateMark({ state }: { state: HealthState }) {
  const [icon, tone] = marks[state];
  return (
    <Mark icon={icon} tone={tone}>
      {useStateWords()[state]}
    </Mark>
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
