import type { Channel, Outgoing, Sent } from '../channels/channel.ts';
import type { Note } from '../channels/connection.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import * as clock from '../model/clock.ts';
import { type Failure, messageLifeMs, SendFailure } from '../model/failure.ts';
import type { Content } from '../model/message.ts';
import { present } from '../model/present.ts';
import type { ChannelSetup, Setup } from '../model/setup.ts';
import { advances, type Status } from '../model/status.ts';
import { hoursFor, windowLeftMs } from '../model/window.ts';
import { isUnavailable } from '../store/database.ts';
import * as devices from '../store/devices.ts';
import type { ClaimedMessage } from '../store/message-queue.ts';
import { threadOf } from '../store/message-thread.ts';
import * as replyTokens from '../store/reply-tokens.ts';
import * as phones from '../store/sandbox-phones.ts';
import { attachedFiles } from './attached-files.ts';
import {
  type Attempted,
  accepted,
  attemptOf,
  failed,
  interrupted,
  known,
  refused,
  traced,
} from './attempted.ts';
import type { Context } from './context.ts';
import { isPassingFailure, withFreshCredentials } from './fresh-credentials.ts';
import { type LinkedFile, linkedFile } from './linked-file.ts';
import { withLinkedPicture } from './linked-picture.ts';
import { Interrupted } from './outside.ts';
import { recording, secretsOf } from './record.ts';
import { endOfLife } from './steps.ts';
import { storable } from './storable.ts';
import { afterRefusal, carried, noteUploaded, type OutgoingFile, outgoingFile } from './upload.ts';
import { webhookOf } from './webhook-address.ts';

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
  const late = latenessOf(door, channel, message);
  const early = refusal(message, late);
  if (early) return refused(message, early.status, early.failure);
  const handedAt = clock.now();
  const opened = await accountOf(ctx, message);
  if (opened.failure) {
    noteCall(ctx, message, opened.failure);
    return failed(message, opened.failure, handedAt, 'retry');
  }
  const { account } = opened;
  if (message.interrupted && account.onUnknown === 'fail' && !door.carries.idempotent)
    return failed(message, interrupted, handedAt, 'fail');
  const thread = door.carries.threads ? await threadOf(ctx.db, message) : undefined;
  const address = door.devices
    ? await devices.find(ctx.db, message.businessId, message.contactId)
    : undefined;
  const phone = channel.sandbox ? await phoneOf(ctx.db, channel.id, message) : undefined;
  let handed = false;
  let file: OutgoingFile | undefined;
  let linked: LinkedFile | undefined;
  const attached = attachedFiles(ctx, door, message);
  const { call, note, calls } = recording(ctx.call, secretsOf(door, account), { withContent: !message.mask });
  try {
    const told = await withLinkedPicture(ctx, door, account, message, await attached.content());
    file = await outgoingFile(ctx, { ...message, content: told });
    const content = await carried(ctx, door, account, told, file);
    const replyToken = await replyTokenFor(ctx, door, message);
    handed = true;
    if (phone?.fail)
      throw new SendFailure({ class: phone.fail, text: 'The simulator was asked to fail like this.' });
    linked = linkedFile(ctx, door, content);
    const open = file?.open ?? linked?.open;
    const said = present({
      file: open,
      files: attached.files,
      thread,
      replyToken,
      address,
      late: late === 'closed' ? undefined : late,
      ...outgoing(message, channel, content, webhookOf(ctx, channel)),
    });
    const sends = door.connections?.some((one) => one.sends);
    const sent = storable(
      sends ? await sendOver(ctx, message, said, note) : await door.send(said, account, call),
    );
    noteCall(ctx, message);
    await noteUploaded(ctx, file, sent);
    const taken = phone?.receipts === 'manual' ? { ...sent, echoes: [] } : sent;
    return traced(accepted(message, taken, handedAt), handedAt, calls);
  } catch (error) {
    if (!handed && isOurDatabase(error)) throw error;
    const failure = await withFreshCredentials(ctx, message, account, storable(failureOf(error, ctx)));
    if (handed && !phone?.fail && !(error instanceof Interrupted)) noteCall(ctx, message, failure);
    if (address !== undefined && failure.subcode === 'GONE')
      await devices.forget(ctx.db, message.businessId, message.contactId, address);
    const judged = await afterRefusal(ctx, failure, file).catch((problem: unknown) => {
      ctx.log.warn({ err: problem, message: message.id }, 'a refused file could not be forgotten');
      return failure;
    });
    return traced(failed(message, judged, handedAt, onUnknownOf(account, door)), handedAt, calls);
  } finally {
    await linked?.drop();
    await attached.drop();
    await file?.local?.drop();
  }
}

