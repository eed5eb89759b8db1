import type { ContactType } from '../model/contact.ts';
import type { Channel } from './channel.ts';
import { dummy } from './dummy/index.ts';

/** All doors to customers. Adding one is its folder and a line here. */
export const channels: readonly Channel[] = [dummy] as readonly Channel[];

/** Channel types that are documented but have no connector yet: they cannot be set up. */
export const reservedTypes: Readonly<Record<string, ContactType>> = { waba: 'WHATSAPP', wags: 'WHATSAPP' };

const byType = new Map(channels.flatMap((channel) => channel.types.map((type) => [type, channel] as const)));

/** The channel that serves a channel type, such as `wa360`. */
export function channelOf(type: string): Channel | undefined {
  return byType.get(type);
}

/** The contact type of a channel type, known also where there is no connector yet. */
export function contactTypeOf(type: string): ContactType | undefined {
  return byType.get(type)?.contactType ?? (Object.hasOwn(reservedTypes, type) ? reservedTypes[type] : undefined);
}
