import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of its own that runs the embedded PostgreSQL, so that a test can kill it. */
export interface ParleyProcess {
  readonly process: ChildProcess;
  readonly url: string;
  readonly pid: number;
  readonly lines: string[];
  /** Lets it stop in order. */
  stop(): Promise<void>;
  /** Kills it as `kill -9` does. */
  kill(): Promise<void>;
}

interface Told {
  line?: string;
  url?: string;
  pid?: number;
  error?: string;
}

/** Starts such a process, as another user when `ids` are given; resolves when PostgreSQL answers. */
export async function startParleyProcess(
  dataDir: string,
  ids?: { uid: number; gid: number },
): Promise<ParleyProcess> {
  const script = fileURLToPath(new URL('parley-process.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['pipe', 'pipe', 'pipe'], ...ids });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const lines: string[] = [];
  for await (const text of createInterface(child.stdout)) {
    const told = JSON.parse(text) as Told;
    if (told.error) throw new Error(told.error);
    if (told.line) lines.push(told.line);
    if (!told.url || !told.pid) continue;
    const stop = () => {
      child.stdin.end();
      return ended;
    };
    const kill = () => {
      child.kill('SIGKILL');
      return ended;
    };
    return { process: child, url: told.url, pid: told.pid, lines, stop, kill };
  }
  throw new Error(`the process ended before PostgreSQL answered: ${complaint}`);
}
