import { constants } from 'node:fs';
import { access, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether anything is there. */
export async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

/** The text of a file, or undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file in one piece: a crash leaves the old one or the new one, never half of it. */
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}.new`;
  const file = await open(draft, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** The last lines of a text file, without the empty ones. */
export async function lastLines(path: string, count = 12): Promise<string[]> {
  const text = (await readIfThere(path).catch(() => undefined)) ?? '';
  return text.split('\n').filter(Boolean).slice(-count);
}

/** The code of a system error: ENOENT and its like. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether a user can pass through every folder above `path`, going by the permission bits. */
export async function reachable(path: string, user: { uid: number; gid: number }): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
