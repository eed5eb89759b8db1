import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { channelOf } from '../../../src/channels/index.ts';
import { type Case, type Description, type Mock, openMock, pathOf, published, typed } from '../published.ts';
import { fixtures } from '../tools.ts';
import { cloudSample, dialogSample } from './sample.ts';

/** What each of Meta's samples must become: types of messages, and kinds or codes of events. */
const outcomes: Record<string, { messages?: string[]; events?: string[] }> = {
  'Text Message': { messages: ['text'] },
  'Text Message with Context (Product Inquiry)': { messages: ['text'] },
  'Text Message from Click to WhatsApp Ad': { messages: ['text'] },
  'Reaction Message': { messages: ['reaction'] },
  'Image Message': { messages: ['image'] },
  'Location Message': { messages: ['location'] },
  'Contact Sharing Message': { messages: ['contacts'] },
  'Unsupported Message': { messages: ['unsupported'] },
  'Button Message': { messages: ['text'] },
  'Interactive List Reply Message': { messages: ['text'] },
  'Interactive Button Reply Message': { messages: ['text'] },
  'Order Message': { messages: ['text'], events: ['ORDER'] },
  'System Message': { events: ['address-changed'] },
  'Group Create Message': { events: ['GROUP_LIFECYCLE_UPDATE'] },
  'Group Settings Update': { events: ['GROUP_SETTINGS_UPDATE'] },
  'Group Remove Participants': { events: ['GROUP_PARTICIPANTS_UPDATE'] },
};

const samples = published<Record<string, unknown>>('meta-webhook-examples.json');

describe.skipIf(!samples)('Meta’s samples of webhooks', () => {
  const cases = Object.entries(samples ?? {}).flatMap(([name, body]) =>
    [cloudSample, dialogSample].map((sample) => ({ name, body, type: sample.type, sample })),
  );
  it.each(cases)('$name is understood ($type)', async ({ name, body, sample }) => {
    const request = sample.signed(JSON.stringify(body));
    const received = await channelOf(sample.type)!.receive(request, sample.account, sample.lane);
    expect(received.ignored).toEqual([]);
    const { messages = [], events = [] } = outcomes[name] ?? {};
    expect(received.messages.map(({ content }) => content.type)).toEqual(messages);
    expect(received.events.map((event) => ('code' in event ? event.code : event.kind))).toEqual(events);
    expect(received.messages.length + received.events.length, 'nothing came of it').toBeGreaterThan(0);
    for (const { csid, timestamp } of received.messages) {
      expect(csid).toMatch(/^\d{11}$/);
      expect(new Date(timestamp).getUTCFullYear()).toBe(2025);
    }
  });
});

/** A place in which the description contradicts Meta's pages: positions of buttons begin with 0. */
function amended(description: Description): Description {
  return JSON.parse(JSON.stringify(description).replaceAll('"^[2-6, 11-14]$"', '"^[0-9]$"')) as Description;
}

// Links and requests for a location are interactive messages, too, which the description does not know.
const undescribed = new Set(['a request for a location', 'one link as a link button']);
const cases = fixtures<Case>('whatsapp', 'outbound');
const described = cases.filter(([name]) => !undescribed.has(name));
const description = published<Description>('meta-whatsapp.json');

describe.skipIf(!description)('what goes out, by a mock of Meta’s description', () => {
  const [messages, media] = ['/{Version}/{Phone-Number-ID}/messages', '/{Version}/{Phone-Number-ID}/media'];
  const here = '/v23.0/106540352242922';
  let mock: Mock;
  beforeAll(async () => {
    mock = await openMock(typed(amended(description!)), messages, media);
  });
  afterAll(() => mock.close());
  beforeEach(() => {
    mock.wrong.length = 0;
  });

  it.each(described)('%s', async (_, { content, ...how }) => {
    await mock.send(cloudSample, content, how);
    expect(mock.wrong).toEqual([]);
  });

  it('is every kind of message that the channel carries, but for those that are not described', async () => {
    const { out } = channelOf('wacfb')!.carries;
    expect(new Set(described.map(([, { content }]) => content.type))).toEqual(new Set(Object.keys(out)));
    expect(described.length).toBe(cases.length - undescribed.size);
    for (const [, { content, ...how }] of cases.filter(([name]) => undescribed.has(name)))
      await mock.send(cloudSample, content, how).catch(() => {});
    expect(mock.wrong.join()).toMatch(/interactive.type must be equal to one of/);
  });

  it('a file that is uploaded', async () => {
    await mock.upload(cloudSample, { blob: new Blob(['x'], { type: 'image/png' }), mime: 'image/png' });
    expect(mock.wrong).toEqual([]);
    expect(pathOf(mock.asked.at(-1)!)).toBe(`${here}/media`);
  });

  it('who writes, and what was read', async () => {
    const person = {
      csid: '919988776655',
      providerId: 'wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBJDQjZCMzlEQUE4OTJBMTE4RTUA',
    };
    await mock.show(cloudSample, 'typing', person);
    await mock.show(cloudSample, 'read', person);
    expect(mock.wrong).toEqual([]);
    const told = { messaging_product: 'whatsapp', status: 'seen', message_id: 'wamid.1' };
    expect(await mock.post(`${here}/messages`, told)).toBeGreaterThan(399);
  });

  const to = { messaging_product: 'whatsapp', to: '919988776655' };
  it.each<[what: string, message: object, wrong: RegExp]>([
    ['a text without its words', { ...to, type: 'text', text: { words: '' } }, /text/],
    ['nobody who gets it', { messaging_product: 'whatsapp', type: 'text', text: { body: 'Hi' } }, /'to'/],
    ['a type that there is not', { ...to, type: 'letter', letter: {} }, /type/],
    ['four buttons', { ...to, type: 'interactive', interactive: buttons(4) }, /action/],
  ])('would not be let through with %s', async (_, message, wrong) => {
    expect(await mock.post(`${here}/messages`, message)).toBeGreaterThan(399);
    expect(mock.wrong.join()).toMatch(wrong);
  });

  it('would not be let through without its token', async () => {
    await mock.post(`${here}/messages`, { ...to, type: 'text', text: { body: 'Hi' } }, {});
    expect(mock.wrong.join()).toMatch(/authorization|security/i);
  });
});

function buttons(count: number): object {
  const buttons = Array.from({ length: count }, (_, i) => ({
    type: 'reply',
    reply: { id: `${i}`, title: `${i}` },
  }));
  return { type: 'button', body: { text: 'Which?' }, action: { buttons } };
}
