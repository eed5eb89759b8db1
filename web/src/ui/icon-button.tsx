import { Tooltip } from '@mantine/core';
import type { ReactNode, Ref } from 'react';
import { keyText } from '../keys/acts.ts';
import css from './ui.module.css';

interface IconButtonProps {
  /** Its name: for screen readers, and shown when one points at it. */
  label: string;
  /** A combination that does the same, shown with the name. */
  keys?: string | undefined;
  onClick?: () => void;
  active?: boolean;
  disabled?: boolean;
  expanded?: boolean;
  tone?: 'plain' | 'accent' | 'danger';
  size?: 'small' | 'usual' | 'large';
  side?: 'top' | 'bottom' | 'left' | 'right';
  /** From a menu whose target it is. */
  className?: string;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

/** A button that is an icon. */
export function IconButton({
  label,
  keys,
  active,
  expanded,
  tone = 'plain',
  size = 'usual',
  side = 'bottom',
  className,
  children,
  ref,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip
      label={
        <>
          {label}
          {keys && <kbd className={css.tipKeys}>{keyText(keys)}</kbd>}
        </>
      }
      openDelay={500}
      position={side}
      withArrow={false}
    >
      <button
        ref={ref}
        type="button"
        className={`${css.iconButton} ${className ?? ''}`}
        data-tone={tone}
        data-size={size}
        aria-label={label}
        {...(active !== undefined && { 'aria-pressed': active })}
        {...(expanded !== undefined && { 'aria-expanded': expanded })}
        {...rest}
      >
        {children}
      </button>
    </Tooltip>
  );
}
