import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PictureVersion } from '../channels/limits.ts';
import { SendFailure } from '../model/failure.ts';
import { newUnguessableId } from '../model/ids.ts';
import * as media from '../store/media.ts';
import { besideName } from './beside-file.ts';
import type { Context } from './context.ts';
import { dropFiles } from './file-removal.ts';
import { openPictureMaker } from './picture-maker.ts';

/** Pictures as channels take them, made of those that they do not take. */
export interface Pictures {
  /**
   * What was made of a picture, and lies beside it; made when nobody has yet. Undefined: nothing can be. Throws
   * UNAVAILABLE while too many wait, and what the store of files throws.
   */
  version(file: media.MediaFile, version: PictureVersion): Promise<media.MadeVersion | undefined>;
  stop(): void;
}

/** Pictures that wait to be made; messages with more are sent a little later. */
const mostWaiting = 20;

/** Makes each at the first message that needs it, once, however often it is tried or sent again. */
export function makePictures(ctx: Pick<Context, 'db' | 'files' | 'log'>): Pictures {
  const maker = openPictureMaker();
  const underWay = new Map<string, Promise<media.MadeVersion | undefined>>();

  async function make(
    file: media.MediaFile,
    version: PictureVersion,
  ): Promise<media.MadeVersion | undefined> {
    const from = await ctx.files.local(file.id);
    const to = join(tmpdir(), `parley-${newUnguessableId()}`);
    try {
      const outcome = await maker.make({ from: from.path, to, make: version });
      if (outcome === 'unable') {
        ctx.log.warn('pictures cannot be converted here: sharp does not start');
        return undefined;
      }
      if (outcome === 'stopped') throw later('STOPPING', 'The server is stopping.');
      const what = outcome === 'none' ? false : await keep(file, version, to, outcome.mime);
      if (!(await media.made(ctx.db, file, version, what))) await dropFiles(ctx, file.businessId, [file.id]);
      return what || undefined;
    } finally {
      await from.drop();
      await rm(to, { force: true });
    }
  }

  async function keep(file: media.MediaFile, version: PictureVersion, from: string, mime: string) {
    const bytes = await readFile(from);
    await ctx.files.put(besideName(file.id, version), bytes, mime);
    return { mime, sizeBytes: bytes.length };
  }

  return {
    async version(file, version) {
      const known = file.versions?.[version];
      if (known !== undefined) return known || undefined;
      const name = besideName(file.id, version);
      const waiting = underWay.get(name);
      if (waiting) return waiting;
      if (underWay.size >= mostWaiting) throw later('PICTURES_WAIT', 'Many pictures wait to be converted.');
      const making = make(file, version).finally(() => underWay.delete(name));
      underWay.set(name, making);
      return making;
    },
    stop: () => maker.stop(),
  };
}

function later(code: string, text: string): SendFailure {
  return new SendFailure({ class: 'UNAVAILABLE', code, text, retryAfterMs: 5000 });
}
