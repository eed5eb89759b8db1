import { type PointerEvent, useRef } from 'react';
import { toggle } from './picks.ts';

/** So long a finger rests on a row until it is picked, ms; and so far it may slip, px. */
const [restsMs, slipsPx] = [500, 10];

/** Under a finger there are no keys: a row is picked by a press that lasts. The next ones are picked by a touch then. */
export function useHeldRow() {
  const press = useRef<{ x: number; y: number; timer: ReturnType<typeof setTimeout>; done: boolean }>(
    undefined,
  );
  const end = () => clearTimeout(press.current?.timer);
  return (id: string) => ({
    onPointerDown({ pointerType, clientX: x, clientY: y }: PointerEvent) {
      end();
      press.current = undefined;
      if (pointerType !== 'touch') return;
      const timer = setTimeout(() => {
        if (press.current) press.current.done = true;
        toggle(id);
      }, restsMs);
      press.current = { x, y, timer, done: false };
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      const { x = clientX, y = clientY } = press.current ?? {};
      if (Math.hypot(clientX - x, clientY - y) > slipsPx) end();
    },
    onPointerUp() {
      end();
      // The click that follows is of this press; a later one is not.
      const { current } = press;
      setTimeout(() => {
        if (press.current === current) press.current = undefined;
      }, restsMs);
    },
    onPointerCancel: end,
    // The browser's own menu comes of the same press.
    onContextMenu(event: { preventDefault(): void }) {
      if (press.current) event.preventDefault();
    },
    onClickCapture(event: { preventDefault(): void; stopPropagation(): void }) {
      if (!press.current?.done) return;
      press.current = undefined;
      event.preventDefault();
      event.stopPropagation();
    },
  });
}
