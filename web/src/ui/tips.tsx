import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { keyText } from '../keys/acts.ts';
import { type ActId, keysIn } from '../keys/table.ts';
import css from './ui.module.css';

/** So long one points at a button before its name is shown, ms. */
const afterMs = 500;
/** Between a button and its name, and between that and the edge of the screen, px. */
const gap = 5;

/** The names of the buttons that are icons, of each while one points at it: one element for all of them. */
export function Tips() {
  const of = usePointedAt();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!of || !box.current) return;
    place(box.current, of);
    of.setAttribute('aria-describedby', box.current.id);
    return () => of.removeAttribute('aria-describedby');
  }, [of]);
  if (!of) return null;
  const { tip, tipAct, tipKeys } = of.dataset;
  const keys = tipAct === undefined ? tipKeys : keysIn(tipAct as ActId)[0];
  return createPortal(
    <div ref={box} id="tip" role="tooltip" className={css.tip}>
      {tip}
      {keys && <kbd className={css.tipKeys}>{keyText(keys)}</kbd>}
    </div>,
    document.body,
  );
}

/** The button under the pointer, once that has rested there; none once it is pressed, or left, or Esc is. */
function usePointedAt(): HTMLElement | undefined {
  const [of, setOf] = useState<HTMLElement>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let at: HTMLElement | undefined;
    const end = () => {
      clearTimeout(timer);
      setOf(undefined);
    };
    const point = ({ target, pointerType }: PointerEvent) => {
      const next =
        pointerType !== 'touch' && target instanceof Element
          ? (target.closest<HTMLElement>('[data-tip]') ?? undefined)
          : undefined;
      if (next === at) return;
      at = next;
      end();
      if (next) timer = setTimeout(() => next.isConnected && setOf(next), afterMs);
    };
    const leave = () => {
      at = undefined;
      end();
    };
    // A thread that scrolls by itself is elsewhere.
    const moved = ({ target }: Event) => at && target instanceof Node && target.contains(at) && end();
    const press = ({ key }: KeyboardEvent) => key === 'Escape' && end();
    const { documentElement: page } = document;
    document.addEventListener('pointerover', point);
    page.addEventListener('pointerleave', leave);
    document.addEventListener('pointerdown', end, true);
    document.addEventListener('scroll', moved, true);
    document.addEventListener('keydown', press, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', point);
      page.removeEventListener('pointerleave', leave);
      document.removeEventListener('pointerdown', end, true);
      document.removeEventListener('scroll', moved, true);
      document.removeEventListener('keydown', press, true);
    };
  }, []);
  return of;
}

/** Beside its button, on the side that the button asks for, and within the screen. */
function place(box: HTMLElement, of: HTMLElement): void {
  const { top, bottom, left, right, width, height } = of.getBoundingClientRect();
  const own = box.getBoundingClientRect();
  const across = left + (width - own.width) / 2;
  const side = of.dataset.tipSide;
  const isRight = side === 'end' && document.documentElement.dir !== 'rtl';
  const [x, y] =
    side === 'end'
      ? [isRight ? right + gap : left - gap - own.width, top + (height - own.height) / 2]
      : side === 'top'
        ? [across, top - gap - own.height]
        : [across, bottom + gap];
  // Where there is no room below, there is above.
  const fits = y + own.height <= innerHeight - gap ? y : top - gap - own.height;
  box.style.top = `${Math.max(gap, fits)}px`;
  box.style.left = `${Math.min(Math.max(gap, x), innerWidth - own.width - gap)}px`;
}
