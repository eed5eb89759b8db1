/**
 * A thread that reads how long one sound lasts, and does nothing else. What strangers send is read here and not beside the
 * server's own work: a file that has a reader go round in circles, or swell up, ends this thread and no more.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { parseFile } from 'music-metadata';

/** One sound: where it lies. */
export interface SoundJob {
  path: string;
}

/** What this thread says: how long it lasts, seconds; absent: nobody can read it. */
export interface SoundTold {
  seconds?: number;
}

const { path } = workerData as SoundJob;
// Where no header tells it, all frames are counted.
const told: SoundTold = await parseFile(path, { duration: true, skipCovers: true }).then(
  ({ format: { duration } }) => (duration === undefined ? {} : { seconds: duration }),
  () => ({}),
);
parentPort?.postMessage(told);
