import { simulator as line } from './line.ts';
import { simulator as mail } from './mail.ts';
import { instagram, messenger } from './meta.ts';
import { fcm, webPush } from './push.ts';
import type { Simulator } from './simulator.ts';
import { simulator as smpp } from './smpp.ts';
import { simulator as telegram } from './telegram.ts';
import { simulator as twilio } from './twilio.ts';
import { simulator as twitter } from './twitter.ts';
import { simulator as unifonic } from './unifonic.ts';
import { simulator as vonage } from './vonage.ts';
import { dialog, whatsapp } from './whatsapp.ts';
import { simulator as zalo } from './zalo.ts';

/** Every simulated provider. */
export const simulators: readonly Simulator[] = [
  ...[mail, smpp, telegram, twilio, unifonic, vonage],
  ...[messenger, instagram, line, zalo, twitter],
  ...[webPush, fcm, whatsapp, dialog],
];
