import type * as media from '../store/media.ts';
import * as looks from '../store/media-looks.ts';
import type { Context } from './context.ts';
import { FileGone, FileStoreAway } from './file-store.ts';
import { makeBeside } from './make-beside.ts';
import { openPictureMaker } from './picture-maker.ts';

/** Small pictures of files, made when somebody first wants to see one. */
export interface Thumbnails {
  /** Whether there is one beside the file; makes it when nobody has yet. Throws `FileStoreAway`. */
  have(file: media.MediaFile): Promise<boolean>;
  stop(): void;
}

/** Pictures that wait to be made small; who comes later is told that there is none yet. */
const mostWaiting = 50;

const pictures = /^image\/(png|jpeg|gif|webp)$/;

/** Whether a file is here, and a picture by its first bytes. */
export function isPicture({ mime = '', storedAt }: media.MediaFile): boolean {
  return storedAt !== undefined && pictures.test(mime);
}

/** Whether a file may have a thumbnail: it is a picture, and nobody has failed to make one. */
export function mayHaveThumbnail(file: media.MediaFile): boolean {
  return file.thumbnail !== false && isPicture(file);
}

/**
 * Makes thumbnails at the first look, and once: most pictures that come in are never looked at here, and those that
 * are not pictures, or broken, or far too large, are not tried again.
 */
export function makeThumbnails(ctx: Pick<Context, 'db' | 'files' | 'log'>): Thumbnails {
  const maker = openPictureMaker();
  const underWay = new Map<string, Promise<boolean>>();

  async function make(file: media.MediaFile): Promise<boolean> {
    const note = (made: unknown) => looks.looked(ctx.db, file, made !== false);
    return typeof (await makeBeside(ctx, maker, file, 'thumbnail', note)) === 'object';
  }

  return {
    async have(file) {
      if (!mayHaveThumbnail(file)) return false;
      if (file.thumbnail) return true;
      const known = underWay.get(file.id);
      if (known) return known;
      if (underWay.size >= mostWaiting) return false;
      const making = make(file)
        .catch((error: unknown) => {
          if (error instanceof FileGone) return false;
          if (error instanceof FileStoreAway) throw error;
          ctx.log.warn({ err: error, media: file.id }, 'a thumbnail could not be made');
          return false;
        })
        .finally(() => underWay.delete(file.id));
      underWay.set(file.id, making);
      return making;
    },
    stop: () => maker.stop(),
  };
}
