import { isUnavailable } from '../store/database.ts';
import * as removals from '../store/file-removals.ts';
import type { Context } from './context.ts';
import { FileStoreAway } from './file-store.ts';

/** Removals that one sweep does. */
const atATime = 50;

type House = Pick<Context, 'db' | 'files' | 'log'>;

/**
 * Takes the bytes of files away that nothing names (any more), whether that was noted before or not. What the store
 * cannot do now is noted, and done by the sweep; throws nothing.
 */
export async function dropFiles(ctx: House, businessId: number, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  try {
    for (const id of ids) await ctx.files.drop(id);
    await removals.done(ctx.db, businessId, ids);
  } catch (error) {
    ctx.log.warn({ err: error }, 'files are taken away later');
    await removals.add(ctx.db, businessId, ids).catch((problem: unknown) => {
      if (!isUnavailable(problem)) throw problem;
      ctx.log.warn({ err: problem, media: ids }, 'files that nothing names are left');
    });
  }
}

/**
 * Keeps a file. When the store broke off, nobody knows whether it has the file all the same: then it is noted as to
 * be taken away.
 */
export async function keepOrNote<T>(
  ctx: Pick<House, 'db' | 'log'>,
  { businessId, id }: { businessId: number; id: string },
  keeping: Promise<T>,
): Promise<T> {
  try {
    return await keeping;
  } catch (error) {
    if (error instanceof FileStoreAway && !error.refused) {
      await removals
        .add(ctx.db, businessId, [id])
        .catch((problem: unknown) => ctx.log.warn({ err: problem, media: id }, 'a file may be left'));
    }
    throw error;
  }
}

/** Takes away what is noted. Answers whether there is more. Throws `FileStoreAway`. */
export async function dropNoted(ctx: House): Promise<boolean> {
  const due = await removals.claim(ctx.db, atATime);
  for (const { businessId, mediaId } of due) {
    await ctx.files.drop(mediaId);
    await removals.done(ctx.db, businessId, [mediaId]);
  }
  return due.length === atATime;
}
