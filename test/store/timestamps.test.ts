import { expect, it } from 'vitest';
import { epochMs } from '../../src/store/timestamps.ts';

const at = (iso: string) => Date.parse(iso);

it.each([
  ['2026-11-28 20:15:09+00', at('2026-11-28T20:15:09Z')],
  ['2026-11-28 20:15:09.1+00', at('2026-11-28T20:15:09.100Z')],
  ['2026-11-28 20:15:09.12+00', at('2026-11-28T20:15:09.120Z')],
  ['2026-11-28 20:15:09.123+00', at('2026-11-28T20:15:09.123Z')],
  ['2026-11-28 20:15:09.1239+00', at('2026-11-28T20:15:09.123Z')],
  ['2026-11-28 20:15:09.000999+00', at('2026-11-28T20:15:09.000Z')],
  ['1969-12-31 23:59:59.5+00', at('1969-12-31T23:59:59.500Z')],
  ['2024-02-29 00:00:00+00', at('2024-02-29T00:00:00Z')],
  // Of a session that is not in UTC.
  ['2026-11-28 23:15:09.5+03', at('2026-11-28T20:15:09.500Z')],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
])('reads %s', (text, ms) => {
  expect(epochMs(text)).toBe(ms);
});
