import { channelOf as doorOf } from '../channels/index.ts';
import * as clock from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { type Content, type Message, masked } from '../model/message.ts';
import { invalid } from '../model/problem.ts';
import { hoursFor, windowLeftMs } from '../model/window.ts';
import * as messages from '../store/messages.ts';
import type { Acceptance } from './accept.ts';
import type { Context } from './context.ts';
import type { Caller, SendRequest } from './core.ts';
import { withOwnFile } from './own-files.ts';
import { prepareContent } from './prepare.ts';
import { resolveTarget, type Target } from './target.ts';

/** Content types that are lines in the session's history and go to nobody (decisions D38, D39). */
const logTypes = new Set(['system', 'optin', 'optout']);

/** How far ahead a message may be scheduled: a year, in ms. */
const farthestMs = 366 * 24 * 3_600_000;

/** Checks a message that is to be sent. Throws `Problem`; stores nothing. */
export async function acceptanceOf(ctx: Context, caller: Caller, request: SendRequest): Promise<Acceptance> {
  const { businessId } = caller;
  const setup = await ctx.setup(businessId);
  const target = await resolveTarget(ctx.db, setup, request);
  const now = clock.now();
  const { channel } = target;
  const { name } = request.to;
  assertWindow(target, request, now);
  const said = prepareContent(setup, target, request, now);
  const own = await withOwnFile(ctx, { businessId, channel }, said);
  const content: Content = name === undefined ? own : { recipient: name, ...own };
  const { replyNo, ...reply } = await replyOf(ctx, caller, request, target.contactId);
  const isLog = logTypes.has(content.type);
  const later = scheduleOf(request, now);
  return {
    setup,
    channel,
    contact: {
      businessId,
      id: target.contactId,
      type: channel.contactType,
      lane: channel.lane,
      csid: target.csid,
      channelId: channel.id,
      ...(name !== undefined && { businessProfile: { name } }),
    },
    message: {
      businessId,
      id: newId(),
      direction: isLog ? 'L' : 'O',
      contactId: target.contactId,
      channelId: channel.id,
      content: isLog && request.mask ? masked(content) : content,
      status: later === undefined ? 'CRTD' : 'SCHLD',
      timestamp: now,
      mask: request.mask ?? false,
      appId: caller.appId,
      senderType: request.sender.type,
      ...(request.sender.code !== undefined && { senderCode: request.sender.code }),
      ...reply,
      ...(!isLog && { dueAt: later ?? 'now' }),
    },
    ...(replyNo !== undefined && { replyNo }),
    ...(request.retryOf !== undefined && { retryOf: request.retryOf }),
    ...(content.type === 'optout' && { optedOut: true }),
    ...(content.type === 'optin' && { optedOut: false }),
  };
}

/** Outside the care window only templates go, where the caller asks to be told at once (azeer.md 5.1). */
function assertWindow({ channel, contact }: Target, request: SendRequest, now: number): void {
  const { type } = request.content;
  if (!request.onlyInWindow || type === 'template' || logTypes.has(type)) return;
  const windowHours = hoursFor(doorOf(channel.type)!.carries, channel.settings, request.sender.type);
  if (windowLeftMs(windowHours, contact?.lastInboundAt, now) !== 0) return;
  throw invalid(
    'content',
    `The window of ${windowHours} hours since the person's last message is closed: only a template can be sent`,
    { code: 'WINDOW_CLOSED' },
  );
}

async function replyOf(
  ctx: Context,
  caller: Caller,
  { replyTo }: SendRequest,
  contactId: string,
): Promise<Pick<Message, 'replyId' | 'replyIdExt'> & { replyNo?: number }> {
  if (replyTo === undefined) return {};
  const answered = await messages.find(ctx.db, caller.businessId, replyTo);
  if (!answered || answered.contactId !== contactId) {
    throw invalid('replyTo', 'There is no such message in this conversation', {
      code: 'UNKNOWN_MESSAGE',
      value: replyTo,
    });
  }
  const { no: replyNo } = answered;
  return {
    replyId: replyTo,
    replyNo,
    ...(answered.providerId !== undefined && { replyIdExt: answered.providerId }),
  };
}

function scheduleOf({ sendAt }: SendRequest, now: number): number | undefined {
  if (sendAt === undefined || sendAt <= now) return undefined;
  if (sendAt - now > farthestMs)
    throw invalid('sendAt', 'A message can be scheduled for a year ahead at most', { value: sendAt });
  return sendAt;
}
