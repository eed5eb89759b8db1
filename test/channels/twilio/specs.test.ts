import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { renderFor } from '../../../src/channels/fallback.ts';
import { channelOf } from '../../../src/channels/index.ts';
import type { Content } from '../../../src/model/message.ts';
import { fakeCall, outgoing } from '../tools.ts';
import { twilioSample as sample } from './sample.ts';

// Twilio's published description: kept beside the repository, so it may not be there.
const file = new URL('../../../../shared/contract/specs/twilio-messages.json', import.meta.url);
const described = existsSync(file);
if (!described)
  console.warn('skipped: ../shared/contract/specs/twilio-messages.json is not there to be tested against');

interface Operation {
  parameters: { name: string; schema: object }[];
  requestBody: { content: Record<string, { schema: { properties: Record<string, Property> } }> };
}
interface Property {
  type?: string;
}
interface Described {
  paths: Record<string, { post: Operation }>;
}

const path = '/2010-04-01/Accounts/{AccountSid}/Messages.json';
const messages: [what: string, content: Content, account: object][] = [
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
  ['a location', { type: 'location', location: { latitude: '24.7', longitude: '46.6' } }, {}],
];

describe.skipIf(!described)('what goes out, by Twilio’s description', () => {
  const description = described ? (JSON.parse(readFileSync(file, 'utf8')) as Described) : { paths: {} };
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'twilio', ...description });
  const wrongIn = (schema: object, value: unknown) => {
    const validate = ajv.compile(schema);
    validate(value);
    return validate.errors ?? [];
  };

  it.each(messages)('%s', async (_, content, account) => {
    const { post } = description.paths[path]!;
    const door = channelOf('twilio')!;
    const { call, requests } = fakeCall(sample.accepts!);
    const message = outgoing(renderFor(content, door.carries), {
      callback: 'https://parley.example/webhook/twilio/a',
      lane: sample.lane.lane,
    });
    await door.send(message, { ...sample.account, ...account }, call);
    const [{ url, body }] = requests as unknown as [{ url: string; body: URLSearchParams }];
    const [, sid] = /\/2010-04-01\/Accounts\/([^/]+)\/Messages\.json$/.exec(url)!;
    expect(wrongIn(post.parameters.find(({ name }) => name === 'AccountSid')!.schema, sid)).toEqual([]);
    const { schema } = post.requestBody.content['application/x-www-form-urlencoded']!;
    const form = formOf(body, schema.properties);
    expect(Object.keys(form).filter((name) => !schema.properties[name])).toEqual([]);
    const $ref = `twilio#/paths/${escaped(path)}/post/requestBody/content/${escaped('application/x-www-form-urlencoded')}/schema`;
    expect(wrongIn({ $ref }, form)).toEqual([]);
    expect(form).toHaveProperty('To');
  });
});

/** A form as the object that the description speaks of: what may stand in it several times is a list. */
function formOf(body: URLSearchParams, properties: Record<string, Property>): Record<string, unknown> {
  return Object.fromEntries(
    [...new Set(body.keys())].map((name) => [
      name,
      properties[name]?.type === 'array' ? body.getAll(name) : body.get(name),
    ]),
  );
}

/** A name as it stands in a JSON pointer inside an address. */
function escaped(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}
