import { readdirSync, readFileSync } from 'node:fs';

interface Stat {
  parent: number;
  /** CPU of the process itself, and of its children that have ended, in hundredths of a second. */
  own: number;
  ended: number;
}

/** CPU seconds that a process has used. */
export function cpuSeconds(pid: number): number {
  return (statOf(pid)?.own ?? 0) / 100;
}

/** CPU seconds of a process and all its children, those that have ended too: a PostgreSQL as a whole. */
export function treeCpuSeconds(pid: number): number {
  const root = statOf(pid);
  if (!root) return 0;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? [])
    .filter((stat) => stat.parent === pid);
  return children.reduce((sum, stat) => sum + stat.own, root.own + root.ended) / 100;
}

/** The most memory that a process has had so far, MB. */
export function peakMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15) as [number, number, number, number];
    return { parent: fields[1]!, own: user + system, ended: endedUser + endedSystem };
  } catch {
    return undefined;
  }
}

/** The memory that a process has now, MB. */
export function rssMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}
