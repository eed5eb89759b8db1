import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUnguessableId } from '../model/ids.ts';
import * as media from '../store/media.ts';
import { besideName } from './beside-file.ts';
import type { Context } from './context.ts';
import { dropFiles } from './file-removal.ts';
import { FileGone, FileStoreAway } from './file-store.ts';
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
    const from = await ctx.files.local(file.id).catch((error: unknown) => {
      if (error instanceof FileGone) return undefined;
      throw error;
    });
    if (!from) return false;
    const to = join(tmpdir(), `parley-${newUnguessableId()}`);
    try {
      const outcome = await maker.make({ from: from.path, to, make: 'thumbnail' });
      if (outcome === 'unable') {
        ctx.log.warn('thumbnails cannot be made here: sharp does not start');
        return false;
      }
      if (outcome === 'stopped') return false;
      const made = outcome !== 'none';
      if (made) await ctx.files.put(besideName(file.id, 'thumbnail'), await readFile(to), 'image/webp');
      if (!(await media.looked(ctx.db, file, made))) await dropFiles(ctx, file.businessId, [file.id]);
      return made;
    } finally {
      await from.drop();
      await rm(to, { force: true });
    }
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
