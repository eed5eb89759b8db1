import { expect, it } from 'vitest';
import { problemOf } from '../../src/http-errors.ts';

it('a full disk is told as something that passes, and not as a fault of ours', () => {
  for (const code of ['ENOSPC', 'EDQUOT']) {
    const full = Object.assign(new Error('no space left on device, write'), { code });
    expect(problemOf(full)).toMatchObject({ kind: 'unavailable' });
  }
  expect(problemOf(Object.assign(new Error('no such file'), { code: 'ENOENT' }))).toMatchObject({
    kind: 'internal',
  });
});
