import { type Failure, type FailureClass, SendFailure } from '../../model/failure.ts';
import { type Content, plainText } from '../../model/message.ts';
import type { ReceiptStatus } from '../../model/status.ts';
import type { Outgoing, Received } from '../channel.ts';

/** Something that comes back `afterMs` after the send; `at` is that moment, epoch ms. */
export interface Echo {
  afterMs: number;
  received(at: number): Partial<Received>;
}

/** What happens to one message: what comes back, or `SendFailure`. */
export type Outcome = (message: Outgoing) => Echo[];

/** The provider's id of a message of ours: always the same, so that a repeat is no second message. */
export function providerIdOf(message: Pick<Outgoing, 'id'>): string {
  return `dummy-${message.id}`;
}

/** Names the built-in picture of outcome 401, in `Media.providerId`. */
export const echoImage = 'echo-image';

function receipts(...steps: [afterMs: number, status: ReceiptStatus, failure?: Failure][]): Outcome {
  return (message) =>
    steps.map(([afterMs, status, failure]) => ({
      afterMs,
      received: (timestamp) => ({
        receipts: [{ providerId: providerIdOf(message), status, timestamp, ...(failure && { failure }) }],
      }),
    }));
}

const usual = receipts([10, 'SENTX'], [100, 'DLVRD'], [300, 'READ']);

function fails(failure: Failure): Outcome {
  return () => {
    throw new SendFailure({
      code: failure.class,
      text: 'The sandbox was asked to fail like this.',
      ...failure,
    });
  };
}

/** Fails in the first `attempts` attempts, then as usual. */
function failsFirst(attempts: number, failure: Failure): Outcome {
  return (message) => (message.attempt <= attempts ? fails(failure)(message) : usual(message));
}

/** Receipts as usual, and a message from the person 50 ms later, `times` times with one id. */
function comesBack(contentOf: (message: Outgoing) => Content, times = 1): Outcome {
  return (message) => {
    const reply = (timestamp: number) => ({
      providerId: `dummy-reply-${message.id}`,
      csid: message.csid,
      timestamp,
      content: contentOf(message),
      replyIdExt: providerIdOf(message),
    });
    const received = (at: number) => ({ messages: Array.from({ length: times }, () => reply(at)) });
    return [...usual(message), { afterMs: 50, received }];
  };
}

function repeated({ content }: Outgoing): Content {
  return { type: 'text', text: plainText(content) };
}

/** Presses the first button; where the choices went out as numbered lines, types the first number. */
function pressed({ content }: Outgoing): Content {
  const [button] = content.buttons ?? [];
  if (!button) return { type: 'text', text: '1' };
  const { code, label, desc } = button;
  return { type: 'text', text: label, press: { code, label, ...(desc !== undefined && { desc }) } };
}

/** Refused in every attempt. */
const refused: readonly [digits: string, kind: FailureClass][] = [
  ['100', 'INVALID_RECIPIENT'],
  ['101', 'UNREACHABLE'],
  ['102', 'OPTED_OUT'],
  ['103', 'OUTSIDE_WINDOW'],
  ['104', 'CONTENT_REJECTED'],
  ['105', 'TEMPLATE'],
  ['106', 'MEDIA'],
  ['107', 'NOT_SUPPORTED'],
  ['202', 'UNAVAILABLE'],
  ['204', 'QUOTA'],
  ['300', 'AUTH'],
  ['301', 'CONFIG'],
];

const later: Failure = {
  class: 'UNREACHABLE',
  code: 'UNREACHABLE',
  text: 'The sandbox accepted it and reported this later.',
};

/** What the last three digits of the address choose (channels.md section 13). */
export const outcomes: Readonly<Record<string, Outcome>> = {
  '001': receipts([10, 'SENTX'], [100, 'DLVRD']),
  '002': receipts([10, 'SENTX']),
  '003': receipts([10, 'SENTX'], [5000, 'DLVRD'], [6000, 'READ']),
  '004': receipts([10, 'READ'], [20, 'DLVRD'], [30, 'DLVRD'], [40, 'SENTX']),
  // Due at once: as near to "before the send call returns" as a door without side effects can come.
  '005': receipts([0, 'DLVRD'], [300, 'READ']),
  ...Object.fromEntries(refused.map(([digits, kind]) => [digits, fails({ class: kind })])),
  '110': receipts([10, 'SENTX'], [200, 'SENTX_ERR', later]),
  '200': failsFirst(1, { class: 'RATE_LIMITED', retryAfterMs: 1000 }),
  '201': failsFirst(2, { class: 'UNAVAILABLE' }),
  '203': failsFirst(1, { class: 'OUTCOME_UNKNOWN' }),
  '400': comesBack(repeated),
  '401': comesBack(() => ({
    type: 'image',
    media: { providerId: echoImage, mime: 'image/png', filename: 'echo.png' },
  })),
  '402': comesBack(() => ({
    type: 'location',
    location: { latitude: '24.7136', longitude: '46.6753', name: 'Riyadh' },
  })),
  '403': comesBack(() => ({
    type: 'contacts',
    cards: [{ name: { formatted_name: 'Amina' }, phones: [{ phone: '+966500000000' }] }],
  })),
  '404': comesBack(pressed),
  '405': comesBack(() => ({ type: 'text', text: 'STOP' })),
  '406': comesBack(repeated, 3),
  '500': () => {
    throw new Error('the sandbox connector was asked to throw');
  },
};

/** The outcome that an address chooses. */
export function outcomeOf(csid: string): Outcome {
  const digits = csid.slice(-3);
  return Object.hasOwn(outcomes, digits) ? outcomes[digits]! : usual;
}
