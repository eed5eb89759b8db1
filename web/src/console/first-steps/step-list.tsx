import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconCircleCheckFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { number } from '../../theme/format.ts';
import css from './first-steps.module.css';
import type { Step } from './steps.ts';

export interface StepWords {
  title: string;
  /** What it is for, and what to do. */
  text: string;
  /** Where it is done. */
  act?: { label: string; href: string } | undefined;
  /** What else one needs for it. */
  more?: ReactNode;
}

interface ListProps<Id extends string> {
  title: string;
  /** What it is about, beside the title. */
  beside?: ReactNode;
  steps: Step<Id>[];
  words: Record<Id, StepWords>;
  /** Something else comes first: it can be begun all the same. */
  isLater?: boolean;
}

/** Steps in their order. The first that is not done is open, with what to do for it. */
export function StepList<Id extends string>({ title, beside, steps, words, isLater = false }: ListProps<Id>) {
  const next = steps.find(({ done }) => !done)?.id;
  return (
    <section className={css.part} aria-label={title}>
      <h2>
        {title} {beside && <small>{beside}</small>}
      </h2>
      <ol className={css.steps}>
        {steps.map(({ id, done }, i) => {
          const { title: name, text, act, more } = words[id];
          const isNext = id === next;
          return (
            <li key={id} data-step={id} data-done={done} aria-current={isNext ? 'step' : undefined}>
              {done ? (
                <IconCircleCheckFilled size={28} className={css.tick} aria-hidden="true" />
              ) : (
                <span className={css.number} aria-hidden="true">
                  {number(i + 1)}
                </span>
              )}
              <div className={css.words}>
                <h3>
                  {name}{' '}
                  {done && (
                    <small>
                      <Trans>Done</Trans>
                    </small>
                  )}
                </h3>
                {!done && <p>{text}</p>}
                {isNext && more}
                {isNext && act && (
                  <Button
                    component={Link}
                    href={act.href}
                    variant={isLater ? 'default' : 'filled'}
                    className={css.act ?? ''}
                  >
                    {act.label}
                  </Button>
                )}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
