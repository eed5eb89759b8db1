/** First bytes of the file kinds that channels carry: offset, bytes, MIME type. The first that fits holds. */
const signatures: readonly [offset: number, start: string, mime: string][] = [
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, 'GIF8', 'image/gif'],
  [8, 'WEBP', 'image/webp'],
  [8, 'WAVE', 'audio/wav'],
  [0, '%PDF-', 'application/pdf'],
  [0, '#!AMR', 'audio/amr'],
  [0, 'ID3', 'audio/mpeg'],
  [4, 'ftyp3g', 'video/3gpp'],
  [4, 'ftypM4A', 'audio/mp4'],
  [4, 'ftypqt', 'video/quicktime'],
  [4, 'ftyphei', 'image/heic'],
  [4, 'ftypmif1', 'image/heic'],
  [4, 'ftypavif', 'image/avif'],
  [0, 'II*\0', 'image/tiff'],
  [0, 'MM\0*', 'image/tiff'],
  [4, 'ftyp', 'video/mp4'],
  [0, '\x1aE\xdf\xa3', 'video/webm'],
  [0, '{\\rtf', 'application/rtf'],
];

const office = 'application/vnd.openxmlformats-officedocument';

/** Folders inside a zip that tell an office file. */
const zipFolders: readonly [folder: string, mime: string][] = [
  ['word/', `${office}.wordprocessingml.document`],
  ['xl/', `${office}.spreadsheetml.sheet`],
  ['ppt/', `${office}.presentationml.presentation`],
];

/** Streams inside an older office file; their names are UTF-16. */
const oleStreams: readonly [stream: string, mime: string][] = [
  ['WordDocument', 'application/msword'],
  ['Workbook', 'application/vnd.ms-excel'],
  ['PowerPoint Document', 'application/vnd.ms-powerpoint'],
];

/** Tags by which a text is taken for a page. */
const htmlTag =
  /<(!doctype html|html|head|body|script|iframe|title|meta|style|link|img|object|embed|form|table|div|svg:svg|a|p|b|h[1-6])[\s/>]/;

/**
 * What a file is by its bytes, whatever it claims to be (channels.md rule 7). HTML and SVG are told apart
 * from text, so that nobody serves them by accident. Undefined when it is not known.
 */
export function sniff(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 4096).toString('latin1');
  for (const [offset, start, mime] of signatures) if (head.startsWith(start, offset)) return mime;
  if (isBitmap(bytes)) return 'image/bmp';
  if (head.startsWith('OggS')) return head.includes('theora') ? 'video/ogg' : 'audio/ogg';
  if (head.startsWith('PK\x03\x04')) return zipped(bytes, head);
  if (head.startsWith('\xd0\xcf\x11\xe0')) return compound(bytes);
  return audioFrame(bytes) ?? textual(bytes, head);
}

/** Its two letters begin many a text, too: then come its size, zeros, and the size of one of the known headers. */
function isBitmap(bytes: Buffer): boolean {
  if (bytes.length < 18 || bytes.toString('latin1', 0, 2) !== 'BM' || bytes.readUInt32LE(6) !== 0)
    return false;
  return [12, 40, 64, 108, 124].includes(bytes.readUInt32LE(14));
}

/** MPEG audio without a tag in front: eleven bits set, then the layer, which in AAC is 0. */
function audioFrame(bytes: Buffer): string | undefined {
  const [first = 0, second = 0] = bytes;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  if ((second & 0xf6) === 0xf0) return 'audio/aac';
  const layer = (second >> 1) & 3;
  return layer === 1 || layer === 2 ? 'audio/mpeg' : undefined;
}

/** Names of files stand uncompressed at the beginning of a zip, and all of them again at its end. */
function zipped(bytes: Buffer, head: string): string {
  const declared = /^.{30}mimetype(application\/vnd\.oasis\.opendocument\.[a-z]+)/s.exec(head)?.[1];
  if (declared) return declared;
  const names = head + bytes.subarray(-65_536).toString('latin1');
  return zipFolders.find(([folder]) => names.includes(folder))?.[1] ?? 'application/zip';
}

function compound(bytes: Buffer): string {
  return (
    oleStreams.find(([stream]) => bytes.includes(stream, 0, 'utf16le'))?.[1] ?? 'application/x-ole-storage'
  );
}

function textual(bytes: Buffer, head: string): string | undefined {
  const text = head
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();
  if (text.startsWith('<')) {
    if (/<svg[\s/>]/.test(text)) return 'image/svg+xml';
    if (htmlTag.test(text)) return 'text/html';
    if (text.startsWith('<?xml')) return 'application/xml';
  }
  return isText(bytes.subarray(0, 4096)) ? 'text/plain' : undefined;
}

/** UTF-8 without control characters; a character that the cut at the end splits does not count. */
function isText(bytes: Buffer): boolean {
  if (bytes.length === 0 || bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)))
    return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
