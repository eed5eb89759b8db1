import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Case, type Description, type Mock, openMock, pathOf } from '../channels/published.ts';
import { fixtures } from '../channels/tools.ts';
import { twitterSample as sample } from '../channels/twitter/sample.ts';
import { xDescription } from './x-description.ts';

const told = xDescription();
if (typeof told === 'string') process.stdout.write(`Tests with X’s description skipped: ${told}.\n`);

const ours = fixtures<Case>('twitter', 'outbound');
const messages = '/2/dm_conversations/with/{participant_id}/messages';
const user = '/2/users/{id}';
const toAnn = '/2/dm_conversations/with/3001969357/messages';

/** The same description, in which a message has no other fields than those that are described. */
function closed(description: Description): Description {
  const { schemas } = description.components;
  const names = ['CreateTextMessageRequest', 'CreateAttachmentsMessageRequest', 'DmMediaAttachment'];
  const shut = names.map((name) => [name, { ...schemas[name], additionalProperties: false }]);
  return {
    ...description,
    components: { ...description.components, schemas: { ...schemas, ...Object.fromEntries(shut) } },
  };
}

// It is of 2022, and says nothing yet of uploads: those are compared with what X’s package asks, in
// test/channels/twitter/package.test.ts.
describe.skipIf(typeof told === 'string')('direct messages, by a mock of X’s own description', () => {
  let x: Mock;
  beforeAll(async () => {
    x = await openMock(closed(told as Description), messages, user);
  });
  afterAll(() => x?.close());
  beforeEach(() => {
    x.wrong.length = 0;
    x.asked.length = 0;
  });

  it.each(ours)('%s', async (_, { content, ...how }) => {
    const sent = await x.send(sample, content, how);
    expect(x.wrong).toEqual([]);
    expect(x.asked.map(pathOf)).toEqual([toAnn]);
    // Where X says that the id of a message is, in its own example of an answer.
    expect(sent.providerId).toMatch(/^\d{1,19}$/);
  });

  it.each<[what: string, path: string, body: object]>([
    ['a message that says nothing', toAnn, {}],
    ['a text of no length', toAnn, { text: '' }],
    ['a field that there is not', toAnn, { text: 'Hi', quick_reply: {} }],
    ['a file that is no id', toAnn, { attachments: [{ media_id: 'a picture' }] }],
    ['a file by its address', toAnn, { attachments: [{ url: 'https://files.example/1.png' }] }],
    ['a person who is no number', '/2/dm_conversations/with/ann/messages', { text: 'Hi' }],
  ])('would not be let through with %s', async (_, path, body) => {
    expect(await x.post(path, body)).toBe(422);
  });

  it('who somebody is', async () => {
    // In X’s own example of an answer.
    expect((await x.person(sample, '2244994945')).name).toEqual(expect.any(String));
    expect(x.wrong).toEqual([]);
    expect(x.asked.map(pathOf)).toEqual(['/2/users/2244994945']);
    // What is no id, or no field, X’s description does not let through.
    await expect(x.person(sample, 'ann')).rejects.toThrow();
    expect(x.wrong).toHaveLength(1);
  });

  it('would not be let in without a token', async () => {
    expect(await x.post(toAnn, { text: 'Hi' }, {})).toBe(401);
  });
});
