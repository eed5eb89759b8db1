import { expect, it } from 'vitest';
import { windowLeftMs } from '../../src/model/window.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 0, 2);

it.each([
  ['none on a channel without a window', undefined, now, undefined],
  ['none on a channel without a window, to a stranger', undefined, undefined, undefined],
  ['closed for who has never written', 24, undefined, 0],
  ['whole right after a message', 24, now, 24 * hour],
  ['what is left of it', 24, now - 23 * hour, hour],
  ['open to the last millisecond', 24, now - 24 * hour + 1, 1],
  ['closed from then on', 24, now - 24 * hour, 0],
  ['closed long after', 24, now - 1000 * hour, 0],
  ['as long as the channel says', 48, now - 24 * hour, 24 * hour],
] as [string, number | undefined, number | undefined, number | undefined][])(
  'the care window is %s',
  (_, hours, lastInboundAt, left) => {
    expect(windowLeftMs(hours, lastInboundAt, now)).toBe(left);
  },
);
