import { useEffect, useRef, useState } from 'react';
import { number } from '../../theme/format.ts';
import css from './analytics.module.css';
import { useDir } from './format.ts';

export interface Line {
  label: string;
  /** In the legend while no period is pointed at. */
  total: string;
  /** One for each period; undefined: there is none, and the line has a gap. */
  values: (number | undefined)[];
  /** The same in the period before. */
  before: (number | undefined)[] | undefined;
}

interface ChartProps {
  lines: Line[];
  /** Of each period: in full, and with little room. */
  periods: { told: string; short: string }[];
  /** Said of the dotted lines; absent: there are none. */
  beforeLabel: string | undefined;
  format(value: number): string;
  /** Numbers at an axis that reaches so far, from 0; the last one is the top. */
  ticks(most: number): number[];
}

const height = 220;
const top = 10;
const bottom = 26;
/** Half of the label of the last period stands beyond it. */
const end = 30;
/** Beyond so many periods the marks would touch. */
const mostMarks = 45;

/**
 * Lines over time. Each has a dash and a mark of its own, and the period before is dotted. Time goes as the language is
 * read: from right to left in Arabic, where the numbers stand on the right. A screen reader is not told of it: the
 * sentence above says what there is to see, and the table has every number.
 */
export function Chart({ lines, periods, beforeLabel, format, ticks }: ChartProps) {
  const dir = useDir();
  const { box, width } = useInlineSize();
  const [pointed, setPointed] = useState<number>();
  const scale = ticks(
    Math.max(0, ...lines.flatMap(({ values, before = [] }) => [...values, ...before]).map((one) => one ?? 0)),
  );
  const side = 14 + 7 * Math.max(...scale.map((tick) => format(tick).length));
  const count = periods.length;
  const place = placeOf({ dir, width, side, count, most: scale.at(-1) || 1 });
  const here = pointed !== undefined && pointed < count ? pointed : undefined;
  return (
    <div aria-hidden="true">
      <Legend
        lines={lines}
        here={here}
        told={here === undefined ? undefined : periods[here]?.told}
        beforeLabel={beforeLabel}
        format={format}
      />
      <div ref={box} className={css.canvas}>
        <svg
          width={width}
          height={height}
          onPointerMove={(event) =>
            setPointed(place.periodAt(event.clientX, event.currentTarget.getBoundingClientRect()))
          }
          onPointerLeave={() => setPointed(undefined)}
        >
          {width > 0 && (
            <>
              <Axes
                scale={scale.map((tick) => ({
                  at: place.y(tick),
                  told: tick === 0 ? number(0) : format(tick),
                }))}
                ends={dir === 'rtl' ? [end, width - side] : [side, width - end]}
                labelAt={dir === 'rtl' ? width - side + 6 : side - 6}
                periods={shownOf(
                  periods.map(({ short }, i) => ({ at: place.x(i), told: short })),
                  place.room,
                )}
              />
              <Lines lines={lines} count={count} here={here} {...place} />
            </>
          )}
        </svg>
      </div>
    </div>
  );
}

interface Space {
  dir: string;
  /** Of all, px. */
  width: number;
  /** Of the labels of the axis, px. */
  side: number;
  /** Of periods. */
  count: number;
  /** The top of the axis. */
  most: number;
}

/** Where what stands, px from the left and from the top. */
interface Place {
  /** Of a period. */
  x(i: number): number;
  /** Of a value. */
  y(value: number): number;
  /** How wide the periods stand. */
  room: number;
  /** The period that is nearest to where somebody points. */
  periodAt(clientX: number, box: DOMRect): number;
}

function placeOf({ dir, width, side, count, most }: Space): Place {
  const room = Math.max(0, width - side - end);
  const along = (i: number) => side + (count > 1 ? (room * i) / (count - 1) : room / 2);
  return {
    x: (i) => (dir === 'rtl' ? width - along(i) : along(i)),
    y: (value) => height - bottom - ((height - top - bottom) * value) / most,
    room,
    periodAt(clientX, box) {
      const at = dir === 'rtl' ? box.right - clientX : clientX - box.left;
      const i = count > 1 ? Math.round(((at - side) / room) * (count - 1)) : 0;
      return Math.min(count - 1, Math.max(0, i));
    },
  };
}

interface LinesProps extends Pick<Place, 'x' | 'y'> {
  lines: Line[];
  /** Of periods. */
  count: number;
  /** The period that somebody points at. */
  here: number | undefined;
}

