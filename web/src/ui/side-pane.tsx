import { useLingui } from '@lingui/react/macro';
import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import css from './ui.module.css';

interface SidePaneProps {
  opened: boolean;
  close(): void;
  size: number | string;
  title: string;
  /** What is in it shows its title, and how to close it. */
  bare?: boolean;
  children: ReactNode;
}

/** A pane for which the screen has no room: it slides in from the end. */
export default function SidePane({ opened, close, size, title, bare = false, children }: SidePaneProps) {
  const { t } = useLingui();
  return (
    <Drawer
      opened={opened}
      onClose={close}
      position="right"
      size={size}
      padding={0}
      keepMounted={false}
      withCloseButton={!bare}
      closeButtonProps={{ 'aria-label': t`Close` }}
      title={title}
      classNames={bare ? { header: 'sr', body: css.whole ?? '' } : {}}
    >
      {children}
    </Drawer>
  );
}
