import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './explain.ts';
import { codeOf, readIfThere } from './files.ts';

const run = promisify(execFile);

/** What postmaster.pid says of the PostgreSQL that wrote it, which need not be alive. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Where its socket is; undefined when it listens on TCP only. */
  readonly socketDir: string | undefined;
  readonly ready: boolean;
  /** The key and id of the memory that its processes share; undefined where there is none such. */
  readonly memory: string | undefined;
}

/** Reads postmaster.pid; undefined when there is none, or one that is being written. */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const [pid, , , port, socketDir, , memory, status] = (
    (await readIfThere(join(cluster, 'postmaster.pid'))) ?? ''
  )
    .split('\n')
    .map((line) => line.trim());
  if (!(Number(pid) > 0)) return undefined;
  return {
    pid: Number(pid),
    port: Number(port ?? 0),
    socketDir: socketDir || undefined,
    ready: status === 'ready',
    memory: memory?.replace(/\s+/g, ' ') || undefined,
  };
}

/** Whether a process has this id, if only as one that has ended without its parent having noticed. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Whether a process lives. */
export async function isAlive(pid: number): Promise<boolean> {
  if (!isTaken(pid)) return false;
  if (process.platform !== 'linux') return true;
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/^\d+ \(.*\) [ZX] /s.test(state);
}

/** Whether a living process is the PostgreSQL of this cluster, and not another under an id used again. */
export async function isPostmasterOf(pid: number, cluster: string): Promise<boolean> {
  if (!(await isAlive(pid))) return false;
  if (process.platform === 'win32') return true;
  if (process.platform === 'linux') {
    const [program, ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    return basename(program ?? '') === 'postgres' && args.includes(cluster);
  }
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes('postgres') && stdout.includes(cluster);
}

/** Whether processes of a PostgreSQL whose first process is dead still work on its memory and files. */
export async function hasSurvivors({ memory }: Postmaster): Promise<boolean> {
  if (process.platform !== 'linux' || !memory) return false;
  // Columns: key, id, permissions, size, creator, last user, number of processes.
  const segments = (await readIfThere('/proc/sysvipc/shm').catch(() => undefined)) ?? '';
  return segments.split('\n').some((line) => {
    const [key, id, , , , , attached] = line.trim().split(/\s+/);
    return `${key} ${id}` === memory && Number(attached) > 0;
  });
}

/**
 * Ends a PostgreSQL in order, which breaks off what its clients do; one that takes longer than five
 * seconds is ended at once, and recovers on its next start.
 */
export async function endPostmaster(pid: number, cluster: string, binaries: Binaries): Promise<void> {
  // SIGKILL loses nothing either, but leaves its child processes to find out by themselves.
  for (const name of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    await signal(pid, name, cluster, binaries);
    if (await gone(pid, 5_000)) return;
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL (process ${pid}) does not end: end it by hand before Parley starts again.`,
  );
}

async function signal(
  pid: number,
  name: 'SIGINT' | 'SIGQUIT' | 'SIGKILL',
  cluster: string,
  binaries: Binaries,
): Promise<void> {
  if (process.platform === 'win32') {
    // No signals there: PostgreSQL's own tool sends them through a pipe.
    const mode = name === 'SIGINT' ? 'fast' : 'immediate';
    await run(binaries.pgCtl, ['stop', '-D', cluster, '-m', mode, '-W'], { env: binaries.env }).catch(
      () => {},
    );
    return;
  }
  try {
    process.kill(pid, name);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

async function gone(pid: number, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(5))
    if (!(await isAlive(pid))) return true;
  return false;
}
