import {
  cloneElement,
  type ReactElement,
  type ReactNode,
  type Ref,
  type RefObject,
  useRef,
  useState,
} from 'react';
import { Later, patient } from './later.tsx';

/** A line of a menu: something to do, somewhere to go, a heading, or a rule between them. */
export type MenuEntry =
  | {
      id: string;
      label: ReactNode;
      icon?: ReactNode;
      /** What stands at the other end of the line. */
      end?: ReactNode;
      danger?: boolean;
      /** Where it leads, instead of something that is done. */
      href?: string;
      run?(): void;
    }
  | { id: string; heading: ReactNode; className?: string }
  | 'rule';

export interface MenuLooks {
  entries(): MenuEntry[];
  position: 'bottom' | 'bottom-start' | 'bottom-end' | 'top-end' | 'right-end';
  width?: number;
  /** For long ones, which then scroll. */
  most?: number | string;
}

/** What a button needs for a menu to hang at it. */
export interface MenuButtonProps {
  ref?: Ref<HTMLButtonElement>;
  onClick?: () => void;
  'aria-haspopup'?: 'menu' | 'dialog';
  'aria-expanded'?: boolean;
}

interface MenuProps extends MenuLooks {
  /** The button that opens it. */
  children: ReactElement<MenuButtonProps>;
  opened?: boolean;
  onChange?(opened: boolean): void;
}

/** The code of all menus; nobody needs it before the first one is opened. */
export const menuLayer = () => import('./menu-layer.tsx');
const MenuLayer = patient(menuLayer);

/** Opens at the button that is named, whichever part of the screen that belongs to. */
export function MenuAt({
  anchor,
  opened,
  change,
  ...looks
}: MenuLooks & { anchor: RefObject<HTMLElement | null>; opened: boolean; change(opened: boolean): void }) {
  return (
    <Later wanted={opened} giveUp={() => change(false)}>
      {(opened) => <MenuLayer anchor={anchor} opened={opened} change={change} {...looks} />}
    </Later>
  );
}

/** A button with a menu, which costs a button until it is opened. */
export function Menu({ children, opened, onChange, ...looks }: MenuProps) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [isOpen, show] = useOpened(opened, onChange);
  return (
    <>
      {cloneElement(children, {
        ref: anchor,
        onClick: () => show(!isOpen),
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
      })}
      <MenuAt anchor={anchor} opened={isOpen} change={show} {...looks} />
    </>
  );
}

/** Where a menu opens that has no button of its own for want of room, and its name: the key and the other menu open it. */
export const MenuAnchor = ({ ref, label }: { ref?: Ref<HTMLSpanElement>; label: string }) => (
  <span ref={ref} aria-hidden="true">
    <span className="sr">{label}</span>
  </span>
);

/** Whether a layer is open: as its owner says, or by itself. */
export function useOpened(
  opened: boolean | undefined,
  onChange: ((opened: boolean) => void) | undefined,
): [boolean, (opened: boolean) => void] {
  const [own, setOwn] = useState(false);
  const show = (is: boolean) => {
    setOwn(is);
    onChange?.(is);
  };
  return [opened ?? own, show];
}
