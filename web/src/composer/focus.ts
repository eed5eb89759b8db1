import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * What stands in the composer changes, and with it goes what had the focus: then the field has it, or the composer itself until
 * what comes takes it. Else it would be nowhere, and the next words were commands.
 */
export function useFocusInside(
  box: RefObject<HTMLElement | null>,
  area: RefObject<HTMLTextAreaElement | null>,
  place: string,
): void {
  const before = useRef(place);
  // Afterwards nobody can tell: the element is gone.
  const held = before.current !== place && box.current?.contains(document.activeElement);
  useLayoutEffect(() => {
    before.current = place;
    if (held && document.activeElement === document.body) (area.current ?? box.current)?.focus();
  }, [place]);
}
