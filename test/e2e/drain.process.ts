import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, dataFolder, type Parley, removeDataFolder, startParley, until } from '../parley.ts';
import { Refused, sendOverSandbox } from './sandbox.ts';

let folder: string;
let parley: Parley;

beforeAll(async () => {
  folder = await dataFolder();
  parley = await startParley({ dataDir: folder });
});

afterAll(async () => {
  await parley.kill();
  await removeDataFolder(folder);
});

it('drains on SIGTERM under load: whatever it accepted is there, and it ends by itself', {
  timeout: 60_000,
}, async () => {
  const accepted: string[] = [];
  const refusals: number[] = [];
  let stopping = false;
  const caller = async () => {
    while (!stopping) {
      try {
        accepted.push(await sendOverSandbox(parley.url, parley.apiKey ?? '', 'under load'));
      } catch (error) {
        // Nobody listens any more, or it says that it stops: both are no promise.
        if (error instanceof Refused) refusals.push(error.status);
        else return;
      }
    }
  };
  const callers = Array.from({ length: 32 }, caller);
  await until('500 messages are accepted', () => accepted.length >= 500);
  // 1 would say that it was cut off after 9.5 s.
  expect(await parley.stop()).toBe(0);
  stopping = true;
  await Promise.all(callers);
  expect(refusals.filter((status) => status !== 503)).toEqual([]);
  const [row] = await ask(folder, 'select count(*)::int as n from message where id = any($1)', [accepted]);
  expect(row).toEqual({ n: accepted.length });
});
