import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './files.ts';
import { isAlive } from './postmaster.ts';

const beatMs = 1_000;
const staleMs = 15_000;
const mine = new Set<string>();

/**
 * Runs `work` while no other process does so with the same file. A holder that died is found out by its
 * process id or, where ids mean nothing (a container begun anew), by its silence.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mark = newMark();
  mine.add(mark);
  while (!(await take(path, mark))) {
    await clearStale(path);
    await sleep(50);
  }
  return hold(path, mark, work);
}

/** Runs `work` in the same way, but only when nobody else is at it just now. */
export async function unlessLocked(path: string, work: () => Promise<void>): Promise<void> {
  const mark = newMark();
  mine.add(mark);
  if (await take(path, mark)) await hold(path, mark, work);
  else mine.delete(mark);
}

function newMark(): string {
  return `${process.pid} ${randomUUID()}`;
}

async function hold<T>(path: string, mark: string, work: () => Promise<T>): Promise<T> {
  const beat = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    mine.delete(mark);
    if ((await read(path)) === mark) await rm(path, { force: true });
  }
}

async function take(path: string, mark: string): Promise<boolean> {
  try {
    await writeFile(path, mark, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function clearStale(path: string): Promise<void> {
  const mark = await read(path);
  const since = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (mark === undefined) return;
  const pid = Number(mark.split(' ')[0]);
  const dead = pid > 0 && (pid === process.pid ? !mine.has(mark) : !(await isAlive(pid)));
  if (!dead && since < staleMs) return;
  // Aside first: of two who find it stale, only one may clear it, and not the other's new one.
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => {});
  if (((await read(aside)) ?? mark) !== mark) await rename(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
