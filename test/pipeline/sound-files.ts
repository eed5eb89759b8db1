/** Sounds of so many seconds, made byte by byte: no machine that runs tests has an encoder. */

/** MPEG audio, frames of 1,152 samples at 44.1 kHz without a word ahead of how many there are. */
export function mp3(frames: number): Buffer {
  const frame = Buffer.alloc(417);
  frame.writeUInt32BE(0xfffb9000);
  return Buffer.concat(Array<Buffer>(frames).fill(frame));
}

/** Opus in Ogg, as voice messages are: its last page tells how many samples there were. */
export function opus(seconds: number): Buffer {
  const page = (flags: number, samples: number, number: number, body: Buffer) => {
    const head = Buffer.alloc(28);
    head.write('OggS');
    head[5] = flags;
    head.writeBigUInt64LE(BigInt(samples), 6);
    head.writeUInt32LE(1, 14);
    head.writeUInt32LE(number, 18);
    head[26] = 1;
    head[27] = body.length;
    return Buffer.concat([head, body]);
  };
  const head = Buffer.alloc(19);
  head.write('OpusHead\x01\x01', 'latin1');
  head.writeUInt32LE(48_000, 12);
  const tags = Buffer.alloc(16);
  tags.write('OpusTags');
  return Buffer.concat([
    page(2, 0, 0, head),
    page(0, 0, 1, tags),
    page(4, seconds * 48_000, 2, Buffer.alloc(50)),
  ]);
}

/** AAC in MP4, as phones record it. */
export function m4a(seconds: number): Buffer {
  const rate = 8000;
  const length = seconds * rate;
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
  const mvhd = box(
    'mvhd',
    words(0, 0, 0, rate, length, 0x10000, 0x1000000, 0, 0, ...matrix, 0, 0, 0, 0, 0, 0, 2),
  );
  const tkhd = box('tkhd', words(7, 0, 0, 1, 0, length, 0, 0, 0, 0x1000000, ...matrix, 0, 0));
  const mdhd = box('mdhd', words(0, 0, 0, rate, length, 0x55c40000));
  const hdlr = box('hdlr', words(0, 0), Buffer.from('soun'), words(0, 0, 0), Buffer.alloc(1));
  const mp4a = box('mp4a', words(0, 1, 0, 0, 0x00010010, 0, rate << 16));
  const table = [box('stsd', words(0, 1), mp4a), box('stts', words(0, 1, length / 1000, 1000))];
  const stbl = box('stbl', ...table, box('stsz', words(0, 0, 1, 100)));
  const trak = box('trak', tkhd, box('mdia', mdhd, hdlr, box('minf', stbl)));
  const ftyp = box('ftyp', Buffer.from('M4A \0\0\0\0M4A '));
  return Buffer.concat([ftyp, box('moov', mvhd, trak), box('mdat', Buffer.alloc(100))]);
}

function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([words(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

function words(...list: number[]): Buffer {
  const bytes = Buffer.alloc(list.length * 4);
  for (const [i, word] of list.entries()) bytes.writeUInt32BE(word >>> 0, i * 4);
  return bytes;
}
