import { Trans, useLingui } from '@lingui/react/macro';
import { IconArrowDown, IconArrowUp, IconMinus } from '@tabler/icons-react';
import { numbers } from '../../theme/format.ts';
import css from './analytics.module.css';
import { percent } from './format.ts';

/** Which way is good; absent: neither is. */
export type Good = 'more' | 'less';

interface ChangeProps {
  now: number;
  /** Undefined: there is nothing to compare it with. */
  before: number | undefined;
  good?: Good | undefined;
  /** It is a part of something, 0 to 1. */
  isRate?: boolean | undefined;
}

/**
 * By how much something changed against the period before: in percent of it, or in percentage points of what is in
 * percent itself. Arrow, number and word say it; the colour only says it again.
 */
export function Change({ now, before, good, isRate }: ChangeProps) {
  const { t } = useLingui();
  if (before === undefined) return null;
  if (before === 0 && !isRate) return now === 0 ? <Same /> : <span className={css.change}>{t`new`}</span>;
  const by = isRate ? now - before : (now - before) / before;
  // What rounds to nothing is nothing.
  if (Math.abs(by) < 0.0005) return <Same />;
  const isMore = by > 0;
  const isBetter = good && isMore === (good === 'more');
  const points = numbers({ maximumFractionDigits: 1 }).format(Math.abs(by) * 100);
  const much = isRate ? t`${points} points` : percent(Math.abs(by));
  const Arrow = isMore ? IconArrowUp : IconArrowDown;
  return (
    <span className={css.change} data-better={isBetter}>
      <Arrow size={14} aria-hidden="true" />
      <span aria-hidden="true">{much}</span>
      <span className="sr">{isMore ? t`${much} more` : t`${much} less`}</span>
      {good && <span>{isBetter ? t`better` : t`worse`}</span>}
    </span>
  );
}

const Same = () => (
  <span className={css.change}>
    <IconMinus size={14} aria-hidden="true" /> <Trans>as before</Trans>
  </span>
);
