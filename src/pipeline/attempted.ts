import type { Sent } from '../channels/channel.ts';
import * as clock from '../model/clock.ts';
import { type Failure, verdictOf } from '../model/failure.ts';
import { masked } from '../model/message.ts';
import { advances, type Status } from '../model/status.ts';
import type { ClaimedMessage } from '../store/message-queue.ts';
import type { Step } from '../store/message-steps.ts';
import type { RecordedCall } from './record.ts';
import { reportedErrors } from './steps.ts';

/** What became of one attempt to send one message. */
export interface Attempted {
  message: ClaimedMessage;
  step: Step;
  sent?: Sent;
  failure?: Failure;
  /** The channel itself is at fault: its credentials or its set-up. */
  channelAtFault: boolean;
}

/** Which attempt to send it this is, from 1. */
export const attemptOf = ({ attempt, givenBack }: ClaimedMessage): number => attempt - givenBack;

/** Keeps with an outcome what was said to the provider. */
export function traced(done: Attempted, at: number, calls: RecordedCall[]): Attempted {
  const { step, failure, message } = done;
  const kept = {
    attempt: attemptOf(message),
    at,
    calls: calls.map((one) => ({ ...one })),
    ...(failure && { failure }),
  };
  return { ...done, step: { ...step, settle: { trace: kept, ...step.settle! } } };
}

/**
 * A process of ours died or froze amid the attempt before. Only who chose `onUnknown: fail` wants the
 * message failed for that: left open, it is tried again, since it probably never left. It keeps this mark.
 */
export const interrupted: Failure = {
  class: 'OUTCOME_UNKNOWN',
  code: 'INTERRUPTED',
  text: 'The server ended while it was being sent: it may have been sent before.',
};

/** The provider reported on it already, so it was sent: there is nothing more to do. */
export function known(message: ClaimedMessage): Attempted {
  const { businessId, id, status, attempt: tried } = message;
  return {
    message,
    channelAtFault: false,
    step: {
      businessId,
      id,
      status,
      stamps: {},
      settle: { attempt: tried, ...(message.mask && { content: masked(message.content) }) },
    },
  };
}

/**
 * The same outcome without what the outside said: an id that another message has already, say, or a text
 * that cannot be kept.
 */
export function withoutDetails({ message, sent, step }: Attempted): Attempted {
  const failure: Failure = { class: 'INTERNAL', text: 'What became of it could not be recorded as told.' };
  const { businessId, id } = step;
  const kept = { businessId, id, failure };
  const { trace: _, ...settle } = step.settle ?? { attempt: message.attempt };
  if (settle.retryInMs !== undefined)
    return { message, channelAtFault: false, step: { ...kept, status: step.status, stamps: {}, settle } };
  const status = sent ? 'SENTX' : 'SENT_EXC';
  return {
    message,
    channelAtFault: false,
    step: {
      ...kept,
      status,
      stamps: { [status]: clock.now() },
      ...(!sent && { errors: reportedErrors(failure, status) }),
      settle: { attempt: message.attempt, ...maskedContent(message) },
    },
  };
}

export function refused(message: ClaimedMessage, status: Status, failure: Failure): Attempted {
  const now = clock.now();
  return {
    message,
    failure,
    channelAtFault: false,
    step: {
      businessId: message.businessId,
      id: message.id,
      status,
      stamps: { [status]: now },
      failure,
      errors: reportedErrors(failure, status),
      settle: { attempt: message.attempt, ...maskedContent(message) },
    },
  };
}

export function accepted(message: ClaimedMessage, sent: Sent, handedAt: number): Attempted {
  return {
    message,
    sent,
    channelAtFault: false,
    step: {
      businessId: message.businessId,
      id: message.id,
      status: 'SENTX',
      stamps: { INIT: handedAt, SENT: handedAt, SENTX: clock.now() },
      ...(message.interrupted && { failure: interrupted }),
      settle: {
        attempt: message.attempt,
        overtaken: interrupted,
        ...(sent.providerId !== undefined && { providerId: sent.providerId }),
        ...maskedContent(message),
      },
    },
  };
}

export function failed(
  message: ClaimedMessage,
  failure: Failure,
  handedAt: number,
  onUnknown: 'retry' | 'fail',
): Attempted {
  const { attempt: fence, freeAttempts, ageMs } = message;
  const tried = attemptOf(message);
  const verdict = verdictOf(failure, {
    attempt: tried - freeAttempts,
    tried,
    ageMs,
    random: Math.random(),
    onUnknown,
  });
  const again = verdict.kind === 'retry';
  const status = again ? message.status : verdict.status;
  const kept = { ...failure, text: failure.text ?? '' };
  return {
    message,
    failure,
    channelAtFault: failure.class === 'AUTH' || failure.class === 'CONFIG',
    step: {
      businessId: message.businessId,
      id: message.id,
      status,
      stamps: again ? { INIT: handedAt } : { INIT: handedAt, SENT: handedAt, [status]: clock.now() },
      failure: kept,
      ...(!again && { errors: reportedErrors(failure, status) }),
      settle: {
        attempt: fence,
        ...(again && !verdict.countsAsAttempt && { free: true }),
        ...(again ? { retryInMs: verdict.inMs } : maskedContent(message)),
      },
    },
  };
}

/** Content of a masked message is kept until it is handed over, and no longer (decision D37). */
function maskedContent(message: ClaimedMessage) {
  return message.mask && advances(message.status, 'SENT') ? { content: masked(message.content) } : {};
}
