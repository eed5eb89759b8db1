import type { EventType } from '../../model/event.ts';

/**
 * The events of this API, all of them, with ours behind each (azeer.md 7.1). Mentions, broadcasts, bills and
 * rules are nothing that happens here: who subscribes to them is heard, and told nothing.
 */
export const topics = {
  incoming_msg: ['message.received'],
  outgoing_msg: ['message.accepted'],
  chat_assigned: ['contact.assigned', 'session.assigned'],
  chat_closed: ['session.closed'],
  chat_mentioned: [],
  template_approved: ['template.status'],
  broadcast_complete: [],
  billing_alert: [],
  new_contact: ['contact.created'],
  for_rules: [],
  message_status_changed: ['message.status'],
} as const satisfies Record<string, readonly EventType[]>;

export type EventName = keyof typeof topics;
export const eventNames = Object.keys(topics) as EventName[];

/** The event types that this surface tells at all. */
export const tells: readonly EventType[] = [...new Set(Object.values(topics).flat())];