/** The lines with their marks, those of the period before below them. */
const Lines = ({ lines, count, here, x, y }: LinesProps) => (
  <>
    {here !== undefined && <line className={css.pointer} x1={x(here)} x2={x(here)} y1={top} y2={y(0)} />}
    {lines.map(({ label, before }, n) => (
      <path key={label} className={css.before} data-line={n} d={pathOf(before?.slice(0, count), x, y)} />
    ))}
    {lines.map(({ label, values }, n) => (
      <g key={label} className={css.line} data-line={n}>
        <path d={pathOf(values, x, y)} />
        {values.map((value, i) =>
          value !== undefined && (count <= mostMarks || i === here || isAlone(values, i)) ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place on the axis is what it is
            <Mark key={i} line={n} x={x(i)} y={y(value)} />
          ) : null,
        )}
      </g>
    ))}
  </>
);

/** How wide there is room, px; 0 until it is known. */
function useInlineSize() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const seen = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    if (box.current) seen.observe(box.current);
    return () => seen.disconnect();
  }, []);
  return { box, width };
}

const isAlone = (values: Line['values'], i: number) =>
  values[i - 1] === undefined && values[i + 1] === undefined;

function pathOf(values: Line['values'] | undefined, x: (i: number) => number, y: (value: number) => number) {
  let isOn = false;
  return (values ?? [])
    .map((value, i) => {
      const step = value === undefined ? '' : `${isOn ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
      isOn = value !== undefined;
      return step;
    })
    .join('');
}

/** As many labels as there is room for, beginning with the last period. */
function shownOf<T>(all: T[], room: number): T[] {
  const every = Math.max(1, Math.ceil((all.length * 72) / Math.max(1, room)));
  return all.filter((_, i) => (all.length - 1 - i) % every === 0);
}

interface AxesProps {
  scale: { at: number; told: string }[];
  ends: [number, number];
  labelAt: number;
  periods: { at: number; told: string }[];
}

const Axes = ({ scale, ends, labelAt, periods }: AxesProps) => (
  <g className={css.axes}>
    {scale.map(({ at, told }) => (
      <g key={at}>
        <line x1={ends[0]} x2={ends[1]} y1={at} y2={at} />
        <text x={labelAt} y={at + 4} textAnchor="end">
          {told}
        </text>
      </g>
    ))}
    {periods.map(({ at, told }) => (
      <text key={at} x={at} y={height - 6} textAnchor="middle">
        {told}
      </text>
    ))}
  </g>
);

/** A circle, a square, a triangle. */
function Mark({ line, x, y }: { line: number; x: number; y: number }) {
  if (line === 0) return <circle cx={x} cy={y} r={3} />;
  if (line === 1) return <rect x={x - 3} y={y - 3} width={6} height={6} />;
  return <path className={css.mark} d={`M${x} ${y - 4}l4 7h-8z`} />;
}

interface LegendProps {
  lines: Line[];
  here: number | undefined;
  told: string | undefined;
  beforeLabel: string | undefined;
  format(value: number): string;
}

/** What each line is, with its number: of the period that is pointed at, or in all. */
function Legend({ lines, here, told, beforeLabel, format }: LegendProps) {
  const at = (values: Line['values']) => {
    const value = here === undefined ? undefined : values[here];
    return value === undefined ? '–' : format(value);
  };
  return (
    <ul className={css.legend}>
      {lines.map(({ label, total, values }, n) => (
        <li key={label}>
          <svg width={30} height={10} className={css.line} data-line={n}>
            <path d="M0 5H30" />
            <Mark line={n} x={15} y={5} />
          </svg>
          {label} <strong>{here === undefined ? total : at(values)}</strong>
        </li>
      ))}
      {beforeLabel && here === undefined && (
        <li>
          <svg width={30} height={10} className={css.before}>
            <path d="M0 5H30" />
          </svg>
          {beforeLabel}
        </li>
      )}
      {told && <li>{told}</li>}
    </ul>
  );
}

/** Steps of 1, 2 or 5 and their tens, so that about four reach the top. */
export function countTicks(most: number): number[] {
  const rough = Math.max(1, most / 4);
  const ten = 10 ** Math.floor(Math.log10(rough));
  return upTo(most, [1, 2, 5, 10].map((step) => step * ten).find((step) => step >= rough)!);
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 5, 10, 20, 50, 100].map((n) => n * day),
];

/** Steps that clocks have. `most`: ms. */
export const timeTicks = (most: number) => upTo(most, steps.find((step) => step * 5 >= most) ?? most / 4);

function upTo(most: number, step: number): number[] {
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}