function outgoing(
  message: ClaimedMessage,
  { lane }: ChannelSetup,
  content: Content,
  callback: string,
): Outgoing {
  const { id, contactId, csid, channelId, name, replyIdExt } = message;
  return present({
    id,
    attempt: attemptOf(message),
    contactId,
    csid,
    channelId,
    lane,
    content,
    name,
    replyIdExt,
    callback,
  });
}

/** A token that was used, or may have been, is of no use to a later attempt. */
async function replyTokenFor(
  ctx: Context,
  { replies }: Channel,
  message: ClaimedMessage,
): Promise<string | undefined> {
  if (!replies || attemptOf(message) !== 1) return undefined;
  return replyTokens.take(ctx.db, message.businessId, message.contactId);
}

/** Sends over an open connection. Usually there is one: messages are claimed only where one is open. */
async function sendOver(ctx: Context, message: ClaimedMessage, said: Outgoing, note: Note): Promise<Sent> {
  const connection = ctx.connections.pick(message);
  if (connection?.send) return connection.send(said, note);
  throw new SendFailure({
    class: 'UNAVAILABLE',
    code: 'NOT_CONNECTED',
    text: 'There is no connection to the provider at this moment.',
    retryAfterMs: 2000,
  });
}

/**
 * The same, but what we cannot even begin, for a fault of our own, is a failed attempt like any other: it ends
 * with its reason, and is not begun for ever. Throws only when the database is away.
 */
export async function attemptSafely(
  ctx: Context,
  message: ClaimedMessage,
  work: () => Promise<Attempted>,
): Promise<Attempted> {
  try {
    return await work();
  } catch (error) {
    if (isUnavailable(error)) throw error;
    ctx.log.error({ err: error, message: message.id }, 'a message could not be prepared');
    const text = 'Parley could not prepare it; its log says why.';
    return failed(message, { class: 'INTERNAL', text }, clock.now(), 'fail');
  }
}

/** What the phone of a customer of a sandbox was told to do. */
function phoneOf(db: Context['db'], channelId: string, { businessId, csid }: ClaimedMessage) {
  return phones.find(db, businessId, channelId, csid);
}

const unreadable: Failure = { class: 'CONFIG', text: 'The settings of the channel cannot be read.' };

/**
 * The settings of the channel with the credentials in force, or why there are none: they are sealed with another secret,
 * say, or the provider does not renew them.
 */
async function accountOf(
  ctx: Context,
  { businessId, channelId }: ClaimedMessage,
): Promise<{ account: Record<string, unknown>; failure?: undefined } | { failure: Failure }> {
  try {
    return { account: await ctx.credentials.inForce({ businessId, channelId }) };
  } catch (error) {
    if (error instanceof SendFailure) return { failure: error.failure };
    if (isUnavailable(error)) throw error;
    ctx.log.error({ err: error, channelId }, 'the settings of a channel cannot be read');
    return { failure: unreadable };
  }
}

function noteCall(ctx: Context, message: ClaimedMessage, failure?: Failure): void {
  if (!failure || !isPassingFailure(failure)) ctx.health.called(message, failure);
}

/** Why a message is not even tried: opted out, outside the window, too old. */
function refusal(
  message: ClaimedMessage,
  late: ReturnType<typeof latenessOf>,
): { status: Status; failure: Failure } | undefined {
  if (message.optedOut)
    return { status: 'BLCKD', failure: { class: 'OPTED_OUT', text: 'The recipient has opted out.' } };
  if (message.ageMs > messageLifeMs) return endOfLife(message.failure);
  return late === 'closed' ? { status: 'CCWIN', failure: { class: 'OUTSIDE_WINDOW' } } : undefined;
}

/** How a message stands to the window: undefined while it is open, and else why it may go, or that it may not. */
function latenessOf(
  { carries }: Channel,
  { settings }: ChannelSetup,
  { content, senderType, lastInboundAt }: ClaimedMessage,
): Outgoing['late'] | 'closed' {
  const now = clock.now();
  if (windowLeftMs(carries.windowHours, lastInboundAt, now) !== 0) return undefined;
  if (content.type === 'template') return 'template';
  return windowLeftMs(hoursFor(carries, settings, senderType), lastInboundAt, now) === 0 ? 'closed' : 'agent';
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
