import type { Channel, Sent } from '../channels/channel.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import { type Failure, messageLifeMs, SendFailure, verdictOf } from '../model/failure.ts';
import { masked } from '../model/message.ts';
import type { Setup } from '../model/setup.ts';
import { advances, type Status } from '../model/status.ts';
import { windowLeftMs } from '../model/window.ts';
import { isUnavailable } from '../store/database.ts';
import type { ClaimedMessage } from '../store/message-queue.ts';
import type { Step } from '../store/messages.ts';
import type { Context } from './context.ts';
import { Interrupted } from './outside.ts';
import { endOfLife, reportedErrors } from './steps.ts';
import { storable } from './storable.ts';
import { afterRefusal, carried, outgoingFile } from './upload.ts';

/** What became of one attempt to send one message. */
export interface Attempted {
  message: ClaimedMessage;
  step: Step;
  sent?: Sent;
  failure?: Failure;
  /** The channel itself is at fault: its credentials or its set-up. */
  channelAtFault: boolean;
}

/**
 * Sends one message and says what became of it. Throws only before it is handed over: when the database is
 * away, or when something of ours fails that no attempt could mend.
 */
export async function attempt(ctx: Context, setup: Setup, message: ClaimedMessage): Promise<Attempted> {
  const channel = setup.channels.get(message.channelId);
  const door = channel && doorOf(channel.type);
  if (!channel?.enabled || !door)
    return refused(message, 'NSENT', { class: 'CONFIG', text: 'The channel is switched off.' });
  if (advances('SENT', message.status)) return known(message);
  const early = refusal(door, message);
  if (early) return refused(message, early.status, early.failure);
  const handedAt = Date.now();
  const account = await accountOf(ctx, message);
  if (!account) return failed(message, unreadable, handedAt, 'retry');
  if (message.interrupted && account.onUnknown === 'fail' && !door.carries.idempotent)
    return failed(message, interrupted, handedAt, 'fail');
  const file = await outgoingFile(ctx, message);
  let handed = false;
  try {
    const content = await carried(ctx, door, account, message.content, file);
    handed = true;
    const sent = await door.send(
      {
        id: message.id,
        attempt: message.attempt,
        contactId: message.contactId,
        csid: message.csid,
        channelId: message.channelId,
        lane: channel.lane,
        content,
        ...(message.name !== undefined && { name: message.name }),
        ...(message.replyIdExt !== undefined && { replyIdExt: message.replyIdExt }),
      },
      account,
      ctx.call,
    );
    return accepted(message, storable(sent), handedAt);
  } catch (error) {
    if (!handed && isOurDatabase(error)) throw error;
    const failure = storable(failureOf(error, ctx));
    const judged = await afterRefusal(ctx, failure, file).catch((problem: unknown) => {
      ctx.log.warn({ err: problem, message: message.id }, 'a refused file could not be forgotten');
      return failure;
    });
    return failed(message, judged, handedAt, onUnknownOf(account, door));
  }
}

/**
 * A process of ours died or froze amid the attempt before. Only who chose `onUnknown: fail` wants the
 * message failed for that: left open, it is tried again, since it probably never left. It keeps this mark.
 */
const interrupted: Failure = {
  class: 'OUTCOME_UNKNOWN',
  code: 'INTERRUPTED',
  text: 'The server ended while it was being sent: it may have been sent before.',
};

const unreadable: Failure = { class: 'CONFIG', text: 'The settings of the channel cannot be read.' };

/** The settings of the channel; undefined when they cannot be read: sealed with another secret, say. */
async function accountOf(
  ctx: Context,
  { businessId, channelId }: ClaimedMessage,
): Promise<Record<string, unknown> | undefined> {
  try {
    return await ctx.account(businessId, channelId);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    ctx.log.error({ err: error, channelId }, 'the settings of a channel cannot be read');
    return undefined;
  }
}

/** Why a message is not even tried: opted out, outside the window, too old. */
function refusal(door: Channel, message: ClaimedMessage): { status: Status; failure: Failure } | undefined {
  if (message.optedOut)
    return { status: 'BLCKD', failure: { class: 'OPTED_OUT', text: 'The recipient has opted out.' } };
  if (message.ageMs > messageLifeMs) return endOfLife(message.failure);
  const left = windowLeftMs(door.carries.windowHours, message.lastInboundAt, Date.now());
  if (left === 0 && message.content.type !== 'template') {
    return { status: 'CCWIN', failure: { class: 'OUTSIDE_WINDOW' } };
  }
  return undefined;
}

function onUnknownOf(account: Record<string, unknown>, door: Channel): 'retry' | 'fail' {
  // A provider that takes our id recognises a repeat; otherwise the account decides (channels.md rule 4).
  if (door.carries.idempotent) return 'retry';
  const chosen = account.onUnknown;
  return chosen === 'retry' || chosen === 'fail' ? chosen : door.carries.onUnknown;
}

/** The database is away, rather than a provider. */
function isOurDatabase(error: unknown): boolean {
  return !(error instanceof SendFailure || error instanceof Interrupted) && isUnavailable(error);
}

function failureOf(error: unknown, ctx: Context): Failure {
  if (error instanceof SendFailure) return error.failure;
  if (error instanceof Interrupted)
    return { class: error.written ? 'OUTCOME_UNKNOWN' : 'UNAVAILABLE', text: error.message };
  ctx.log.error({ err: error }, 'a connector threw');
  return { class: 'INTERNAL', text: error instanceof Error ? error.message.slice(0, 300) : 'unknown error' };
}

/** The provider reported on it already, so it was sent: there is nothing more to do. */
function known(message: ClaimedMessage): Attempted {
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
  const { businessId, id, settle } = step;
  const kept = { businessId, id, failure };
  if (settle?.retryInMs !== undefined)
    return { message, channelAtFault: false, step: { ...kept, status: step.status, stamps: {}, settle } };
  const status = sent ? 'SENTX' : 'SENT_EXC';
  return {
    message,
    channelAtFault: false,
    step: {
      ...kept,
      status,
      stamps: { [status]: Date.now() },
      ...(!sent && { errors: reportedErrors(failure, status) }),
      settle: { attempt: message.attempt, ...maskedContent(message) },
    },
  };
}

function refused(message: ClaimedMessage, status: Status, failure: Failure): Attempted {
  const now = Date.now();
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

function accepted(message: ClaimedMessage, sent: Sent, handedAt: number): Attempted {
  return {
    message,
    sent,
    channelAtFault: false,
    step: {
      businessId: message.businessId,
      id: message.id,
      status: 'SENTX',
      stamps: { INIT: handedAt, SENT: handedAt, SENTX: Date.now() },
      ...(message.interrupted && { failure: interrupted }),
      settle: {
        attempt: message.attempt,
        ...(sent.providerId !== undefined && { providerId: sent.providerId }),
        ...maskedContent(message),
      },
    },
  };
}

function failed(
  message: ClaimedMessage,
  failure: Failure,
  handedAt: number,
  onUnknown: 'retry' | 'fail',
): Attempted {
  const { attempt: tried, freeAttempts, ageMs } = message;
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
      stamps: again ? { INIT: handedAt } : { INIT: handedAt, SENT: handedAt, [status]: Date.now() },
      failure: kept,
      ...(!again && { errors: reportedErrors(failure, status) }),
      settle: {
        attempt: tried,
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
