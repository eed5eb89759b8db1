import type { Capabilities } from '../channel.ts';

/** What browsers and apps show. */
const pictures = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] as const;

/** What a notification carries (channels.md sections 2 and 11). Devices themselves say what becomes of it. */
export const carries: Capabilities = {
  out: {
    text: 'native',
    image: 'native',
    video: 'fallback',
    audio: 'fallback',
    voice: 'fallback',
    document: 'fallback',
    location: 'fallback',
    contacts: 'fallback',
    template: 'fallback',
  },
  buttons: { max: 2, listMax: 2, maxLabel: 40, listMaxLabel: 40 },
  frame: true,
  receipts: ['SENTX', 'DLVRD', 'READ'],
  approval: false,
  idempotent: false,
  onUnknown: 'retry',
  perSecond: 100,
  media: { image: { mimes: [], shows: pictures, maxBytes: 1024 * 1024 } },
  maxText: 2000,
};

/** The largest payload that push services take, in bytes before encryption; that of FCM, with all around it. */
export const largest = { webPush: 3993, fcm: 4096 } as const;
