import { describe, expect, it } from 'vitest';
import { groupBy } from '../../src/model/group.ts';
import {
  advances,
  newShortCodes,
  type ShortStatus,
  type Stamps,
  type Status,
  shortStatus,
  statusRanks,
} from '../../src/model/status.ts';

const codes = Object.keys(statusRanks) as Status[];

/** The status of a message after these reports, in this order. */
function folded(reports: readonly Status[], from: Status = 'CRTD'): Status {
  return reports.reduce((status, next) => (advances(status, next) ? next : status), from);
}

function* permutations<T>(items: readonly T[]): Iterable<T[]> {
  if (items.length === 0) yield [];
  for (const [i, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(i, 1))) yield [item, ...rest];
  }
}

describe('the ladder', () => {
  it('gives every status a rank of its own', () => {
    expect(new Set(Object.values(statusRanks)).size).toBe(codes.length);
  });

  it('goes from created to read in the order of the contract', () => {
    const path: Status[] = ['SCHLD', 'CRTD', 'INIT', 'SENT', 'SENTX', 'DLVRD', 'READ', 'DELTD'];
    for (const [i, status] of path.entries()) {
      for (const [j, next] of path.entries())
        expect(advances(status, next), `${status} → ${next}`).toBe(j > i);
    }
  });

  it.each(codes)('does not move from %s to itself', (status) => {
    expect(advances(status, status)).toBe(false);
  });

  it.each([
    [['SENTX', 'DLVRD', 'READ'], 'READ'],
    [['SENTX', 'DLVRD', 'DLVRD', 'READ', 'SENTX'], 'READ'],
    [['INIT', 'SENT', 'SENTX', 'SENTX_ERR'], 'SENTX_ERR'],
    [['INIT', 'SENT', 'SENTX', 'CCWIN', 'SENTX_ERR'], 'CCWIN'],
    // What was delivered after all was delivered.
    [['SENTX', 'SENTX_ERR', 'DLVRD'], 'DLVRD'],
    [['SENTX', 'READ', 'DELTD', 'DLVRD'], 'DELTD'],
  ] as [Status[], Status][])('ends %j in %s, in any order', (reports, end) => {
    for (const order of permutations(reports)) expect(folded(order), order.join()).toBe(end);
  });

  it('never goes back, whatever is reported', () => {
    for (const from of codes) {
      for (const next of codes)
        expect(statusRanks[folded([next], from)]).toBe(Math.max(statusRanks[from], statusRanks[next]));
    }
  });
});

describe('the short codes', () => {
  const told: Record<ShortStatus, Status[]> = {
    SENT: ['SENTX'],
    DLVRD: ['DLVRD'],
    READ: ['READ'],
    FAILD: ['NSENT', 'LIMIT', 'SENT_EXC', 'SENT_ERR', 'FAILD', 'SENTX_ERR', 'CCWIN', 'BLCKD'],
    DELTD: ['DELTD'],
  };

  it('are told for these statuses, and for no other (decision D25)', () => {
    const found = Object.fromEntries(groupBy(codes, (status) => shortStatus(status) ?? 'none'));
    expect(found).toEqual({
      ...told,
      none: ['STATUS_FORWARD_ERR', 'SCHLD', 'CRTD', 'INIT', 'SENT', 'RECEIVD', 'FORWARD_ERR', 'FORWARDED'],
    });
  });

  /** What is told of a message while these reports come in, one by one. */
  function tellingOf(reports: readonly Status[]): ShortStatus[] {
    let [status, stamps]: [Status, Stamps] = ['SENT', { CRTD: 1, SENT: 2 }];
    return reports.flatMap((next, i) => {
      const now = { [next]: i + 3, ...stamps };
      const codes = newShortCodes({ status, stamps }, now);
      [status, stamps] = [folded([next], status), now];
      return codes.map(({ short }) => short);
    });
  }

  it.each([
    [
      ['SENTX', 'DLVRD', 'READ'],
      ['SENT', 'DLVRD', 'READ'],
    ],
    [
      ['SENTX', 'SENTX', 'DLVRD', 'DLVRD'],
      ['SENT', 'DLVRD'],
    ],
    // A late report adds its stamp, and is not told.
    [['READ', 'DLVRD', 'SENTX'], ['READ']],
    [
      ['SENTX', 'SENTX_ERR', 'CCWIN', 'BLCKD'],
      ['SENT', 'FAILD'],
    ],
    [
      ['SENTX', 'SENTX_ERR', 'DLVRD'],
      ['SENT', 'FAILD', 'DLVRD'],
    ],
    [['INIT', 'CRTD', 'SCHLD'], []],
  ] as [Status[], ShortStatus[]][])('of %j are %j', (reports, shorts) => {
    expect(tellingOf(reports)).toEqual(shorts);
  });

  it('are told at most once, in whatever order the reports come', () => {
    for (const order of permutations<Status>(['SENTX', 'SENTX_ERR', 'BLCKD', 'DLVRD', 'DLVRD', 'READ'])) {
      const shorts = tellingOf(order);
      expect(new Set(shorts).size, order.join()).toBe(shorts.length);
      expect(shorts.at(-1)).toBe('READ');
    }
  });

  it('come in the order of the ladder when several are reached at once', () => {
    const stamps: Stamps = { READ: 9, SENT: 2, DLVRD: 8, SENTX: 7 };
    expect(newShortCodes({ status: 'SENT', stamps: { SENT: 2 } }, stamps)).toEqual([
      { short: 'SENT', status: 'SENTX' },
      { short: 'DLVRD', status: 'DLVRD' },
      { short: 'READ', status: 'READ' },
    ]);
  });
});
