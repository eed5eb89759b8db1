import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

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

/** The keyboard of a phone comes after the focus, and takes the height: the field is in sight of who writes there, all the same. */
export function useKeptInSight(area: RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const look = () => {
      if (document.activeElement === area.current) area.current?.scrollIntoView({ block: 'nearest' });
    };
    addEventListener('resize', look);
    return () => removeEventListener('resize', look);
  }, [area]);
}
