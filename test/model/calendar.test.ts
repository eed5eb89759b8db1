import { describe, expect, it } from 'vitest';
import { addDays, dateMs, daysIn, periodsIn, rangeBefore, startOf } from '../../src/model/calendar.ts';

describe('a date', () => {
  it('is one that there is', () => {
    expect(dateMs('2026-02-28')).toBe(Date.UTC(2026, 1, 28));
    for (const none of ['2026-02-29', '2026-13-01', '2026-2-1', '26-02-01', '2026-02-01T00:00', '', 'today'])
      expect(dateMs(none), none).toBeUndefined();
  });

  it('has others before and after it, over the ends of months and years', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(daysIn({ from: '2024-01-01', to: '2024-12-31' })).toBe(366);
  });
});

describe('periods', () => {
  it('begin with the one in which the first day lies', () => {
    expect(periodsIn({ from: '2026-11-28', to: '2026-11-30' }, 'day')).toEqual([
      '2026-11-28',
      '2026-11-29',
      '2026-11-30',
    ]);
    expect(periodsIn({ from: '2025-12-31', to: '2026-02-01' }, 'month')).toEqual([
      '2025-12-01',
      '2026-01-01',
      '2026-02-01',
    ]);
    // A Saturday to a Monday.
    const days = { from: '2026-11-28', to: '2026-11-30' };
    expect(periodsIn(days, 'week')).toEqual(['2026-11-23', '2026-11-30']);
    expect(periodsIn(days, 'week', 'sunday')).toEqual(['2026-11-22', '2026-11-29']);
    expect(periodsIn(days, 'week', 'saturday')).toEqual(['2026-11-28']);
    expect(startOf('2026-11-29', 'week')).toBe('2026-11-23');
  });
});

describe('the period before', () => {
  it.each([
    ['2026-11-10', '2026-11-12', '2026-11-07', '2026-11-09'],
    ['2026-11-01', '2026-11-30', '2026-10-01', '2026-10-31'],
    ['2026-03-01', '2026-03-31', '2026-02-01', '2026-02-28'],
    ['2026-03-01', '2026-03-30', '2026-01-30', '2026-02-28'],
    ['2026-01-01', '2026-12-31', '2025-01-01', '2025-12-31'],
    ['2026-11-28', '2026-11-28', '2026-11-27', '2026-11-27'],
  ])('of %s to %s is %s to %s', (from, to, first, last) => {
    expect(rangeBefore({ from, to })).toEqual({ from: first, to: last });
  });
});
