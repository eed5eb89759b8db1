import { Modal } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import css from './palette.module.css';

/** A layer near the top of the screen, for what one types into and leaves again. */
export function LayerBox({ title, close, children }: { title: string; close(): void; children: ReactNode }) {
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    return () => {
      if (document.activeElement === document.body) before?.focus();
    };
  }, []);
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      withCloseButton={false}
      size={620}
      yOffset="10vh"
      padding={0}
      classNames={{ header: 'sr', content: css.content ?? '' }}
      transitionProps={{ duration: 90 }}
    >
      {children}
    </Modal>
  );
}
