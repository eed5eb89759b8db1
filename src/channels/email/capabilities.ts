import type { Capabilities } from '../channel.ts';

/** A file as base64 is a third larger; this much of it and its text fit into the 25 MB that most servers take. */
const maxBytes = 18 * 1024 * 1024;
const anyFile = { mimes: [], maxBytes } as const;

/** What mail carries (channels.md section 2). */
export const carries: Capabilities = {
  out: {
    text: 'native',
    image: 'native',
    video: 'native',
    audio: 'native',
    voice: 'native',
    document: 'native',
    sticker: 'native',
    contacts: 'native',
    template: 'native',
    location: 'fallback',
  },
  buttons: { max: 0, listMax: 0 },
  receipts: ['SENTX', 'DLVRD', 'READ', 'SENTX_ERR', 'BLCKD'],
  approval: false,
  idempotent: false,
  onUnknown: 'retry',
  fetchesLinks: true,
  letters: true,
  threads: true,
  perSecond: 10,
  media: {
    image: anyFile,
    video: anyFile,
    audio: anyFile,
    voice: anyFile,
    document: anyFile,
    sticker: anyFile,
  },
  maxText: 1_000_000,
};
