import { numbers } from '../../theme/format.ts';

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

type Unit = 'millisecond' | (typeof units)[number][0];

const told = (value: number, unit: Unit) =>
  numbers({ style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: 1 }).format(value);

/** How long, ms, in the two largest units: `2d 4h`, `1h 20m`, `3m 5s`; below ten seconds `4.2s` or `250ms`. */
export function lasting(ms: number): string {
  if (ms < 1000) return told(Math.round(ms), 'millisecond');
  if (ms < 10_000) return told(ms / 1000, 'second');
  const seconds = Math.round(ms / 1000);
  const first = units.findIndex(([, size]) => seconds >= size);
  let rest = seconds;
  return units
    .slice(first, first + 2)
    .flatMap(([unit, size]) => {
      const many = Math.floor(rest / size);
      rest %= size;
      return many > 0 ? [told(many, unit)] : [];
    })
    .join(' ');
}
