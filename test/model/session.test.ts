import { describe, expect, it } from 'vitest';
import { newId } from '../../src/model/ids.ts';
import { newRoutingId, ticketOf } from '../../src/model/session.ts';

it('makes a routing id of the session, the queue and something new', () => {
  expect(newRoutingId('65a1', 'agent_desk', 'x7')).toBe('65a1_agent_desk_x7');
});

describe('ticketOf', () => {
  it.each(['', 'a', '65a1b2c3d4e5f60718293a4b', 'f'.repeat(24), 'ÿ'.repeat(1000)])(
    'is seven letters and digits that people can read out, for %j',
    (id) => {
      expect(ticketOf(id)).toMatch(/^[0-9A-Z]{7}$/);
    },
  );

  it('is the same each time, on every machine', () => {
    // The offset basis of FNV-1a, and its published value for "a".
    expect(ticketOf('')).toBe((0x811c9dc5).toString(36).toUpperCase().padStart(7, '0'));
    expect(ticketOf('a')).toBe((0xe40c292c).toString(36).toUpperCase().padStart(7, '0'));
  });

  it('tells sessions apart that began at the same moment', () => {
    const tickets = Array.from({ length: 1000 }, () => ticketOf(newId(1_767_225_600_000)));
    expect(new Set(tickets).size).toBeGreaterThan(995);
  });
});
