import type { Capabilities } from '../channel.ts';

const mb = 1024 * 1024;

/** What direct messages at X carry (channels.md sections 2 and 8). */
export const carries: Capabilities = {
  out: {
    text: 'native',
    image: 'native',
    video: 'native',
    audio: 'fallback',
    voice: 'fallback',
    document: 'fallback',
    location: 'fallback',
    contacts: 'fallback',
    template: 'fallback',
  },
  buttons: { max: 0, listMax: 0 },
  receipts: ['SENTX', 'READ'],
  watermarks: true,
  approval: false,
  idempotent: false,
  onUnknown: 'fail',
  fetchesLinks: true,
  perSecond: 1,
  media: {
    image: { mimes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'], maxBytes: 5 * mb },
    video: { mimes: ['video/mp4', 'video/quicktime'], maxBytes: 100 * mb },
  },
  maxText: 10_000,
};
