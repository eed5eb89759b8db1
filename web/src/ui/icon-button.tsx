import type { ReactNode } from 'react';
import type { ActId } from '../keys/table.ts';
import type { MenuButtonProps } from './menu.tsx';
import css from './ui.module.css';

interface IconButtonProps extends MenuButtonProps {
  /** Its name: for screen readers, and shown when one points at it. */
  label: string;
  /** An act that does the same: its key is shown with the name. */
  act?: ActId | undefined;
  /** Keys that do the same where one types: nobody can choose others. */
  keys?: string | undefined;
  active?: boolean;
  disabled?: boolean;
  expanded?: boolean;
  tone?: 'plain' | 'accent' | 'danger';
  size?: 'small' | 'usual' | 'large';
  side?: 'top' | 'bottom' | 'end';
  children: ReactNode;
}

/** A button that is an icon. Its name is shown by `Tips`. */
export function IconButton({
  label,
  act,
  keys,
  active,
  expanded,
  tone = 'plain',
  size = 'usual',
  side,
  children,
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      className={css.iconButton}
      data-tone={tone}
      data-size={size}
      data-tip={label}
      data-tip-act={act}
      data-tip-keys={keys}
      data-tip-side={side}
      aria-label={label}
      {...(active !== undefined && { 'aria-pressed': active })}
      {...(expanded !== undefined && { 'aria-expanded': expanded })}
      {...rest}
    >
      {children}
    </button>
  );
}
