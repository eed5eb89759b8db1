// Opus in Ogg out of Opus in WebM: the packets are the same, only the box around them differs.
// WebM: RFC 9559; Ogg: RFC 3533; Opus in Ogg: RFC 7845; how long a packet sounds: RFC 6716, 3.1.

const ids = { codec: 0x86, codecPrivate: 0x63a2, simpleBlock: 0xa3, block: 0xa1 };
/** Elements that hold others: segment, cluster, tracks, a track, a group of blocks. They are walked through. */
const holders = new Set([0x18538067, 0x1f43b675, 0x1654ae6b, 0xae, 0xa0]);

/** A number of WebM at `at`: how many bytes it has stands in its first bits, which belong to it only in an id. */
function numberAt(bytes: Uint8Array, at: number, isId: boolean): { value: number; length: number } {
  const first = bytes[at];
  if (!first) throw new Error(`No number of WebM at byte ${at}`);
  const length = Math.clz32(first) - 23;
  if (at + length > bytes.length) throw new Error('The recording ends within a number');
  let value = isId ? first : first & (0xff >> length);
  for (let i = 1; i < length; i += 1) value = value * 256 + bytes[at + i]!;
  return { value, length };
}

/** The head of the sound and its packets. Throws when it is not one track of Opus, or is cut within a packet. */
function packetsOf(webm: Uint8Array): { head: Uint8Array; packets: Uint8Array[] } {
  let head: Uint8Array | undefined;
  let codec = '';
  const packets: Uint8Array[] = [];
  for (let at = 0; at < webm.length; ) {
    const id = numberAt(webm, at, true);
    const size = numberAt(webm, at + id.length, false);
    const from = at + id.length + size.length;
    if (holders.has(id.value)) {
      at = from;
      continue;
    }
    at = from + size.value;
    if (at > webm.length) throw new Error('The recording ends within an element');
    const body = webm.subarray(from, at);
    if (id.value === ids.codec) codec = new TextDecoder().decode(body);
    else if (id.value === ids.codecPrivate) head = body;
    else if (id.value === ids.simpleBlock || id.value === ids.block) packets.push(packetIn(body));
  }
  if (codec !== 'A_OPUS' || !head) throw new Error(`The recording is no Opus but ${codec || 'nothing'}`);
  return { head, packets };
}

/** Of a block: number of its track, two bytes of time, one of flags, the packet. */
function packetIn(block: Uint8Array): Uint8Array {
  const { length } = numberAt(block, 0, false);
  if (((block[length + 2] ?? 0) & 0x06) !== 0) throw new Error('Laced blocks are not read');
  return block.subarray(length + 3);
}

/** How long a packet sounds, in samples of 48 kHz. */
function samplesIn(packet: Uint8Array): number {
  const config = packet[0]! >> 3;
  const code = packet[0]! & 3;
  const frames = code === 0 ? 1 : code === 3 ? packet[1]! & 63 : 2;
  const each =
    config < 12
      ? [480, 960, 1920, 2880][config & 3]!
      : config < 16
        ? [480, 960][config & 1]!
        : [120, 240, 480, 960][config & 3]!;
  return frames * each;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, i) => {
  let sum = i << 24;
  for (let bit = 0; bit < 8; bit += 1) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  return sum;
});

function crcOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum << 8) ^ crcTable[((sum >>> 24) ^ byte) & 0xff]!;
  return sum >>> 0;
}

interface Sheet {
  packets: Uint8Array[];
  /** Samples up to its end. */
  position: number;
  flags: number;
}

const flag = { first: 2, last: 4 };

/** A page of Ogg; its packets must end in it, which packets of at most 255 lengths do. */
function page({ packets, position, flags }: Sheet, serial: number, number: number): Uint8Array {
  const lengths = packets.flatMap(lengthsOf);
  const bytes = new Uint8Array(27 + lengths.length + packets.reduce((sum, one) => sum + one.length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('OggS'));
  bytes[5] = flags;
  view.setBigUint64(6, BigInt(position), true);
  view.setUint32(14, serial, true);
  view.setUint32(18, number, true);
  bytes[26] = lengths.length;
  bytes.set(lengths, 27);
  let at = 27 + lengths.length;
  for (const one of packets) {
    bytes.set(one, at);
    at += one.length;
  }
  view.setUint32(22, crcOf(bytes), true);
  return bytes;
}

/** As many 255 as fit, and what is left, which may be nothing. */
const lengthsOf = (packet: Uint8Array) => [
  ...new Array<number>(Math.floor(packet.length / 255)).fill(255),
  packet.length % 255,
];

/** "OpusTags", who wrote it, and no comment. */
function tags(): Uint8Array {
  const vendor = new TextEncoder().encode('Parley');
  const bytes = new Uint8Array(16 + vendor.length);
  bytes.set(new TextEncoder().encode('OpusTags'));
  new DataView(bytes.buffer).setUint32(8, vendor.length, true);
  bytes.set(vendor, 12);
  return bytes;
}

/** About how much a page holds, in samples: a second. */
const perPage = 48_000;

/** A recording of a browser, Opus in WebM, as Opus in Ogg. Throws when it is anything else, or holds no sound. */
export function inOgg(webm: Uint8Array): Uint8Array<ArrayBuffer> {
  const { head, packets } = packetsOf(webm);
  const sounding = packets.filter(({ length }) => length > 0);
  if (sounding.length === 0) throw new Error('Nothing was recorded');
  const sheets: Sheet[] = [
    { packets: [head], position: 0, flags: flag.first },
    { packets: [tags()], position: 0, flags: 0 },
  ];
  let sheet: Sheet = { packets: [], position: 0, flags: 0 };
  let [room, from] = [255, 0];
  for (const packet of sounding) {
    const needs = lengthsOf(packet).length;
    if (sheet.packets.length > 0 && (needs > room || sheet.position - from >= perPage)) {
      sheets.push(sheet);
      from = sheet.position;
      sheet = { packets: [], position: from, flags: 0 };
      room = 255;
    }
    sheet.packets.push(packet);
    sheet.position += samplesIn(packet);
    room -= needs;
  }
  sheets.push({ ...sheet, flags: flag.last });
  const serial = Math.floor(Math.random() * 2 ** 32);
  const pages = sheets.map((one, i) => page(one, serial, i));
  const ogg = new Uint8Array(pages.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of pages) {
    ogg.set(one, at);
    at += one.length;
  }
  return ogg;
}
