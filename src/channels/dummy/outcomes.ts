import { type Failure, type FailureClass, SendFailure } from '../../model/failure.ts';
import type { Content } from '../../model/message.ts';
import type { ReceiptStatus } from '../../model/status.ts';
import type { Outgoing, Received, Sent } from '../channel.ts';

/** What happens to one message: receipts and messages that come back, ms after the send. */
export type Outcome = (message: Outgoing) => Sent['echoes'];

/** The provider's id of a message of ours: always the same, so that a repeat is no second message. */
export function providerIdOf(message: Pick<Outgoing, 'id'>): string {
  return `dummy-${message.id}`;
}

function receipts(...steps: [afterMs: number, status: ReceiptStatus, failure?: Failure][]): Outcome {
  return (message) =>
    steps.map(([afterMs, status, failure]) => ({
      afterMs,
      received: {
        receipts: [{ providerId: providerIdOf(message), status, timestamp: Date.now() + afterMs, ...(failure && { failure }) }],
      },
    }));
}

const usual = receipts([10, 'SENTX'], [100, 'DLVRD'], [300, 'READ']);

function fails(failure: Failure): Outcome {
  return () => {
    throw new SendFailure({ code: failure.class, text: 'The sandbox was asked to fail like this.', ...failure });
  };
}

/** Fails in the first `attempts` attempts, then as usual. */
function failsFirst(attempts: number, failure: Failure): Outcome {
  return (message) => (message.attempt <= attempts ? fails(failure)(message) : usual(message));
}

/** Receipts as usual, and a message from the person 50 ms later. */
function comesBack(contentOf: (message: Outgoing) => Content, times = 1): Outcome {
  return (message) => {
    const reply = {
      providerId: `dummy-reply-${message.id}`,
      csid: message.csid,
      timestamp: Date.now() + 50,
      content: contentOf(message),
    };
    const back: Partial<Received> = { messages: Array.from({ length: times }, () => reply) };
    return [...usual(message)!, { afterMs: 50, received: back }];
  };
}

function pressed({ content }: Outgoing): Content {
  const [button] = content.buttons ?? [];
  if (!button) return { type: 'text', text: content.text ?? '' };
  return { type: 'text', text: button.label, press: { code: button.code, label: button.label } };
}

const refused: readonly [string, FailureClass][] = [
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

/** What the last three digits of the address choose (channels.md section 13). */
const outcomes: Readonly<Record<string, Outcome>> = {
  '001': receipts([10, 'SENTX'], [100, 'DLVRD']),
  '002': receipts([10, 'SENTX']),
  '003': receipts([10, 'SENTX'], [5000, 'DLVRD'], [6000, 'READ']),
  '004': receipts([10, 'READ'], [20, 'DLVRD'], [30, 'DLVRD'], [40, 'SENTX']),
  '005': receipts([0, 'DLVRD'], [300, 'READ']),
  ...Object.fromEntries(refused.map(([digits, kind]) => [digits, fails({ class: kind })])),
  '110': receipts([200, 'SENTX_ERR', { class: 'UNREACHABLE', code: 'UNREACHABLE', text: 'The sandbox reported it later.' }]),
  '200': failsFirst(1, { class: 'RATE_LIMITED', retryAfterMs: 1000 }),
  '201': failsFirst(2, { class: 'UNAVAILABLE' }),
  '203': failsFirst(1, { class: 'OUTCOME_UNKNOWN' }),
  '400': comesBack(({ content }) => ({ type: 'text', text: content.text ?? content.template?.body ?? '' })),
  '401': comesBack(() => ({ type: 'image', media: { link: 'https://sandbox.invalid/echo.png', mime: 'image/png' } })),
  '402': comesBack(() => ({ type: 'location', location: { latitude: '24.7136', longitude: '46.6753', name: 'Riyadh' } })),
  '403': comesBack(() => ({ type: 'contacts', cards: [{ name: { formatted_name: 'Amina' }, phones: [{ phone: '+966500000000' }] }] })),
  '404': comesBack(pressed),
  '405': comesBack(() => ({ type: 'text', text: 'STOP' })),
  '406': comesBack(({ content }) => ({ type: 'text', text: content.text ?? '' }), 3),
  '500': () => {
    throw new Error('the sandbox connector was asked to throw');
  },
};

/** The outcome that an address chooses. */
export function outcomeOf(csid: string): Outcome {
  return outcomes[csid.slice(-3)] ?? usual;
}
