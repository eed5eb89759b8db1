import type { Capabilities } from '../channel.ts';

const mb = 1024 * 1024;

/** Others go as links. */
const pictures = ['image/jpeg', 'image/png'] as const;

/** A picture, and the small one that stands for it in the talk: LINE takes no more of either, bytes. */
const picture = { mimes: [], shows: pictures, maxBytes: 10 * mb, previewBytes: mb } as const;

const sound = { mimes: [], maxBytes: 200 * mb, tellsLength: true } as const;

/** What LINE carries (channels.md sections 2 and 9.1). Files go by their https address. */
export const carries: Capabilities = {
  out: {
    text: 'native',
    image: 'native',
    video: 'native',
    audio: 'native',
    voice: 'native',
    document: 'fallback',
    sticker: 'native',
    location: 'native',
    contacts: 'fallback',
    template: 'fallback',
  },
  buttons: { max: 3, listMax: 13, maxLabel: 40, listMaxLabel: 20 },
  frame: true,
  receipts: ['SENTX'],
  approval: false,
  idempotent: true,
  onUnknown: 'retry',
  perSecond: 2000,
  media: {
    image: picture,
    video: { mimes: [], maxBytes: 200 * mb },
    audio: sound,
    voice: sound,
    sticker: picture,
  },
  maxText: 5000,
};

/** Longest texts by place, in characters. */
export const longest = { text: 5000, altText: 400, place: 100, data: 300 } as const;
