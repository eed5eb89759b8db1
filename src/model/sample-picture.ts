import { createHash } from 'node:crypto';
import type { Media } from './message.ts';

/** A parcel, 320 × 200, PNG. */
const base64 =
  'iVBORw0KGgoAAAANSUhEUgAAAUAAAADIAgMAAADkatA4AAAADFBMVEXu8OzJoHDn07J6WDb0wOimAAAAZElEQVR42u3ZsQkAIRBF' +
  'QTu46kzsz8Tq7EBNjQ4EUXBeuMHECz8ESZIkSZLW+tpv9TAYp1IZ5fkGBAKBQCAQuA30LAGBQCAQCAQCgUAgEAgEAoFAIBAIBAKB' +
  'hsL7hkJJkiTplToPiwdckEw8TgAAAABJRU5ErkJggg==';

/** The picture of samples that are told to endpoints: it can be fetched as any other file, and is in no store. */
export const samplePicture = {
  /** No file has it: it says "sample", and would be of the year 6000. */
  id: `${Buffer.from('sample').toString('hex')}000000000001`,
  mime: 'image/png',
  filename: 'parcel.png',
  bytes: Buffer.from(base64, 'base64'),
} as const;

const { id, mime, filename, bytes } = samplePicture;
const sha256 = createHash('sha256').update(bytes).digest('hex');

/** The picture as part of a message. */
export const pictureOf = (caption: string): Media => ({
  ...{ id, mime, filename, sha256, caption },
  sizeBytes: bytes.length,
});
