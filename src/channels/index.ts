import type { ContactType } from '../model/contact.ts';
import type { Channel } from './channel.ts';
import { custom } from './custom/index.ts';
import { dummy } from './dummy/index.ts';
import { email, gmail } from './email/index.ts';
import { line } from './line/index.ts';
import { facebook, instagram } from './meta/index.ts';
import { fcm, webPush } from './push/index.ts';
import { smpp } from './smpp/index.ts';
import { telegram } from './telegram/index.ts';
import { twilio } from './twilio/index.ts';
import { twitter } from './twitter/index.ts';
import { unifonic } from './unifonic/index.ts';
import { vonage } from './vonage/index.ts';
import { web } from './web/index.ts';
import { whatsappCloud, whatsappDialog } from './whatsapp/index.ts';
import { zalo } from './zalo/index.ts';

/** All doors to customers. Adding one is its folder and a line here. */
export const channels: readonly Channel[] = [
  whatsappCloud,
  whatsappDialog,
  email,
  gmail,
  smpp,
  twilio,
  vonage,
  unifonic,
  telegram,
  line,
  zalo,
  facebook,
  instagram,
  twitter,
  webPush,
  fcm,
  custom,
  web,
  dummy,
] as readonly Channel[];

/** Channel types that are documented but have no connector yet: they cannot be set up. */
export const reservedTypes: Readonly<Record<string, ContactType>> = { waba: 'WHATSAPP', wags: 'WHATSAPP' };

const byType = new Map(channels.flatMap((channel) => channel.types.map((type) => [type, channel] as const)));

/** The channel that serves a channel type, such as `wa360`; undefined for reserved and unknown ones. */
export function channelOf(type: string): Channel | undefined {
  return byType.get(type);
}

/**
 * The contact type of a channel type, known also where there is no connector yet. With the settings of a
 * channel: of that channel, since custom connectors carry what their operator says.
 */
export function contactTypeOf(type: string, settings?: Record<string, unknown>): ContactType | undefined {
  const door = byType.get(type);
  if (door) return (settings && door.contactTypeOf?.(settings)) ?? door.contactType;
  return Object.hasOwn(reservedTypes, type) ? reservedTypes[type] : undefined;
}
