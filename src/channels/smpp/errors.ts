import { type Failure, type FailureClass, failureClasses } from '../../model/failure.ts';
import { present } from '../../model/present.ts';

type Codes = readonly (number | readonly [from: number, to: number])[];

/** Statuses of SMPP by what they mean for us (channels.md 3.1). The first that fits counts. */
const classes: readonly [kind: FailureClass, codes: Codes][] = [
  ['INVALID_RECIPIENT', [0x0b, 0x48, 0x50]],
  ['CONFIG', [0x0a, 0x40, 0x49]],
  ['RATE_LIMITED', [0x14, 0x58]],
  ['UNAVAILABLE', [0x04, 0x08, 0x45, 0x64]],
  ['AUTH', [0x05, 0x0d, 0x0e, 0x0f]],
  ['UNREACHABLE', [0x65, 0x66, 0xfe]],
  // Field errors: the lengths of addresses and the service type are ours, the rest is the message.
  ['CONFIG', [0x02, 0x03, 0x15, 0x53]],
  ['CONTENT_REJECTED', [0x01, [0x33, 0x67], [0xc0, 0xc4], [0x400, 0x4ff]]],
];

const names: Readonly<Record<number, string>> = {
  1: 'the length of the message is wrong',
  2: 'the length of the command is wrong',
  3: 'the command is not known',
  4: 'the command does not fit the bind',
  5: 'already bound',
  8: 'system error',
  10: 'the sender is not valid',
  11: 'the recipient is not valid',
  13: 'the bind failed',
  14: 'the password is wrong',
  15: 'the system ID is not known',
  20: 'its queue is full',
  69: 'submitting failed',
  88: 'too fast',
  97: 'the time of delivery is not valid',
  98: 'the validity is not valid',
  100: 'a temporary error',
  101: 'a permanent error',
  102: 'rejected',
  254: 'delivery failed',
};

function nameOf(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** What a status of the SMSC means. `vendor`: what its own codes mean, by `0x4..`; other names are passed over. */
export function classOfStatus(status: number, vendor: Readonly<Record<string, string>> = {}): FailureClass {
  const own = Object.entries(vendor).find(([code]) => Number(code) === status)?.[1];
  if (own !== undefined && Object.hasOwn(failureClasses, own)) return own as FailureClass;
  const listed = classes.find(([, codes]) =>
    codes.some((one) => (typeof one === 'number' ? one === status : one[0] <= status && status <= one[1])),
  );
  return listed?.[0] ?? 'INTERNAL';
}

/** A status of the SMSC as a failure. */
export function failureOf(status: number, vendor?: Readonly<Record<string, string>>): Failure {
  const text = `The SMSC answered ${nameOf(status)}${names[status] ? `: ${names[status]}` : ''}.`;
  return { class: classOfStatus(status, vendor), code: nameOf(status), text };
}

/** States of a message at the SMSC, as receipts tell them: by number in parameters, by name in texts. */
const states: readonly [name: string, number: number, kind: FailureClass | 'DELIVERED' | undefined][] = [
  ['ENROUTE', 1, undefined],
  ['DELIVRD', 2, 'DELIVERED'],
  ['EXPIRED', 3, 'UNREACHABLE'],
  ['DELETED', 4, 'CONTENT_REJECTED'],
  ['UNDELIV', 5, 'UNREACHABLE'],
  ['ACCEPTD', 6, undefined],
  ['UNKNOWN', 7, undefined],
  ['REJECTD', 8, 'CONTENT_REJECTED'],
];

/** What a state means: delivered, failed, or no more than progress (undefined). By its number, or its name. */
export function outcomeOf(
  state: number | string,
  error: string | undefined,
): { delivered: true } | { failure: Failure } | undefined {
  const named = typeof state === 'string' ? state.trim().toUpperCase() : undefined;
  const found = states.find(([name, number]) =>
    named === undefined ? number === state : name === named || name.startsWith(named.slice(0, 5)),
  );
  const [name, , kind] = found ?? [];
  if (kind === undefined) return undefined;
  if (kind === 'DELIVERED') return { delivered: true };
  const code = error && !/^0*$/.test(error) ? error : undefined;
  return { failure: present({ class: kind, code: name, subcode: code, text: `The SMSC says: ${name}.` }) };
}
