import type { ReactNode } from 'react';
import type { MenuButtonProps } from './menu.tsx';
import css from './ui.module.css';

interface IconButtonProps extends MenuButtonProps {
  /** Its name: for screen readers, and shown when one points at it. */
  label: string;
  /** A combination that does the same, shown with the name. */
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
