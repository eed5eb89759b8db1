import type { Capabilities } from '../channel.ts';

const mb = 1024 * 1024;

/** What Zalo carries (channels.md sections 2 and 9.2). Whether somebody may be written to, Zalo itself judges. */
export const carries: Capabilities = {
  out: {
    text: 'native',
    image: 'native',
    video: 'fallback',
    audio: 'fallback',
    voice: 'fallback',
    document: 'native',
    sticker: 'native',
    location: 'fallback',
    contacts: 'fallback',
    template: 'native',
  },
  buttons: { max: 5, listMax: 5, maxLabel: 100, listMaxLabel: 100 },
  receipts: ['SENTX', 'DLVRD', 'READ'],
  approval: false,
  idempotent: false,
  onUnknown: 'fail',
  perSecond: 10,
  media: {
    image: { mimes: ['image/jpeg', 'image/png', 'image/gif'], maxBytes: 5 * mb },
    sticker: { mimes: ['image/jpeg', 'image/png', 'image/gif'], maxBytes: 5 * mb },
    document: { mimes: [], maxBytes: 5 * mb },
  },
  maxText: 2000,
};
