import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { fixtures } from '../tools.ts';

// LINE's published descriptions: kept beside the repository, so they may not be there.
function described(name: string): Described | undefined {
  const file = new URL(`../../../../shared/contract/specs/${name}`, import.meta.url);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Described;
  console.warn(`skipped: ../shared/contract/specs/${name} is not there to be tested against`);
  return undefined;
}

interface Described {
  components: { schemas: Record<string, { discriminator?: { mapping: Record<string, string> } }> };
}

/** What is wrong with a value by a schema; what its `type` makes of it is looked up, since JSON Schema does not. */
function checker(description: Described) {
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
    const name = schemas[base]!.discriminator?.mapping[type]?.split('/').at(-1);
    return name === undefined ? [`${base} has no ${type}`] : wrongBy(value, name);
  };
}

type Node = Record<string, unknown>;

/** Each object below a message with the schema that its place calls for. */
function* placesIn(message: Node): Generator<[value: Node, base: string]> {
  yield [message, 'Message'];
  const { quickReply, contents } = message as { quickReply?: { items: { action: Node }[] }; contents?: Node };
  for (const { action } of quickReply?.items ?? []) yield [action, 'Action'];
  if (!contents) return;
  yield [contents, 'FlexContainer'];
  for (const part of [contents.body, contents.footer]) {
    if (!part) continue;
    yield [part as Node, 'FlexComponent'];
    for (const one of (part as { contents: Node[] }).contents) {
      yield [one, 'FlexComponent'];
      if (one.action) yield [one.action as Node, 'Action'];
    }
  }
}

const api = described('line-messaging-api.json');
describe.skipIf(!api)('what goes out, by LINE’s description', () => {
  const wrong = api ? checker(api) : () => [];
  it.each(fixtures<{ request: { body: { messages: Node[] } } }>('line', 'outbound'))(
    '%s',
    (_, { request }) => {
      const { messages } = request.body;
      expect(messages.length).toBeGreaterThan(0);
      expect(messages.length).toBeLessThanOrEqual(5);
      expect(
        messages.flatMap((one) => [...placesIn(one)].flatMap(([value, base]) => wrong(value, base))),
      ).toEqual([]);
    },
  );

  it('would notice what is wrong', () => {
    expect(wrong({ type: 'text' }, 'Message')).not.toEqual([]);
    expect(wrong({ type: 'words' }, 'Message')).toEqual(['Message has no words']);
    expect(wrong({ type: 'postback', data: 'x'.repeat(301) }, 'Action')).not.toEqual([]);
  });
});

const webhook = described('line-webhook.json');
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
