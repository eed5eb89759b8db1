import { expect, it } from 'vitest';
import { sendParts } from '../../src/channels/parts.ts';
import { SendFailure } from '../../src/model/failure.ts';

const failing = (error: Error, at: number) => async (_: string, i: number) => {
  if (i === at) throw error;
  return `id-${i}`;
};

it('a message in parts has the ids of all, the first one as its own', async () => {
  const sent = await sendParts(['a', 'b'], async (part) => `id-${part}`);
  expect(sent).toEqual({ providerId: 'id-a', parts: [['id-a'], ['id-b']] });
  expect(await sendParts(['a'], async () => 'one')).toEqual({ providerId: 'one' });
});

it('what fails before anything was seen fails as it did', async () => {
  const error = new SendFailure({ class: 'UNAVAILABLE', text: 'Away' });
  await expect(sendParts(['a', 'b'], failing(error, 0))).rejects.toBe(error);
});

it.each([
  ['the provider', new SendFailure({ class: 'UNAVAILABLE', code: '2', text: 'Away' }), /^1 of 2 .*: Away$/],
  ['our own end', new Error('Parley is shutting down'), /^1 of 2 .*shutting down$/],
])(
  'what fails later, by %s, is of unknown outcome: nobody sends all of it again unasked',
  async (_, error, text) => {
    const failed = await sendParts(['a', 'b'], failing(error, 1)).catch((one: SendFailure) => one);
    expect((failed as SendFailure).failure).toMatchObject({
      class: 'OUTCOME_UNKNOWN',
      text: expect.stringMatching(text),
    });
  },
);
