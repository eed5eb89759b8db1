import type { Site } from '../../site.ts';

/** In the order in which they are liked; the part before `;` is what the site allows or not. */
const kinds = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'];

/** As what a voice message is recorded; undefined: it cannot be. */
export const kindOf = ({ fileTypes }: Site) =>
  'MediaRecorder' in window && 'mediaDevices' in navigator
    ? kinds.find((kind) => fileTypes.includes(kind.split(';')[0]!) && MediaRecorder.isTypeSupported(kind))
    : undefined;

/** Whether this browser records something that the site takes. */
export const canRecord = (site: Site): boolean => kindOf(site) !== undefined;
