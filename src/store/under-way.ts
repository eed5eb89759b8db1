// For rows of `message`, `delivery` and `session` that are found by their key. Where nearly nothing is under way, or open, an index
// of what is seems to be empty, and a condition that such an index fulfils has it read whole: these are none (docs/decisions/0023).

/** It is still to be done: `due_at` is set. */
export const isUnderWay = (row: string): string => `coalesce(${row}.due_at, '-infinity') > '-infinity'`;

/** The session is not over. */
export const isOpen = (row: string): string => `coalesce(${row}.closed_at, 'infinity') = 'infinity'`;

/** It waits behind another one of its lane. */
export const isParked = (row: string): string => `coalesce(${row}.due_at, '-infinity') = 'infinity'`;

/**
 * A claimed message is given back untried. No number of an attempt is used twice: whoever had it, and does not know that it was
 * given back, has it no longer.
 */
export const givenBack = (row: string): string =>
  `attempt = ${row}.attempt + 1, given_back = ${row}.given_back + 2`;

/** It could not be sent for `ms`, of its own time if that came later. Not said of one that waits for its next attempt. */
export const isOutlived = (row: string, ms: string): string =>
  `(${row}.due_at <= now() or ${row}.due_at = 'infinity') and ${row}.at < now() - ${ms} * interval '1 ms'
     and case when ${row}.status = 'SCHLD' then ${row}.due_at < now() - ${ms} * interval '1 ms'
       else coalesce((${row}.stamps->>'CRTD')::float, 0) < (extract(epoch from now()) * 1000)::float - ${ms} end`;
