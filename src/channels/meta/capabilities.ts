import type { Capabilities } from '../channel.ts';

const mb = 1024 * 1024;
const pictures = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;
const sounds = ['audio/aac', 'audio/mp4', 'audio/x-m4a', 'audio/wav', 'audio/mpeg', 'audio/ogg'] as const;
const films = ['video/mp4', 'video/ogg', 'video/quicktime', 'video/webm', 'video/x-msvideo'] as const;

const common = {
  buttons: { max: 3, listMax: 13, maxLabel: 20, listMaxLabel: 20 },
  frame: true,
  windowHours: 24,
  agentWindowHours: 7 * 24,
  approval: false,
  idempotent: false,
  onUnknown: 'fail',
  perSecond: 300,
} as const;

/** What Messenger carries (channels.md sections 2 and 5). */
export const facebookCarries: Capabilities = {
  ...common,
  out: {
    text: 'native',
    image: 'native',
    video: 'native',
    audio: 'native',
    voice: 'native',
    document: 'native',
    sticker: 'native',
    location: 'fallback',
    contacts: 'fallback',
    template: 'fallback',
  },
  receipts: ['SENTX', 'DLVRD', 'READ'],
  watermarks: true,
  media: {
    image: { mimes: pictures, maxBytes: 25 * mb },
    sticker: { mimes: pictures, maxBytes: 25 * mb },
    video: { mimes: films, maxBytes: 25 * mb },
    audio: { mimes: sounds, maxBytes: 25 * mb },
    voice: { mimes: sounds, maxBytes: 25 * mb },
    document: { mimes: [], maxBytes: 25 * mb },
  },
  maxText: 2000,
};

const shown = ['image/jpeg', 'image/png'] as const;
const heard = ['audio/aac', 'audio/mp4', 'audio/x-m4a', 'audio/wav'] as const;

/** What Instagram carries (channels.md sections 2 and 6). Longer texts go in several messages. */
export const instagramCarries: Capabilities = {
  ...common,
  out: {
    text: 'native',
    image: 'native',
    video: 'native',
    audio: 'native',
    voice: 'native',
    document: 'fallback',
    sticker: 'native',
    location: 'fallback',
    contacts: 'fallback',
    template: 'fallback',
    reaction: 'native',
  },
  buttons: { ...common.buttons, max: 13 },
  receipts: ['SENTX', 'READ'],
  media: {
    image: { mimes: shown, maxBytes: 8 * mb },
    sticker: { mimes: shown, maxBytes: 8 * mb },
    video: { mimes: films, maxBytes: 25 * mb },
    audio: { mimes: heard, maxBytes: 25 * mb },
    voice: { mimes: heard, maxBytes: 25 * mb },
  },
  maxText: 4000,
};

/** Longest texts by place: in characters, of Instagram's messages in bytes of UTF-8. */
export const longest = {
  text: 2000,
  bubble: 640,
  card: 80,
  label: 20,
  payload: 1000,
  instagramBytes: 1000,
} as const;
