import { type KeyboardEvent, type Ref, type RefObject, useLayoutEffect } from 'react';

interface BorrowedProps {
  anchor: RefObject<HTMLElement | null>;
  /** What a layer gives to its target. */
  ref?: Ref<HTMLElement>;
  id?: string;
  'aria-expanded'?: boolean;
  'aria-controls'?: string;
}

/** Esc closes the layer, and does nothing else: the conversation behind it stays. */
export function closesItAlone(event: KeyboardEvent): void {
  if (event.key === 'Escape') event.preventDefault();
}

/** Stands for the target of a layer: hands it a button that stands elsewhere, and tells that button of the layer. */
export function Borrowed({ anchor, ref, id, ...aria }: BorrowedProps) {
  const [expanded, controls] = [aria['aria-expanded'] ?? false, aria['aria-controls']];
  useLayoutEffect(() => {
    const button = anchor.current;
    if (typeof ref === 'function') ref(button);
    if (!button) return;
    if (id !== undefined) button.id = id;
    // Where there is no room for the button, what stands there only says where the layer opens.
    if (!button.matches('button')) return () => button.removeAttribute('id');
    button.setAttribute('aria-expanded', String(expanded));
    if (controls !== undefined) button.setAttribute('aria-controls', controls);
    return () => {
      button.setAttribute('aria-expanded', 'false');
      button.removeAttribute('aria-controls');
      button.removeAttribute('id');
    };
  }, [anchor, ref, id, expanded, controls]);
  return null;
}
