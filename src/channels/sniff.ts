/** First bytes of the file kinds that channels carry: offset, bytes, MIME type. */
const signatures: readonly [number, string, string][] = [
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, 'GIF8', 'image/gif'],
  [8, 'WEBP', 'image/webp'],
  [8, 'WAVE', 'audio/wav'],
  [0, '%PDF-', 'application/pdf'],
  [0, 'OggS', 'audio/ogg'],
  [0, '#!AMR', 'audio/amr'],
  [0, 'ID3', 'audio/mpeg'],
  [0, '\xff\xfb', 'audio/mpeg'],
  [0, '\xff\xf3', 'audio/mpeg'],
  [0, '\xff\xf1', 'audio/aac'],
  [0, '\xff\xf9', 'audio/aac'],
  [4, 'ftyp3g', 'video/3gpp'],
  [4, 'ftypM4A', 'audio/mp4'],
  [4, 'ftyp', 'video/mp4'],
  [0, 'PK\x03\x04', 'application/zip'],
  [0, '\xd0\xcf\x11\xe0', 'application/x-ole-storage'],
];

/**
 * What a file is by its bytes, whatever it claims to be. HTML and SVG are told apart from text, so that
 * nobody serves them by accident. Undefined when it is not known.
 */
export function sniff(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 1024).toString('latin1');
  for (const [offset, start, mime] of signatures) if (head.startsWith(start, offset)) return mime;
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart().toLowerCase();
  if (/^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg[\s>]/s.test(text)) return 'image/svg+xml';
  if (/^(<!--.*?-->\s*)*<(!doctype html|html|head|body|script|iframe)[\s>]/s.test(text)) return 'text/html';
  return bytes.length > 0 && isText(bytes.subarray(0, 1024)) ? 'text/plain' : undefined;
}

function isText(bytes: Buffer): boolean {
  return !bytes.some((byte) => byte === 0 || (byte < 9) || (byte > 13 && byte < 32 && byte !== 27));
}
