import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

/** The contract has decisions D1 to D70. */
const last = 70;

/** Decisions that no story can show, and why. */
const exceptions: Record<string, string> = {
  D70: 'says which edition is implemented: the document of all routes is held to it in contract.test.ts',
};

it('each decision of the contract is named in the title of a story', async () => {
  const named = new Set<string>();
  for (const file of await readdir(import.meta.dirname)) {
    if (!file.endsWith('.test.ts')) continue;
    const text = await readFile(`${import.meta.dirname}/${file}`, 'utf8');
    for (const [, decision] of text.matchAll(/\bit\(\s*['"`](D\d+): /g)) named.add(decision!);
  }
  const all = Array.from({ length: last }, (_, i) => `D${i + 1}`);
  expect(all.filter((decision) => !named.has(decision) && !exceptions[decision])).toEqual([]);
  expect([...named].filter((decision) => !all.includes(decision) || exceptions[decision])).toEqual([]);
});
