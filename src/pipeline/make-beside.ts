import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUnguessableId } from '../model/ids.ts';
import type { MadeVersion, MediaFile } from '../store/media.ts';
import { type BesideFile, besideName } from './beside-file.ts';
import type { Context } from './context.ts';
import { dropFiles } from './file-removal.ts';
import { FileStoreAway } from './file-store.ts';
import type { Outcome, PictureMaker } from './picture-maker.ts';

/** Why nothing was made of a picture. */
export type Unmade = Extract<Outcome, string>;

/**
 * Makes a picture that lies beside a file. `note` writes down what came of it, `false` where nothing ever will, and answers
 * false when the file was taken away meanwhile; of what another try may bring nothing is noted. Throws what the store of
 * files throws.
 */
export async function makeBeside(
  ctx: Pick<Context, 'db' | 'files' | 'log'>,
  maker: PictureMaker,
  file: MediaFile,
  what: BesideFile,
  note: (made: MadeVersion | false) => Promise<boolean>,
): Promise<MadeVersion | Unmade> {
  const from = await ctx.files.local(file.id);
  const to = join(tmpdir(), `parley-${newUnguessableId()}`);
  try {
    const outcome = await maker.make({ from: from.path, to, make: what });
    const made = typeof outcome === 'string' ? outcome : await put(ctx, file, what, { path: to, ...outcome });
    if (made === 'unable') ctx.log.warn('pictures cannot be made here: sharp does not start');
    if (outcome === 'later')
      ctx.log.warn({ media: file.id }, 'what was made of a picture could not be written');
    if (typeof made === 'string' && made !== 'none') return made;
    if (!(await note(made !== 'none' && made))) await dropFiles(ctx, file.businessId, [file.id]);
    return made;
  } finally {
    await from.drop();
    await rm(to, { force: true });
  }
}

/** Keeps it beside the file; `later` where the disk does not take it. Throws `FileStoreAway`. */
async function put(
  { files, log }: Pick<Context, 'files' | 'log'>,
  file: MediaFile,
  what: BesideFile,
  { path, mime }: { path: string; mime: string },
): Promise<MadeVersion | 'later'> {
  try {
    const bytes = await readFile(path);
    await files.put(besideName(file.id, what), bytes, mime);
    return { mime, sizeBytes: bytes.length };
  } catch (error) {
    if (error instanceof FileStoreAway) throw error;
    log.warn({ err: error, media: file.id }, 'what was made of a picture could not be kept');
    return 'later';
  }
}
