import { isChoice, pressOf } from '../channels/fallback.ts';
import { groupBy } from '../model/group.ts';
import type { Button, Content, Message } from '../model/message.ts';
import type { Queryable } from '../store/database.ts';
import * as messages from '../store/messages.ts';
import type { Incoming } from './store-inbound.ts';

/** The messages whose choices were pressed, where channels tell a press by its place, by `businessId id`. */
export async function pressedOn(tx: Queryable, fresh: readonly Incoming[]): Promise<Map<string, Message>> {
  const found = new Map<string, Message>();
  const pressed = fresh.filter(({ received }) => received.pressed);
  for (const list of groupBy(pressed, ({ contact }) => String(contact.businessId)).values()) {
    const { businessId } = list[0]!.contact;
    const ids = list.map(({ received }) => received.pressed!.messageId);
    for (const message of await messages.byIds(tx, businessId, ids))
      found.set(`${businessId} ${message.id}`, message);
  }
  return found;
}

/** What a message says, with the choice that it names by place, by number or by label (decision D40). */
export function withPress(
  { received, contact, arrival }: Incoming,
  offered: Button[] | undefined,
  pressed: ReadonlyMap<string, Message>,
): Content {
  const { content } = received;
  if (received.pressed) {
    const { messageId, choice } = received.pressed;
    const message = pressed.get(`${contact.businessId} ${messageId}`);
    const isOurs = message?.channelId === arrival.channel.id && message.contactId === contact.id;
    const button = isOurs ? message.content.buttons?.filter(isChoice)[choice] : undefined;
    // Of a message that is gone, or was masked, only the label is known.
    if (!button) return content;
    const { code, label, desc } = button;
    return { ...content, text: label, press: { code, label, ...(desc !== undefined && { desc }) } };
  }
  if (!offered || content.press || content.type !== 'text' || content.text === undefined) return content;
  const press = pressOf(content.text, offered);
  return press ? { ...content, press } : content;
}
