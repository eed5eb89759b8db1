import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import css from './grip.module.css';

interface GripProps {
  label: string;
  value: number;
  low: number;
  high: number;
  change(value: number): void;
}

/** The edge of a pane: drag it, or move it with the arrows. */
export function Grip({ label, value, low, high, change }: GripProps) {
  const from = useRef<{ x: number; value: number }>(undefined);
  const turn = () => (document.documentElement.dir === 'rtl' ? -1 : 1);
  const set = (to: number) => change(Math.round(Math.min(Math.max(to, low), high)));
  const down = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, value };
  };
  const move = ({ clientX }: PointerEvent) => {
    if (from.current) set(from.current.value + (clientX - from.current.x) * turn());
  };
  const key = (event: KeyboardEvent) => {
    const by = { ArrowRight: 16, ArrowLeft: -16 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(value + by * turn());
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={low}
      aria-valuemax={high}
      tabIndex={0}
      className={css.grip}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={() => {
        from.current = undefined;
      }}
      onKeyDown={key}
    />
  );
}
