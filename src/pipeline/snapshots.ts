import type { Contact } from '../model/contact.ts';
import type { ContactSnapshot, MessageSnapshot } from '../model/event.ts';
import type { Message } from '../model/message.ts';
import type { Session, SessionSnapshot } from '../model/session.ts';
import type { Setup } from '../model/setup.ts';

/** A contact as events tell it. */
export function contactSnapshot(
  contact: Pick<
    Contact,
    'id' | 'no' | 'type' | 'channelId' | 'lane' | 'csid' | 'profile' | 'businessProfile' | 'lang'
  >,
): ContactSnapshot {
  const { id, no, type, channelId, lane, csid, profile, businessProfile, lang } = contact;
  return {
    id,
    no,
    type,
    channelId,
    lane,
    csid,
    profile,
    businessProfile,
    ...(lang !== undefined && { lang }),
  };
}

/** A session as events tell it. `message` is told with a message from the person: whether it opened the session. */
export function sessionSnapshot(
  session: Session,
  setup: Setup,
  message?: { opened: boolean },
): SessionSnapshot {
  const queue = setup.queues.get(session.queue);
  const app = queue?.appId === undefined ? undefined : setup.apps.get(queue.appId);
  return {
    id: session.id,
    queue: session.queue,
    routingId: session.routingId,
    ...(session.agent !== undefined && { agent: session.agent }),
    ...(session.team !== undefined && { team: session.team }),
    ...(queue?.type === 'BOT' && { bot: queue.code }),
    mode: app?.mode ?? (queue?.type === 'AGENT' ? 'AGENT' : 'NONE'),
    resolved: session.resolved,
    startedAt: session.startedAt,
    ...(message && { initMessage: message.opened, firstMessage: session.first && !session.started }),
  };
}

/** A message as events tell it. `replyNo` is the number of the one that it answers. */
export function messageSnapshot(
  message: Message | Omit<Message, 'stamps' | 'errors'>,
  replyNo?: number,
): MessageSnapshot {
  const { id, no, direction, contactId, channelId, sessionId, content, timestamp } = message;
  const { providerId, replyId, replyIdExt, appId, senderType, senderCode } = message;
  return {
    id,
    no,
    direction,
    contactId,
    channelId,
    sessionId,
    content,
    timestamp,
    ...(providerId !== undefined && { providerId }),
    ...(replyId !== undefined && { replyId }),
    ...(replyIdExt !== undefined && { replyIdExt }),
    ...(replyNo !== undefined && { replyNo }),
    ...(appId !== undefined && { appId }),
    ...(senderType !== undefined && { senderType }),
    ...(senderCode !== undefined && { senderCode }),
  };
}

/** The template that a message was made from, as events tell it. */
export function templateOf({ mask, content }: Pick<Message, 'mask' | 'content'>): { template?: string } {
  return content.template && !mask ? { template: content.template.code } : {};
}

/** The app that hears what happens in a session: the one of its queue. */
export function appOfQueue(setup: Setup, queue: string): string | undefined {
  return setup.queues.get(queue)?.appId;
}
