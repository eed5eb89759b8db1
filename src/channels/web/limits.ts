/** Longest text of either side, characters: with its frame it stays below 16 KB in every script. */
export const maxText = 4000;

/** Largest file, bytes. */
export const maxFileBytes = 10 * 1024 * 1024;

const office = 'application/vnd.openxmlformats-officedocument';

/** What visitors may upload, by the bytes of the file, and as what it is sent. Nothing that runs anywhere. */
export const fileTypes: Readonly<Record<string, readonly string[]>> = {
  image: ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/heic', 'image/avif'],
  video: ['video/mp4', 'video/webm', 'video/quicktime', 'video/3gpp', 'video/ogg'],
  audio: ['audio/mpeg', 'audio/ogg', 'audio/wav', 'audio/mp4', 'audio/aac', 'audio/amr'],
  document: [
    'application/pdf',
    'text/plain',
    'application/rtf',
    'application/zip',
    'application/msword',
    'application/vnd.ms-excel',
    'application/vnd.ms-powerpoint',
    `${office}.wordprocessingml.document`,
    `${office}.spreadsheetml.sheet`,
    `${office}.presentationml.presentation`,
    'application/vnd.oasis.opendocument.text',
    'application/vnd.oasis.opendocument.spreadsheet',
    'application/vnd.oasis.opendocument.presentation',
  ],
};
