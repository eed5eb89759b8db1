import { largestFile as maxFileBytes } from '../channels/download.ts';
import { isId, newId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { invalid, missing, Problem } from '../model/problem.ts';
import * as media from '../store/media.ts';
import type { Context } from './context.ts';
import type { Core, File, NewFile } from './core.ts';
import { FileTooLarge, keepFile } from './file-store.ts';
import { assertMayWrite } from './send.ts';

export { maxFileBytes };

/** The files of a business: kept for sending, and told about. */
export function makeFiles(
  ctx: Pick<Context, 'db' | 'mediaDir' | 'mediaLinks'>,
): Pick<Core, 'keepFile' | 'findFile'> {
  return {
    async keepFile(caller, given) {
      assertMayWrite(caller);
      const filename = given.filename === undefined ? undefined : checkName(given.filename);
      const { businessId } = caller;
      const id = newId();
      const kept = await keepBytes(ctx.mediaDir, id, given.bytes);
      await media.add(ctx.db, { businessId, id, ...kept, ...(filename && { filename }) });
      return present({ id, link: ctx.mediaLinks.of(id, false), state: 'stored' as const, ...kept, filename });
    },
    async findFile(businessId, id) {
      const file = isId(id) ? await media.ofBusiness(ctx.db, businessId, id) : undefined;
      return file && told(file, ctx.mediaLinks.of(id, false));
    },
  };
}

function told({ id, mime, sizeBytes, sha256, filename, ...file }: media.MediaFile, link: string): File {
  return present({ id, link, state: stateOf(file), mime, sizeBytes, sha256, filename });
}

/** Whether we have a file, may still get it, or never will. */
export function stateOf({ storedAt, dueAt }: Pick<media.MediaFile, 'storedAt' | 'dueAt'>): File['state'] {
  if (storedAt !== undefined) return 'stored';
  return dueAt === undefined ? 'failed' : 'fetching';
}

async function keepBytes(mediaDir: string, id: string, bytes: NewFile['bytes']): Promise<media.Kept> {
  let isEmpty = true;
  try {
    return await keepFile(mediaDir, id, maxFileBytes, async (save) => {
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
function checkName(given: string): string | undefined {
  if (/[\p{Cc}\p{Cs}]/u.test(given)) {
    throw invalid('filename', 'A file name holds no control characters', { code: 'BAD_NAME' });
  }
  const name = given.split(/[/\\]/).at(-1)?.trim() ?? '';
  if (name.length > longestName) {
    throw invalid('filename', `A file name has at most ${longestName} characters`, { code: 'BAD_NAME' });
  }
  return name === '' || name === '.' || name === '..' ? undefined : name;
}
