/**
 * A process that makes small pictures of large ones, and does nothing else. What strangers send is decoded here and
 * not in the server: a picture that breaks a decoder, or swells up, ends this process and no more.
 */
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';

/** One picture: where it lies, and where the small one goes. */
export interface ThumbnailJob {
  from: string;
  to: string;
}

/** Larger pictures have none: 64 million pixels, more than phones make. */
const maxPixels = 64e6;
/** Edge of the box into which it fits: twice what is shown, for fine screens. */
const edge = 480;

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
  ],
});

async function make({ from, to }: ThumbnailJob): Promise<void> {
  const small = await sharp(from, {
    limitInputPixels: maxPixels,
    failOn: 'error',
    sequentialRead: true,
    pages: 1,
  })
    .autoOrient()
    .resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 72 })
    .timeout({ seconds: 8 })
    .toBuffer();
  await writeFile(to, small, { mode: 0o600, flag: 'wx' });
}

process.on('message', (job: ThumbnailJob) => {
  make(job).then(
    () => process.send?.({ made: true }),
    () => process.send?.({ made: false }),
  );
});
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: true });
