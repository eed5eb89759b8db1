import { largestFile as maxFileBytes } from '../channels/download.ts';
import { isId, newId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { invalid, missing, Problem } from '../model/problem.ts';
import { isUnavailable } from '../store/database.ts';
import * as media from '../store/media.ts';
import type { Context } from './context.ts';
import type { Core, File, NewFile } from './core.ts';
import { dropFiles, keepOrNote } from './file-removal.ts';
import { type FileStore, FileTooLarge } from './file-store.ts';
import { nextChange } from './idempotency.ts';
import type { MediaLinks } from './media-link.ts';
import { assertMayWrite } from './send.ts';
import { mayHaveThumbnail } from './thumbnails.ts';

export { maxFileBytes };

/** The files of a business: kept for sending, and told about. */
export function makeFiles(
  ctx: Pick<Context, 'db' | 'files' | 'log' | 'mediaLinks'>,
): Pick<Core, 'keepFile' | 'findFile'> {
  return {
    async keepFile(caller, given) {
      assertMayWrite(caller);
      const once = nextChange();
      if (once?.known) return once.known.result as File;
      const filename = given.filename === undefined ? undefined : nameOfFile(given.filename);
      const { businessId } = caller;
      const id = newId();
      const kept = await keepOrNote(ctx, { businessId, id }, keepBytes(ctx.files, id, given.bytes));
      const now = Date.now();
      const file = told(
        present({ businessId, id, ...kept, filename, storedAt: now, createdAt: now, attempt: 0 }),
        ctx.mediaLinks,
      );
      try {
        await ctx.db.transaction(async (tx) => {
          await media.add(tx, { businessId, id, ...kept, ...(filename && { filename }) });
          await once?.keep(tx, file);
        });
      } catch (error) {
        // Another attempt took over meanwhile, say: its bytes are the ones that are told of.
        if (!isUnavailable(error)) await dropFiles(ctx, businessId, [id]);
        throw error;
      }
      return file;
    },
    async findFile(businessId, id) {
      const file = isId(id) ? await media.ofBusiness(ctx.db, businessId, id) : undefined;
      return file && told(file, ctx.mediaLinks);
    },
  };
}

function told(file: media.MediaFile, links: MediaLinks): File {
  const { id, mime, sizeBytes, sha256, filename } = file;
  const thumbnail = mayHaveThumbnail(file) ? links.of(id, false, 'thumbnail') : undefined;
  return present({
    id,
    link: links.of(id, false),
    state: stateOf(file),
    mime,
    sizeBytes,
    sha256,
    filename,
    thumbnail,
  });
}

/** Whether we have a file, may still get it, or never will. */
export function stateOf({ storedAt, dueAt }: Pick<media.MediaFile, 'storedAt' | 'dueAt'>): File['state'] {
  if (storedAt !== undefined) return 'stored';
  return dueAt === undefined ? 'failed' : 'fetching';
}

async function keepBytes(files: FileStore, id: string, bytes: NewFile['bytes']): Promise<media.Kept> {
  let isEmpty = true;
  try {
    return await files.keep(id, maxFileBytes, async (save) => {
      for await (const chunk of bytes) {
        if (chunk.length === 0) continue;
        isEmpty = false;
        await save(chunk);
      }
      if (isEmpty) throw missing('file', 'The file is empty');
      return {};
    });
  } catch (error) {
    if (!(error instanceof FileTooLarge)) throw error;
    throw tooLarge();
  }
}

/** A file over the limit, which is named. */
export function tooLarge(): Problem {
  return new Problem('tooLarge', `A file has at most ${maxFileBytes / (1024 * 1024)} MB`, {
    field: 'file',
    code: 'MEDIA_TOO_LARGE',
  });
}

const longestName = 255;

/** A file's name for people: without the folders that some senders put before it. */
export function nameOfFile(given: string): string | undefined {
  if (/[\p{Cc}\p{Cs}]/u.test(given)) {
    throw invalid('filename', 'A file name holds no control characters', { code: 'BAD_NAME' });
  }
  const name = given.split(/[/\\]/).at(-1)?.trim() ?? '';
  if (name.length > longestName) {
    throw invalid('filename', `A file name has at most ${longestName} characters`, { code: 'BAD_NAME' });
  }
  return name === '' || name === '.' || name === '..' ? undefined : name;
}
