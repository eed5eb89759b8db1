import { once } from 'node:events';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SoundJob, SoundTold } from './sound-thread.ts';

/** Run from the sources, as tests do, it is the built one: Node does not run TypeScript. */
const here = import.meta.dirname;
const folder = import.meta.filename.endsWith('.ts') ? resolve(here, '../../dist/pipeline') : here;
const program = resolve(folder, 'sound-thread.js');

/** A sound that takes longer to read is read no further, ms. */
const longestMs = 5000;
/** Longer ones are none that people send, or their header lies: a day, in ms. */
const longestSoundMs = 24 * 3_600_000;

/** How long the sound at this path lasts, ms; undefined: nobody can read it. Throws nothing. */
export async function soundLengthOf(job: SoundJob): Promise<number | undefined> {
  const over = new AbortController();
  const { signal } = over;
  const late = setTimeout(() => over.abort(), longestMs);
  // Nothing of our settings: there are secrets among them.
  const thread = new Worker(program, {
    workerData: job,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 },
  });
  // Of whatever it ends, it is its own end alone.
  thread.on('error', () => {});
  try {
    const ended = once(thread, 'exit', { signal }).then(() => undefined);
    const said = once(thread, 'message', { signal }).then(([told]) => told as SoundTold);
    const told = await Promise.race([said, ended]).catch(() => undefined);
    const ms = Math.round((told?.seconds ?? 0) * 1000);
    return ms > 0 && ms <= longestSoundMs ? ms : undefined;
  } finally {
    clearTimeout(late);
    over.abort();
    await thread.terminate();
  }
}
