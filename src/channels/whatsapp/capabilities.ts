import type { Capabilities } from '../channel.ts';

const mb = 1024 * 1024;
const audio = {
  mimes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
  maxBytes: 16 * mb,
} as const;

/** What WhatsApp carries, whoever provides it (channels.md sections 2 and 4.1). */
export const carries: Capabilities = {
  out: {
    text: 'native',
    image: 'native',
    video: 'native',
    audio: 'native',
    voice: 'native',
    document: 'native',
    sticker: 'native',
    location: 'native',
    contacts: 'native',
    template: 'native',
    reaction: 'native',
  },
  buttons: { max: 3, listMax: 10, maxLabel: 20, listMaxLabel: 24 },
  frame: true,
  receipts: ['SENTX', 'DLVRD', 'READ', 'SENTX_ERR', 'CCWIN', 'BLCKD', 'LIMIT'],
  windowHours: 24,
  approval: true,
  idempotent: false,
  onUnknown: 'fail',
  renames: true,
  perSecond: 80,
  media: {
    image: { mimes: ['image/jpeg', 'image/png'], maxBytes: 5 * mb },
    video: { mimes: ['video/mp4', 'video/3gpp'], maxBytes: 16 * mb },
    audio,
    voice: audio,
    document: { mimes: [], maxBytes: 100 * mb },
    sticker: { mimes: ['image/webp'], maxBytes: 500 * 1024 },
  },
  maxText: 4096,
};

/** Longest texts by place, in characters (channels.md 4.1, "Limits"). */
export const longest = {
  text: 4096,
  caption: 1024,
  button: 20,
  buttonId: 256,
  row: 24,
  rowId: 200,
  rowText: 72,
  frame: 60,
  listLabel: 20,
  section: 24,
} as const;

/** Contact cards in one message. */
export const mostCards = 5;
