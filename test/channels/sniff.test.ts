import { expect, it } from 'vitest';
import { sniff } from '../../src/channels/sniff.ts';

const zip = (name: string) => `PK\x03\x04${'\0'.repeat(26)}${name}`;
const ole = (stream: string) =>
  `\xd0\xcf\x11\xe0${'\0'.repeat(600)}${[...stream].map((c) => `${c}\0`).join('')}`;

it.each([
  ['\x89PNG\r\n\x1a\n\0\0', 'image/png'],
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['GIF89a', 'image/gif'],
  ['RIFF\x10\0\0\0WEBPVP8 ', 'image/webp'],
  ['RIFF\x10\0\0\0WAVEfmt ', 'audio/wav'],
  ['%PDF-1.7', 'application/pdf'],
  ['\0\0\0\x18ftypisom', 'video/mp4'],
  ['\0\0\0\x18ftypmp42', 'video/mp4'],
  ['\0\0\0\x18ftypM4A ', 'audio/mp4'],
  ['\0\0\0\x18ftyp3gp5', 'video/3gpp'],
  ['\0\0\0\x18ftypqt  ', 'video/quicktime'],
  ['\0\0\0\x18ftypheic', 'image/heic'],
  ['II*\0\x08\0\0\0', 'image/tiff'],
  ['MM\0*\0\0\0\x08', 'image/tiff'],
  [`BM${'\0'.repeat(8)}\x36\0\0\0\x28\0\0\0`, 'image/bmp'],
  ['BM, she said, is what they call it', 'text/plain'],
  ['OggS\0\x02\0\0OpusHead', 'audio/ogg'],
  ['OggS\0\x02\0\0\x80theora', 'video/ogg'],
  ['ID3\x04', 'audio/mpeg'],
  ['\xff\xfb\x90\x44', 'audio/mpeg'],
  ['\xff\xf3\x40\xc4', 'audio/mpeg'],
  ['\xff\xf1\x50\x80', 'audio/aac'],
  ['\xff\xf9\x50\x80', 'audio/aac'],
  ['#!AMR\n', 'audio/amr'],
  ['\x1aE\xdf\xa3webm', 'video/webm'],
  [zip('word/document.xml'), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  [zip('xl/workbook.xml'), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  [
    zip(`[Content_Types].xml${'x'.repeat(90_000)}ppt/presentation.xml`),
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ],
  [zip('mimetypeapplication/vnd.oasis.opendocument.textPK'), 'application/vnd.oasis.opendocument.text'],
  [zip('holiday.jpg'), 'application/zip'],
  [ole('WordDocument'), 'application/msword'],
  [ole('Workbook'), 'application/vnd.ms-excel'],
  [ole('Else'), 'application/x-ole-storage'],
  ['<svg xmlns="http://www.w3.org/2000/svg">', 'image/svg+xml'],
  ['\xef\xbb\xbf  <?xml version="1.0"?><!-- x --><!DOCTYPE svg><svg/>', 'image/svg+xml'],
  ['<!DOCTYPE html><p>', 'text/html'],
  ['<!-- a --><!-- b --><SCRIPT src=x>', 'text/html'],
  ['<a href="javascript:x">', 'text/html'],
  ['<?xml version="1.0"?><note/>', 'application/xml'],
  ['Hello <b>you</b>', 'text/plain'],
  [Buffer.from('مرحبا').toString('latin1'), 'text/plain'],
  ['BEGIN:VCARD\r\nFN:Amina\r\n', 'text/plain'],
  ['\xff\xfeH\0i\0', undefined],
  ['\x01\x02\x03', undefined],
  ['caf\xe9 au lait', undefined],
  ['', undefined],
])('finds what it is (%#)', (start, mime) => {
  expect(sniff(Buffer.from(start, 'latin1'))).toBe(mime);
});

it('does not mind where a character is cut', () => {
  expect(sniff(Buffer.from(`x${'م'.repeat(5000)}`))).toBe('text/plain');
});

it('answers at once, also to what is made to keep it busy', () => {
  const busy = Buffer.from('<!---->'.repeat(100_000));
  expect(sniff(busy)).toBe('text/plain');
  expect(sniff(Buffer.from(`<${' '.repeat(1_000_000)}`))).toBe('text/plain');
});
