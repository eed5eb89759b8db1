import { expect, it } from 'vitest';
import { groupBy } from '../../src/model/group.ts';

it('keeps the order of the groups and of what is in them, for keys of any name', () => {
  const words = ['tea', 'rice', 'toString', 'tofu', '__proto__', 'rum'];
  expect([...groupBy(words, (word) => word[0]!)]).toEqual([
    ['t', ['tea', 'toString', 'tofu']],
    ['r', ['rice', 'rum']],
    ['_', ['__proto__']],
  ]);
  expect([...groupBy(['a', 'b'], () => '__proto__')]).toEqual([['__proto__', ['a', 'b']]]);
  expect(groupBy([], () => 'none').size).toBe(0);
});
