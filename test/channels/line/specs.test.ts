import { Ajv } from 'ajv';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { channelOf } from '../../../src/channels/index.ts';
import { type Case, type Description, type Mock, openMock, pathOf, published, typed } from '../published.ts';
import { fixtures } from '../tools.ts';
import { lineSample as sample } from './sample.ts';

const all = fixtures<Case>('line', 'outbound');

const [loading, markAsRead] = ['/v2/bot/chat/loading/start', '/v2/bot/chat/markAsRead'];
const profile = '/v2/bot/profile/{userId}';
const [push, reply] = ['/v2/bot/message/push', '/v2/bot/message/reply'];
/** What a message of ours may be, and what may stand in it. */
const kinds = {
  Message: ['text', 'image', 'video', 'audio', 'location', 'flex'],
  FlexContainer: ['bubble'],
  FlexComponent: ['box', 'text', 'button'],
  Action: ['postback', 'uri', 'location'],
};
const api = published<Description>('line-messaging-api.json');
describe.skipIf(!api)('what goes out, by a mock of LINE’s description', () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await openMock(typed(api!, { closed: true, kinds }), push, reply, loading, markAsRead, profile);
  });
  afterAll(() => mock.close());
  beforeEach(() => {
    mock.wrong.length = 0;
  });

  it.each(all)('%s', async (_, { content, ...how }) => {
    await mock.send(sample, content, how);
    expect(mock.wrong).toEqual([]);
  });

  it('is every kind of message that the channel carries', () => {
    const { out } = channelOf('line')!.carries;
    expect(new Set(all.map(([, { content }]) => content.type))).toEqual(new Set(Object.keys(out)));
    expect(new Set(mock.asked.map(pathOf))).toEqual(new Set([push, reply]));
  });

  it('who writes, and what was read', async () => {
    const to = { csid: 'Ufc729a925b3abef1ae84a3d52e51a6a7', readToken: 'nz0x74mZT2mRn' };
    await mock.show(sample, 'typing', to);
    await mock.show(sample, 'read', to);
    expect(mock.wrong).toEqual([]);
    expect(mock.asked.slice(-2).map(pathOf)).toEqual([loading, markAsRead]);
    expect(await mock.post(loading!, { chatId: 'U1', loadingSeconds: 61 })).toBe(400);
    expect(await mock.post(markAsRead!, { markAsReadToken: 7 })).toBe(400);
  });

  it('who somebody is, by the answer that LINE gives as an example', async () => {
    const told = await mock.person(sample, 'Ufc729a925b3abef1ae84a3d52e51a6a7');
    expect(mock.wrong).toEqual([]);
    expect(told).toEqual({ name: 'LINE taro', lang: 'en' });
  });

  it.each<[what: string, message: object, wrong: RegExp]>([
    ['a text that says nothing', { type: 'text' }, /required/],
    ['a type that there is not', { type: 'words', text: 'Hi' }, /messages/],
    ['a field that there is not', { type: 'text', text: 'Hi', quickreply: {} }, /additional/i],
    ['a press with too long data', withAction({ type: 'postback', data: 'x'.repeat(301) }), /300/],
    ['a bubble of nothing', { type: 'flex', altText: 'Hi', contents: { type: 'bubble', body: {} } }, /body/],
  ])('would not be let through with %s', async (_, wrongOne, wrong) => {
    await expect(mock.post(push, { to: 'U1', messages: [wrongOne] })).resolves.toBe(400);
    expect(mock.wrong.join()).toMatch(wrong);
  });
});

function withAction(action: object): object {
  return { type: 'text', text: 'Hi', quickReply: { items: [{ type: 'action', action }] } };
}

/** What is wrong with a value by a schema; what its `type` makes of it is looked up, since JSON Schema does not. */
function checker(description: Description) {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'line', ...description });
  const { schemas } = description.components;
  const wrongBy = (value: unknown, name: string): string[] => {
    const validate = ajv.getSchema(`line#/components/schemas/${name}`)!;
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${name}${instancePath} ${message}`);
  };
  return (value: unknown, base: string): string[] => {
    const { type } = value as { type: string };
    const name = schemas[base]!.discriminator?.mapping?.[type]?.split('/').at(-1);
    return name === undefined ? [`${base} has no ${type}`] : wrongBy(value, name);
  };
}

const webhook = published<Description>('line-webhook.json');
type Node = Record<string, unknown>;

describe.skipIf(!webhook)('what comes in, by LINE’s description', () => {
  const wrong = webhook ? checker(webhook) : () => [];
  const odd = /tomorrow|bad one|no list/;
  it.each(fixtures<{ body: { events: Node[] } }>('line', 'inbound').filter(([name]) => !odd.test(name)))(
    '%s is what LINE sends',
    (_, { body }) => {
      for (const event of body.events) {
        expect(wrong(event, 'Event')).toEqual([]);
        if (event.message) expect(wrong(event.message, 'MessageContent')).toEqual([]);
      }
    },
  );
});
