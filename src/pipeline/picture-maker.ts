import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { PictureJob, PictureTold } from './picture-process.ts';

/** Run from the sources, as tests do, it is the built one: Node does not run TypeScript. */
const here = import.meta.dirname;
const folder = import.meta.filename.endsWith('.ts') ? resolve(here, '../../dist/pipeline') : here;
const program = resolve(folder, 'picture-process.js');

/** Of a picture that takes longer nothing is made, ms. A photo is tried in several sizes. */
const longestMs = { thumbnail: 10_000, photo: 30_000, sticker: 20_000 };
const longestStartMs = 10_000;
/** The process ends when nobody has wanted a picture for so long, ms. */
const idleMs = 30_000;
/** After a start that failed nothing is tried for so long, ms. */
const sulkMs = 600_000;

/**
 * What became of a picture: `none` will never be; `later`: there was no room for it; `unable`: this machine makes none, at
 * least now; `stopped`: nobody waited for it.
 */
export type Outcome = { mime: string } | 'none' | 'later' | 'unable' | 'stopped';

/** Makes pictures in a process of its own, which starts when it is needed and ends when it is not. */
export interface PictureMaker {
  make(job: PictureJob): Promise<Outcome>;
  /** For good. */
  stop(): void;
}

export function openPictureMaker(): PictureMaker {
  let child: ChildProcess | undefined;
  let resting: NodeJS.Timeout | undefined;
  let notBefore = 0;
  let isOver = false;
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

  async function makeNow(job: PictureJob): Promise<Outcome> {
    clearTimeout(resting);
    if (isOver) return 'stopped';
    child ??= await start();
    if (isOver) rest();
    if (!child) return isOver ? 'stopped' : 'unable';
    const worker = child;
    const answer = nextWord(worker, longestMs[job.make]);
    worker.send(job);
    const told = await answer;
    // It hangs, or it is gone: the picture was too much for it.
    if (!told) {
      worker.kill('SIGKILL');
      child = undefined;
    }
    if (isOver) return 'stopped';
    resting = setTimeout(rest, idleMs);
    resting.unref();
    if (told?.made && told.mime !== undefined) return { mime: told.mime };
    return told?.unwritten ? 'later' : 'none';
  }

  function rest(): void {
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
    stop() {
      isOver = true;
      rest();
    },
  };
}

/** The next thing that the process says; undefined when it ends or says nothing in time. */
async function nextWord(child: ChildProcess, withinMs: number): Promise<PictureTold | undefined> {
  const over = new AbortController();
  const { signal } = over;
  const late = setTimeout(() => over.abort(), withinMs);
  const failed = (event: string) => once(child, event, { signal }).then(() => undefined);
  try {
    const said = once(child, 'message', { signal }).then(([message]) => message as PictureTold);
    return await Promise.race([said, failed('exit'), failed('error')]).catch(() => undefined);
  } finally {
    clearTimeout(late);
    over.abort();
  }
}
