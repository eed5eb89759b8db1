import { cloneElement, type ReactElement, useRef } from 'react';
import { Later, patient } from '../ui/later.tsx';
import { type MenuButtonProps, useOpened } from '../ui/menu.tsx';
import type { Holder } from './deeds.ts';

interface AssignMenuProps {
  assign(to: Holder): void;
  /** The button that opens it. */
  children: ReactElement<MenuButtonProps>;
  opened?: boolean;
  onChange?: (opened: boolean) => void;
}

/** What it opens: nobody needs its code before. */
export const holdersLayer = () => import('./holders.tsx');
const HoldersLayer = patient(holdersLayer);

/** To whom a conversation can go: agents, teams and queues, with a box to find one. */
export function AssignMenu({ assign, children, opened, onChange }: AssignMenuProps) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [isOpen, show] = useOpened(opened, onChange);
  return (
    <>
      {cloneElement(children, {
        ref: anchor,
        onClick: () => show(!isOpen),
        'aria-haspopup': 'dialog',
        'aria-expanded': isOpen,
      })}
      <Later wanted={isOpen} giveUp={() => show(false)}>
        {(opened) => <HoldersLayer anchor={anchor} opened={opened} change={show} assign={assign} />}
      </Later>
    </>
  );
}
