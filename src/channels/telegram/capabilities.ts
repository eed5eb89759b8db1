import type { Capabilities } from '../channel.ts';

const mb = 1024 * 1024;

/** The largest file that a bot may upload, bytes. */
export const mostUpload = 50 * mb;

/** A larger picture goes as a document: it is shown as a file, but it arrives. Bytes. */
export const mostPhoto = 10 * mb;

const anyFile = { mimes: [], maxBytes: mostUpload } as const;

/** What Telegram carries (channels.md sections 2 and 7). What a file may not go as, it goes as a document. */
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
    template: 'fallback',
    reaction: 'native',
  },
  buttons: { max: 3, listMax: 100 },
  frame: true,
  receipts: ['SENTX'],
  approval: false,
  idempotent: false,
  onUnknown: 'fail',
  renames: true,
  perSecond: 30,
  media: {
    image: { ...anyFile, shows: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] },
    video: anyFile,
    audio: { ...anyFile, tellsLength: true },
    voice: { ...anyFile, tellsLength: true },
    document: anyFile,
    sticker: { ...anyFile, shows: ['image/webp', 'image/jpeg', 'image/png'] },
  },
  maxText: 4096,
};

/** Longest texts by place, in characters; of the data of a button in bytes (channels.md section 7). */
export const longest = {
  text: 4096,
  caption: 1024,
  buttonBytes: 64,
  placeholder: 64,
  vcardBytes: 2048,
} as const;
