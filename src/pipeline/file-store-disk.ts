import { access, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import send from '@fastify/send';
import { newUnguessableId } from '../model/ids.ts';
import { namesOf } from './beside-file.ts';
import { stageFile, sweepStaging } from './file-staging.ts';
import { type Asked, FileGone, type FileStore, type Found, placeOf } from './file-store.ts';

/** Where a folder keeps a file. `name` must be one of ours, see `FileStore`. */
export function mediaPath(mediaDir: string, name: string): string {
  return join(mediaDir, placeOf(name));
}

/** Keeps files in a folder: safe on the disk under their names before anybody is told of them. */
export function openFolder(mediaDir: string): FileStore {
  // On the same disk, so that a file moves to its name in one step.
  const staging = join(mediaDir, 'incoming');
  return {
    stage: (maxBytes, fill) => stageFile(staging, maxBytes, fill),
    async keep(id, maxBytes, fill, check) {
      const staged = await stageFile(staging, maxBytes, fill);
      try {
        check?.(staged.kept);
        await moveTo(mediaPath(mediaDir, id), staged.path);
        return staged.kept;
      } catch (error) {
        await staged.drop();
        throw error;
      }
    },
    async put(name, bytes) {
      await mkdir(staging, { recursive: true });
      const draft = join(staging, newUnguessableId());
      await writeFile(draft, bytes, { mode: 0o600, flag: 'wx', flush: true });
      await moveTo(mediaPath(mediaDir, name), draft);
    },
    async local(name) {
      const path = mediaPath(mediaDir, name);
      await access(path).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? new FileGone() : error;
      });
      return { path, drop: async () => {} };
    },
    read: (name, asked) => readFrom(mediaDir, name, asked),
    async drop(id) {
      for (const name of namesOf(id)) await rm(mediaPath(mediaDir, name), { force: true });
    },
    sweep: () => sweepStaging(staging),
  };
}

async function moveTo(path: string, draft: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  await rename(draft, path);
  // The new name is on the disk, too, before anybody is told of it.
  const directory = await open(folder, 'r');
  await directory.sync().finally(() => directory.close());
}

async function readFrom(mediaDir: string, name: string, asked: Asked): Promise<Found> {
  // It looks at the method and the headers, and at nothing else of a request.
  const found = await send(asked as unknown as Readable, `/${name}`, {
    root: dirname(mediaPath(mediaDir, name)),
    acceptRanges: asked.sizeBytes !== undefined,
    cacheControl: false,
    contentType: false,
    dotfiles: 'deny',
    index: false,
  });
  const headers = Object.entries(found.headers).map(([key, value]) => [key.toLowerCase(), String(value)]);
  return {
    status: found.type === 'directory' ? 404 : found.statusCode,
    headers: Object.fromEntries(headers),
    stream: found.stream,
  };
}
