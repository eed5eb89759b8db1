import { useLingui } from '@lingui/react/macro';
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import css from './ui.module.css';

interface DialogProps {
  opened: boolean;
  close(): void;
  title: string;
  children: ReactNode;
  /** Buttons; the one that does no harm has `data-autofocus`. */
  acts: ReactNode;
  size?: 'sm' | 'md' | 'lg';
}

/** A question that lies above the page. */
export function Dialog({ opened, close, title, children, acts, size = 'md' }: DialogProps) {
  const { t } = useLingui();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      centered
      size={size}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <div className={css.dialog}>{children}</div>
      <div className={css.dialogActs}>{acts}</div>
    </Modal>
  );
}
