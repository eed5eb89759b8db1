import { describe, expect, it } from 'vitest';
import { inOgg } from '../../web/src/composer/ogg.ts';

/** An element of WebM; a size of seven bytes of ones is unknown, as browsers write it while they record. */
const element = (id: number[], body: Uint8Array | number[], unknown = false) =>
  Uint8Array.of(
    ...id,
    ...(unknown ? [0x01, 255, 255, 255, 255, 255, 255, 255] : [0x40 | (body.length >> 8), body.length & 255]),
    ...body,
  );
const word = (text: string) => [...new TextEncoder().encode(text)];
const block = (packet: number[], flags = 0x80) => element([0xa3], [0x81, 0, 0, flags, ...packet]);
const opusHead = [...word('OpusHead'), 1, 1, 0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 0];

function recording(blocks: Uint8Array[], codec = 'A_OPUS'): Uint8Array {
  const track = element([0xae], [...element([0x86], word(codec)), ...element([0x63, 0xa2], opusHead)]);
  const tracks = element([0x16, 0x54, 0xae, 0x6b], track);
  const cluster = element([0x1f, 0x43, 0xb6, 0x75], Buffer.concat(blocks), true);
  const segment = element([0x18, 0x53, 0x80, 0x67], Buffer.concat([tracks, cluster]), true);
  return Buffer.concat([element([0x1a, 0x45, 0xdf, 0xa3], [0x42, 0x86, 0x81, 1]), segment]);
}

interface Page {
  flags: number;
  position: bigint;
  number: number;
  lengths: number[];
  body: Buffer;
}

function pagesOf(ogg: Uint8Array): Page[] {
  const bytes = Buffer.from(ogg);
  const pages: Page[] = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes.toString('latin1', at, at + 4)).toBe('OggS');
    const lengths = [...bytes.subarray(at + 27, at + 27 + bytes[at + 26]!)];
    const from = at + 27 + lengths.length;
    const to = from + lengths.reduce((sum, one) => sum + one, 0);
    pages.push({
      flags: bytes[at + 5]!,
      position: bytes.readBigUInt64LE(at + 6),
      number: bytes.readUInt32LE(at + 18),
      lengths,
      body: bytes.subarray(from, to),
    });
    at = to;
  }
  return pages;
}

/** Twenty milliseconds: one frame of CELT. */
const packet = (length: number) => [0xfc, ...new Array<number>(length - 1).fill(7)];

describe('a voice message that a browser recorded in WebM', () => {
  it('goes into Ogg with the same packets, and tells how long it is', () => {
    const pages = pagesOf(inOgg(recording([block(packet(300)), block(packet(255)), block(packet(40))])));
    expect(pages.map(({ number }) => number)).toEqual([0, 1, 2]);
    expect(pages[0]).toMatchObject({ flags: 2, body: Buffer.from(opusHead) });
    expect(pages[1]!.body.toString('latin1', 0, 8)).toBe('OpusTags');
    expect(pages[2]).toMatchObject({ flags: 4, position: 2880n, lengths: [255, 45, 255, 0, 40] });
    expect(pages[2]!.body).toEqual(Buffer.from([...packet(300), ...packet(255), ...packet(40)]));
  });

  it('is divided into pages of a second, the last of which is marked', () => {
    const pages = pagesOf(inOgg(recording(Array.from({ length: 120 }, () => block(packet(60)))))).slice(2);
    expect(pages.map(({ position }) => position)).toEqual([48_000n, 96_000n, 115_200n]);
    expect(pages.map(({ flags }) => flags)).toEqual([0, 0, 4]);
  });

  it.each([
    ['another sound', recording([block(packet(60))], 'A_VORBIS'), /A_VORBIS/],
    ['nothing', new Uint8Array(), /nothing/],
    ['no packet', recording([]), /Nothing was recorded/],
    ['a cut one', recording([block(packet(60))]).subarray(0, -5), /ends within/],
    ['laced blocks', recording([block(packet(60), 0x82)]), /Laced/],
  ])('is refused when it is %s', (_what, given, told) => {
    expect(() => inOgg(given)).toThrow(told);
  });
});
