// For rows of `message`, `delivery` and `session` that are found by their key. Where nearly nothing is under way, or open, an index
// of what is seems to be empty, and a condition that such an index fulfils has it read whole: these are none (docs/decisions/0023).

/** It is still to be done: `due_at` is set. */
export const isUnderWay = (row: string): string => `coalesce(${row}.due_at, '-infinity') > '-infinity'`;

/** The session is not over. */
export const isOpen = (row: string): string => `coalesce(${row}.closed_at, 'infinity') = 'infinity'`;

/** It waits behind another one of its lane. */
export const isParked = (row: string): string => `coalesce(${row}.due_at, '-infinity') = 'infinity'`;
