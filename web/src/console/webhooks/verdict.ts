import { useLingui } from '@lingui/react/macro';
import { duration } from '../../theme/format.ts';
import type { Tested } from './tester.tsx';

/** What would have followed, had it been an event and no sample. */
export function useVerdictWords(): (verdict: Tested['verdict']) => string {
  const { t } = useLingui();
  return ({ kind, inMs = 0 }) => {
    if (kind === 'delivered') return t`With an event all would be well now.`;
    if (kind === 'failed') return t`An event would not be told again by itself.`;
    if (kind === 'gone') return t`With an event the webhook would be out of use now.`;
    if (inMs < 60_000) return t`An event would be told again within a minute.`;
    const later = duration(inMs);
    return t`An event would be told again in about ${later}.`;
  };
}
