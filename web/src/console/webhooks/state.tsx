import { useLingui } from '@lingui/react/macro';
import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconPlayerPause,
} from '@tabler/icons-react';
import { Mark, type Tone } from '../ui/mark.tsx';
import type { DeliveryState, EndpointState } from './endpoint.ts';

const marks: Record<EndpointState, [Icon, Tone]> = {
  disabled: [IconCircleX, 'danger'],
  failing: [IconAlertTriangle, 'warn'],
  new: [IconCircleDashed, 'muted'],
  well: [IconCircleCheck, 'ok'],
  off: [IconPlayerPause, 'muted'],
};

/** The order of a list: what somebody has to look at comes first. */
export const stateRank = Object.fromEntries(Object.keys(marks).map((state, i) => [state, i])) as Record<
  EndpointState,
  number
>;

export function useStateWords(): Record<EndpointState, string> {
  const { t } = useLingui();
  return {
    disabled: t`Out of use`,
    failing: t`Failing`,
    new: t`Not called yet`,
    well: t`Well`,
    off: t`Switched off`,
  };
}

/** How an endpoint fares, in a word. */
export function StateMark({ state }: { state: EndpointState }) {
  const [icon, tone] = marks[state];
  return (
    <Mark icon={icon} tone={tone}>
      {useStateWords()[state]}
    </Mark>
  );
}

const outcomes: Record<DeliveryState, [Icon, Tone]> = {
  delivered: [IconCircleCheck, 'ok'],
  failed: [IconCircleX, 'danger'],
  pending: [IconClock, 'warn'],
  held: [IconPlayerPause, 'muted'],
};

export function useOutcomeWords(): Record<DeliveryState, string> {
  const { t } = useLingui();
  return {
    failed: t`Never taken`,
    pending: t`On its way`,
    delivered: t`Taken`,
    held: t`Held back`,
  };
}

/** What became of a delivery, in a word. */
export function OutcomeMark({ state }: { state: DeliveryState }) {
  const [icon, tone] = outcomes[state];
  return (
    <Mark icon={icon} tone={tone}>
      {useOutcomeWords()[state]}
    </Mark>
  );
}
