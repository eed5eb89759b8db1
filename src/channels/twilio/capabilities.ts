import type { Capabilities, MediaRule } from '../channel.ts';
import { smsCarries } from '../sms.ts';

/** A message with all its files, bytes: 5 MB. */
const mostMms = 5 * 1024 * 1024;

function rule(...mimes: string[]): MediaRule {
  return { mimes, maxBytes: mostMms, orLink: true };
}

const sounds = ['audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/amr', 'audio/aac', 'audio/3gpp', 'audio/webm'];

/**
 * Files by their kinds: those of Twilio's page of accepted content types that we give by an address as what they are.
 * Twilio refuses a file of another kind than its address says; ours says it of pictures, sounds, films and PDF alone.
 */
const media = {
  image: rule('image/jpeg', 'image/png', 'image/gif'),
  video: rule('video/mp4', 'video/mpeg', 'video/quicktime', 'video/webm', 'video/3gpp'),
  audio: rule(...sounds),
  voice: rule(...sounds),
  document: rule('application/pdf'),
} as const;

/** What Twilio carries: files as MMS where the sender can; else `send` makes links of them. */
export const carries = {
  ...smsCarries,
  out: {
    ...smsCarries.out,
    image: 'native',
    video: 'native',
    audio: 'native',
    voice: 'native',
    document: 'native',
  },
  perSecond: 1,
  media,
} as const satisfies Capabilities;
