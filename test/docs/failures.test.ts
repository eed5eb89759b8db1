import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { failureClasses } from '../../src/model/failure.ts';

it('the screens have words for each way in which a message can fail, and for no other', () => {
  const source = readFileSync(new URL('../../web/src/thread/failures.ts', import.meta.url), 'utf8');
  const worded = [...source.matchAll(/^ {2}([A-Z_]+): msg`/gm)].map(([, name]) => name);
  expect(worded.sort()).toEqual(Object.keys(failureClasses).sort());
});
