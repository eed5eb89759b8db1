import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { ThumbnailJob } from './thumbnail-process.ts';

/** Run from the sources, as tests do, it is the built one: Node does not run TypeScript. */
const here = import.meta.dirname;
const folder = import.meta.filename.endsWith('.ts') ? resolve(here, '../../dist/pipeline') : here;
const program = resolve(folder, 'thumbnail-process.js');

/** A picture that takes longer has none, ms. */
const longestMs = 10_000;
const longestStartMs = 10_000;
/** The process ends when nobody has wanted a picture for so long, ms. */
const idleMs = 30_000;
/** After a start that failed nothing is tried for so long, ms. */
const sulkMs = 600_000;

/** What became of a picture: `none` will never be; `unable`: this machine cannot, at least now. */
export type Outcome = 'made' | 'none' | 'unable';

/** Makes thumbnails in a process of their own, which starts when it is needed and ends when it is not. */
export function openThumbnailMaker(): { make(job: ThumbnailJob): Promise<Outcome>; stop(): void } {
  let child: ChildProcess | undefined;
  let resting: NodeJS.Timeout | undefined;
  let notBefore = 0;
  let queue: Promise<unknown> = Promise.resolve();

  async function start(): Promise<ChildProcess | undefined> {
    if (Date.now() < notBefore) return undefined;
    // Nothing of our settings: there are secrets among them.
    const started = fork(program, {
      execArgv: ['--max-old-space-size=64'],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const told = await nextWord(started, longestStartMs);
    if (told?.ready) {
      started.once('exit', () => {
        if (child === started) child = undefined;
      });
      return started;
    }
    started.kill('SIGKILL');
    notBefore = Date.now() + sulkMs;
    return undefined;
  }

  async function makeNow(job: ThumbnailJob): Promise<Outcome> {
    clearTimeout(resting);
    child ??= await start();
    if (!child) return 'unable';
    const worker = child;
    const answer = nextWord(worker, longestMs);
    worker.send(job);
    const told = await answer;
    // It hangs, or it is gone: the picture was too much for it.
    if (!told) {
      worker.kill('SIGKILL');
      child = undefined;
    }
    resting = setTimeout(stop, idleMs);
    resting.unref();
    return told?.made ? 'made' : 'none';
  }

  function stop(): void {
    clearTimeout(resting);
    child?.kill('SIGKILL');
    child = undefined;
  }

  return {
    make(job) {
      const made = queue.then(() => makeNow(job));
      queue = made.catch(() => {});
      return made;
    },
    stop,
  };
}

interface Told {
  ready?: boolean;
  made?: boolean;
}

/** The next thing that the process says; undefined when it ends or says nothing in time. */
async function nextWord(child: ChildProcess, withinMs: number): Promise<Told | undefined> {
  const over = new AbortController();
  const { signal } = over;
  const late = setTimeout(() => over.abort(), withinMs);
  const failed = (event: string) => once(child, event, { signal }).then(() => undefined);
  try {
    const said = once(child, 'message', { signal }).then(([message]) => message as Told);
    return await Promise.race([said, failed('exit'), failed('error')]).catch(() => undefined);
  } finally {
    clearTimeout(late);
    over.abort();
  }
}
