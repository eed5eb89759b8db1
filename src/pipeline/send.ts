import { newId } from '../model/ids.ts';
import { type Message, masked } from '../model/message.ts';
import { invalid, Problem } from '../model/problem.ts';
import * as messages from '../store/messages.ts';
import { makeAccept } from './accept.ts';
import { assertRoom } from './busy.ts';
import type { Context } from './context.ts';
import type { Caller, Core, SendRequest } from './core.ts';
import { withOwnFile } from './own-files.ts';
import { prepareContent } from './prepare.ts';
import { resolveTarget } from './target.ts';

/** Content types that are lines in the session's history and go to nobody (decisions D38, D39). */
const logTypes = new Set(['system', 'optin', 'optout']);

/** How far ahead a message may be scheduled: a year, in ms. */
const farthestMs = 366 * 24 * 3_600_000;

/** Accepts messages for sending: check everything, store in one transaction, answer after the commit. */
export function makeSend(ctx: Context): Core['send'] {
  const accept = makeAccept(ctx);
  return async (caller, request) => {
    assertMayWrite(caller);
    const setup = await ctx.setup(caller.businessId);
    const target = await resolveTarget(ctx.db, setup, request);
    const now = Date.now();
    const { businessId } = caller;
    const { channel } = target;
    const { name } = request.to;
    const said = prepareContent(setup, target, request, now);
    const content = {
      ...(await withOwnFile(ctx, { businessId, channel }, said)),
      ...(name !== undefined && { recipient: name }),
    };
    const reply = await replyOf(ctx, caller, request, target.contactId);
    const isLog = logTypes.has(content.type);
    const later = scheduleOf(request, now);
    const id = newId();
    assertRoom(accept);
    const { sessionId, contactId } = await accept.add({
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
        id,
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
      ...(content.type === 'optout' && { optedOut: true }),
      ...(content.type === 'optin' && { optedOut: false }),
    });
    return { id, sessionId, contactId };
  };
}

/** Read-only and publishable keys change nothing. */
export function assertMayWrite(caller: Caller): void {
  if (caller.scope !== 'write' || caller.kind !== 'confidential') {
    throw new Problem('forbidden', 'This key may only read', { code: 'READ_ONLY_KEY' });
  }
}

async function replyOf(
  ctx: Context,
  caller: Caller,
  { replyTo }: SendRequest,
  contactId: string,
): Promise<Pick<Message, 'replyId' | 'replyIdExt'>> {
  if (replyTo === undefined) return {};
  const answered = await messages.find(ctx.db, caller.businessId, replyTo);
  if (!answered || answered.contactId !== contactId) {
    throw invalid('replyTo', 'There is no such message in this conversation', {
      code: 'UNKNOWN_MESSAGE',
      value: replyTo,
    });
  }
  return { replyId: replyTo, ...(answered.providerId !== undefined && { replyIdExt: answered.providerId }) };
}

function scheduleOf({ sendAt }: SendRequest, now: number): number | undefined {
  if (sendAt === undefined || sendAt <= now) return undefined;
  if (sendAt - now > farthestMs)
    throw invalid('sendAt', 'A message can be scheduled for a year ahead at most', { value: sendAt });
  return sendAt;
}
