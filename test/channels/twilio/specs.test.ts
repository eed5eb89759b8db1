import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { channelOf } from '../../../src/channels/index.ts';
import type { Content } from '../../../src/model/message.ts';
import { type Description, type Mock, openMock, published } from '../published.ts';
import { twilioSample as sample } from './sample.ts';

const messages: [what: string, content: Content, account: Record<string, unknown>][] = [
  ['a text', { type: 'text', text: 'Hello' }, {}],
  [
    'a text of a messaging service',
    { type: 'text', text: 'Hello' },
    { messagingServiceSid: `MG${'0'.repeat(32)}` },
  ],
  [
    'a picture',
    { type: 'image', media: { link: 'https://files.example/1.png', caption: 'Ours' } },
    { mms: true },
  ],
  [
    'a picture as a link',
    { type: 'image', media: { link: 'https://files.example/1.png', caption: 'Ours' } },
    {},
  ],
  ['a film', { type: 'video', media: { link: 'https://files.example/1.mp4' } }, { mms: true }],
  ['a song', { type: 'audio', media: { link: 'https://files.example/1.mp3' } }, { mms: true }],
  ['a voice message', { type: 'voice', media: { link: 'https://files.example/1.ogg' } }, { mms: true }],
  ['a document', { type: 'document', media: { link: 'https://files.example/1.pdf' } }, { mms: true }],
  ['a location', { type: 'location', location: { latitude: '24.7', longitude: '46.6' } }, {}],
  [
    'a contact card',
    { type: 'contacts', cards: [{ name: { formatted_name: 'Ann' }, phones: [{ phone: '+1' }] }] },
    {},
  ],
  [
    'choices',
    { type: 'text', text: 'Tea?', buttons: [{ type: 'QUICK_REPLY', code: 'y', label: 'Yes' }] },
    {},
  ],
  ['a template', { type: 'template', text: 'Dear Ann, …' }, {}],
];

const path = '/2010-04-01/Accounts/{AccountSid}/Messages.json';

interface Form {
  schema: { properties: Record<string, { type?: string }> };
  encoding?: Record<string, object>;
}
function formOf(description: Description): Form {
  const { post } = description.paths[path] as { post: { requestBody: { content: Record<string, Form> } } };
  return post.requestBody.content['application/x-www-form-urlencoded']!;
}

/** The same description, which says of lists what is so by default: the name stands there once for each. */
function spelledOut(description: Description): Description {
  const copy = structuredClone(description);
  const form = formOf(copy);
  const lists = Object.entries(form.schema.properties).filter(([, { type }]) => type === 'array');
  form.encoding = Object.fromEntries(lists.map(([name]) => [name, { style: 'form', explode: true }]));
  return copy;
}

const description = published<Description>('twilio-messages.json');
describe.skipIf(!description)('what goes out, by a mock of Twilio’s description', () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await openMock(spelledOut(description!), path);
  });
  afterAll(() => mock.close());
  beforeEach(() => {
    mock.wrong.length = 0;
  });

  it.each(messages)('%s', async (_, content, account) => {
    const message = { callback: 'https://parley.example/webhook/twilio/a', lane: sample.lane.lane };
    await mock.send(sample, content, { message, account });
    expect(mock.wrong).toEqual([]);
    // The mock passes over fields that it does not know.
    const known = Object.keys(formOf(description!).schema.properties);
    expect(known).toEqual(expect.arrayContaining([...(mock.asked.at(-1)!.body as URLSearchParams).keys()]));
  });

  it('is every kind of message that the channel carries', () => {
    const { out } = channelOf('twilio')!.carries;
    expect(new Set(messages.map(([, { type }]) => type))).toEqual(new Set(Object.keys(out)));
  });

  const basic = `Basic ${Buffer.from('a:b').toString('base64')}`;
  it.each<[what: string, form: Record<string, string>, headers: Record<string, string>, wrong: RegExp]>([
    ['nobody who gets it', { Body: 'Hi' }, { authorization: basic }, /'To'/],
    ['a file that is no address', { To: '1', MediaUrl: 'no address' }, { authorization: basic }, /MediaUrl/],
    ['no credentials', { To: '1', Body: 'Hi' }, {}, /security/i],
  ])('would not be let through with %s', async (_, fields, headers, wrong) => {
    const address = path.replace('{AccountSid}', `AC${'0'.repeat(32)}`);
    expect(await mock.post(address, new URLSearchParams(fields), headers)).toBeGreaterThan(399);
    expect(mock.wrong.join()).toMatch(wrong);
  });
});
