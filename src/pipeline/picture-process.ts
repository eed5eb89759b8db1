/**
 * A process that makes pictures out of pictures, and does nothing else. What strangers send is decoded here and
 * not in the server: a picture that breaks a decoder, or swells up, ends this process and no more.
 */
import { writeFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';

/** One picture: where it lies, what is to be made of it, and where that goes. */
export interface PictureJob {
  from: string;
  to: string;
  make: 'thumbnail' | 'photo' | 'sticker';
}

/** What this process says: that it can begin, or what became of a picture. */
export interface PictureTold {
  ready?: boolean;
  made?: boolean;
  mime?: string;
  /** It was made, and could not be written: the disk is full, or away. */
  unwritten?: boolean;
}

/** Larger pictures are none for us: 64 million pixels, more than phones make. */
const maxPixels = 64e6;
/** Edge of the box into which a thumbnail fits: twice what is shown, for fine screens. */
const thumbnailEdge = 480;
/** What every provider takes as a photo: no larger than this, in pixels and bytes, tried one after the other. */
const photoEdges = [2048, 1600, 1200, 800, 480];
const photoBytes = 1024 * 1024;
/** What WhatsApp takes as a sticker that does not move. */
const stickerEdge = 512;
const stickerBytes = 100 * 1024;

// One at a time, on one thread: whatever else the machine does comes first.
sharp.concurrency(1);
sharp.cache(false);
// Only what is told apart by its first bytes; no drawings, no documents, no films.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegFile',
    'VipsForeignLoadPngFile',
    'VipsForeignLoadWebpFile',
    'VipsForeignLoadNsgifFile',
    'VipsForeignLoadHeifFile',
    'VipsForeignLoadTiffFile',
  ],
});

interface Made {
  bytes: Buffer;
  mime: string;
}

/** The picture turned upright; of one that moves, as it begins. */
function opened(from: string): Sharp {
  const image = sharp(from, {
    limitInputPixels: maxPixels,
    failOn: 'error',
    sequentialRead: true,
    pages: 1,
  });
  return image.autoOrient().timeout({ seconds: 8 });
}

const inside = (image: Sharp, edge: number) =>
  image.resize(edge, edge, { fit: 'inside', withoutEnlargement: true });

async function thumbnailOf(from: string): Promise<Made> {
  const bytes = await inside(opened(from), thumbnailEdge).webp({ quality: 72 }).toBuffer();
  return { bytes, mime: 'image/webp' };
}

/** A PNG where one can see through and it is small enough, else a JPEG, on white. */
async function photoOf(from: string): Promise<Made> {
  const { hasAlpha } = await opened(from).metadata();
  if (hasAlpha) {
    const bytes = await inside(opened(from), photoEdges[0]!).png({ compressionLevel: 9 }).toBuffer();
    if (bytes.length <= photoBytes) return { bytes, mime: 'image/png' };
  }
  for (const edge of photoEdges) {
    const flat = inside(opened(from), edge).flatten({ background: '#ffffff' });
    const bytes = await flat.jpeg({ quality: 82 }).toBuffer();
    if (bytes.length <= photoBytes) return { bytes, mime: 'image/jpeg' };
  }
  throw new Error('it stays too large');
}

async function stickerOf(from: string): Promise<Made> {
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  for (const quality of [80, 60, 40, 20]) {
    const square = opened(from).resize(stickerEdge, stickerEdge, { fit: 'contain', background });
    const bytes = await square.webp({ quality, alphaQuality: quality }).toBuffer();
    if (bytes.length <= stickerBytes) return { bytes, mime: 'image/webp' };
  }
  throw new Error('it stays too large');
}

const makes = { thumbnail: thumbnailOf, photo: photoOf, sticker: stickerOf };

async function take({ from, to, make }: PictureJob): Promise<PictureTold> {
  const { bytes, mime } = await makes[make](from);
  const written = writeFile(to, bytes, { mode: 0o600, flag: 'wx' });
  return written.then(
    () => ({ made: true, mime }),
    () => ({ made: false, unwritten: true }),
  );
}

process.on('message', (job: PictureJob) => {
  take(job).then(
    (told) => process.send?.(told),
    () => process.send?.({ made: false }),
  );
});
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: true });
