import { useEffect, useRef } from 'react';

/**
 * For a button that cannot be pressed while it works, and loses the focus by that: it gets the focus back when it is done,
 * unless somebody has gone elsewhere meanwhile.
 */
export function useFocusBack(busy: boolean) {
  const button = useRef<HTMLButtonElement>(null);
  const wasBusy = useRef(false);
  useEffect(() => {
    if (wasBusy.current && !busy && document.activeElement === document.body) button.current?.focus();
    wasBusy.current = busy;
  }, [busy]);
  return button;
}
