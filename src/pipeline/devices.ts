import type { ReceivedEvent } from '../channels/channel.ts';
import { contactIdOf } from '../model/contact.ts';
import type { NewEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import type { ChannelSetup, Setup } from '../model/setup.ts';
import * as contacts from '../store/contacts.ts';
import type { Queryable } from '../store/database.ts';
import * as devices from '../store/devices.ts';
import { createdEvent } from './conversations.ts';
import { contactSnapshot } from './snapshots.ts';

/**
 * A device said that it can be reached, or no more: the contact is made at its first word. Told when it changes
 * something: `DEVICE_SUBSCRIBED`, `DEVICE_UNSUBSCRIBED`.
 */
export async function applyDevice(
  tx: Queryable,
  setup: Setup,
  channel: ChannelSetup,
  { csid, address, profile, timestamp }: Extract<ReceivedEvent, { kind: 'device' }>,
): Promise<(NewEvent & { businessId: number })[]> {
  const businessId = setup.business.id;
  const { contactType: type, lane } = channel;
  const id = contactIdOf(type, csid, lane);
  const key = { businessId, id, type, lane, csid, channelId: channel.id, profile: profile ?? {} };
  const made = address === undefined ? [] : await contacts.ensure(tx, [key]);
  const changed =
    address === undefined
      ? await devices.forget(tx, businessId, id)
      : await devices.put(tx, businessId, id, address);
  const contact = (await contacts.byIds(tx, businessId, [id])).get(id);
  if (!contact) return [];
  const code = address === undefined ? 'DEVICE_UNSUBSCRIBED' : 'DEVICE_SUBSCRIBED';
  const told = { contact: contactSnapshot(contact), channelId: channel.id, code, data: { device: csid } };
  return [
    ...(made.length > 0 ? [createdEvent(setup, contact, timestamp)] : []),
    ...(changed
      ? [{ businessId, id: newId(), type: 'channel.event' as const, at: timestamp, lane: id, data: told }]
      : []),
  ];
}
