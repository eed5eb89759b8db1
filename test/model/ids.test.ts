import { beforeEach, describe, expect, it, vi } from 'vitest';

/** The ids of a process that has made none yet. */
let ids: typeof import('../../src/model/ids.ts');
beforeEach(async () => {
  vi.resetModules();
  ids = await import('../../src/model/ids.ts');
});

const noon = Date.UTC(2026, 0, 1, 12);
const many = (count: number, at: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => ids.newId(at(i)));

/** True when the ids grow, as the database compares them: byte by byte. */
function grow(made: string[]): boolean {
  return made.every((id, i) => i === 0 || made[i - 1]! < id);
}

describe('newId', () => {
  it('is 24 hex digits that begin with the time', () => {
    const id = ids.newId(noon);
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    expect(Number.parseInt(id.slice(0, 12), 16)).toBe(noon);
    expect(ids.isId(id)).toBe(true);
  });

  it('takes the time that the house goes by when none is given', async () => {
    const { now, setClock } = await import('../../src/model/clock.ts');
    setClock(noon, performance.now());
    const at = Number.parseInt(ids.newId().slice(0, 12), 16);
    expect(at).toBeGreaterThanOrEqual(noon);
    expect(at).toBeLessThanOrEqual(now());
  });

  it.each([
    ['as time goes on', 1000, (i: number) => noon + i],
    ['within one millisecond', 1000, () => noon],
    ['through more in one millisecond than its sequence holds', 70_000, () => noon],
    ['while the clock jumps back and forth', 1000, (i: number) => noon + (i % 7) * 1000 - (i % 3) * 5000],
    [
      'after the clock was set back a year',
      1000,
      (i: number) => (i === 0 ? noon : noon - 365 * 86_400_000 + i),
    ],
  ])('grows %s', (_, count, at) => {
    expect(grow(many(count, at))).toBe(true);
  });

  it('goes on from the last one when the clock comes back', () => {
    const [, behind] = [ids.newId(noon), ids.newId(noon - 60_000)];
    const later = ids.newId(noon + 1);
    expect(behind.slice(0, 12)).toBe(noon.toString(16).padStart(12, '0'));
    expect(later.slice(12, 16)).toBe('0000');
  });

  it('differs from those of another process in the same millisecond', async () => {
    const here = many(100, () => noon);
    vi.resetModules();
    const there = await import('../../src/model/ids.ts');
    const all = [...here, ...here.map(() => there.newId(noon))];
    expect(new Set(all).size).toBe(200);
  });
});

describe('isId', () => {
  it.each([
    ['0123456789abcdef01234567', true],
    ['0123456789ABCDEF01234567', false],
    ['0123456789abcdef0123456', false],
    ['0123456789abcdef012345678', false],
    ['0123456789abcdef01234567\n', false],
    ['g123456789abcdef01234567', false],
    ['', false],
  ])('of %j is %j', (value, expected) => {
    expect(ids.isId(value)).toBe(expected);
  });
});

it('makes secret addresses of 160 bits, never the same', () => {
  const made = Array.from({ length: 100 }, () => ids.newUnguessableId());
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{40}$/);
  expect(new Set(made).size).toBe(100);
});
