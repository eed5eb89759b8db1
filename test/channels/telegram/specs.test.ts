import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallRequest } from '../../../src/channels/channel.ts';
import { channelOf } from '../../../src/channels/index.ts';
import { allowedUpdates } from '../../../src/channels/telegram/inbound.ts';
import type { Content } from '../../../src/model/message.ts';
import { type Case, type Description, type Mock, openMock, published, type Schema } from '../published.ts';
import { fixtures } from '../tools.ts';
import { telegramSample as sample } from './sample.ts';

interface Field {
  name: string;
  types: string[];
  required: boolean;
}
interface BotApi {
  methods: Record<string, { fields?: Field[]; returns: string[] }>;
  types: Record<string, { fields?: Field[]; subtypes?: string[] }>;
}

const description = published<BotApi>('telegram-bot-api.json');
const sending = /^(send(?!(Media|Paid|Chat(?!Action)))[A-Z]|setMessageReaction$)/;
const all = fixtures<Case & { request: Pick<CallRequest, 'url' | 'body'> }>('telegram', 'outbound');
const { botToken } = sample.account as { botToken: string };

const plain: Record<string, Schema> = {
  Integer: { type: 'integer' },
  Float: { type: 'number' },
  String: { type: 'string', minLength: 1 },
  Boolean: { type: 'boolean' },
  True: { type: 'boolean', enum: [true] },
  // A file stands in a form, in which everything is text.
  InputFile: { type: 'string' },
};

function schemaOf(type: string): Schema {
  if (type.startsWith('Array of ')) return { type: 'array', items: schemaOf(type.slice('Array of '.length)) };
  return plain[type] ?? { $ref: `#/components/schemas/${type}` };
}

function objectOf(fields: Field[] = [], schema: (field: Field) => Schema): Schema {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, schema(field)])),
    required: fields.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

const oneOf = ({ types }: Field): Schema =>
  types.length === 1 ? schemaOf(types[0]!) : { anyOf: types.map(schemaOf) };

/** Telegram publishes its API as pages; of the tables made from these, the methods that send, as OpenAPI. */
function openApiOf({ methods, types }: BotApi): Description {
  const paths = Object.entries(methods)
    .filter(([method]) => sending.test(method))
    .map(([method, { fields, returns }]) => {
      const content = {
        'application/json': { schema: objectOf(fields, oneOf) },
        'multipart/form-data': { schema: objectOf(fields, () => ({ type: 'string' })) },
      };
      const result = returns.includes('Message') ? objectOfAnswer : true;
      const answer = { 'application/json': { example: { ok: true, result } } };
      const post = {
        requestBody: { required: true, content },
        responses: { 200: { description: 'Done', content: answer } },
      };
      return [`/bot${botToken}/${method}`, { post }];
    });
  const schemas = Object.entries(types).map(([name, { fields, subtypes }]) => [
    name,
    subtypes?.length ? { anyOf: subtypes.map(schemaOf) } : objectOf(fields, oneOf),
  ]);
  return {
    openapi: '3.0.3',
    info: { title: 'Bot API', version: '1' },
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(schemas) },
  };
}
const objectOfAnswer = { message_id: 77, date: 1772366400, chat: { id: 919988776655, type: 'private' } };

describe.skipIf(!description)('what the bot asks, by a mock of the description of the Bot API', () => {
  let mock: Mock;
  beforeAll(async () => {
    const api = openApiOf(description!);
    mock = await openMock(api, ...Object.keys(api.paths));
  });
  afterAll(() => mock.close());
  beforeEach(() => {
    mock.wrong.length = 0;
  });

  it.each(all)('%s', async (_, { content, ...how }) => {
    await mock.send(sample, content, how);
    expect(mock.wrong).toEqual([]);
  });

  it.each<[Content['type'], mime: string]>([
    ['image', 'image/png'],
    ['video', 'video/mp4'],
    ['document', 'application/pdf'],
  ])('a file of ours as %s', async (type, mime) => {
    const blob = new Blob(['x'], { type: mime });
    const message = { file: async () => ({ blob, mime, filename: 'ours' }) };
    await mock.send(sample, { type, media: { id: 'm1', mime, caption: 'Ours' } }, { message });
    expect(mock.wrong).toEqual([]);
    expect(mock.asked.at(-1)!.body).toBeInstanceOf(FormData);
  });

  it('who writes', async () => {
    await mock.show(sample, 'typing', { csid: '919988776655' });
    expect(mock.wrong).toEqual([]);
    expect(mock.asked.at(-1)!.body).toEqual({ chat_id: 919988776655, action: 'typing' });
    expect(await mock.post(`/bot${botToken}/sendChatAction`, { chat_id: 7 })).toBeGreaterThan(399);
  });

  it('is every kind of message that the channel carries', () => {
    const { out } = channelOf('tg')!.carries;
    expect(new Set(all.map(([, { content }]) => content.type))).toEqual(new Set(Object.keys(out)));
  });

  const chat_id = 7;
  const markup = (button: object) => ({ inline_keyboard: [[button]] });
  it.each<[what: string, method: string, params: object, wrong: RegExp]>([
    ['a method that there is not', 'sendMessages', {}, /not found|NO_PATH/i],
    ['no text', 'sendMessage', { chat_id }, /'text'/],
    ['a field that there is not', 'sendMessage', { chat_id, text: 'Hi', words: 1 }, /words/],
    [
      'an entity without its length',
      'sendMessage',
      { chat_id, text: 'Hi', entities: [{ type: 'bold', offset: 0 }] },
      /'length'/,
    ],
    [
      'a code that is no text',
      'sendMessage',
      { chat_id, text: 'Hi', reply_markup: markup({ text: 'Yes', callback_data: 7 }) },
      /callback_data/,
    ],
  ])('would not be let through with %s', async (_, method, params, wrong) => {
    expect(await mock.post(`/bot${botToken}/${method}`, params)).toBeGreaterThan(399);
    expect(mock.wrong.join()).toMatch(wrong);
  });

  it('has every button do one thing, and carry no more than Telegram takes', () => {
    const rows = all.flatMap(([, { request }]) => {
      const { reply_markup } = request.body as { reply_markup?: { inline_keyboard?: object[][] } };
      return reply_markup?.inline_keyboard ?? [];
    });
    expect(rows.length).toBeGreaterThan(5);
    for (const button of rows.flat() as { text: string; callback_data?: string }[]) {
      const { text: _, ...actions } = button;
      expect(Object.keys(actions)).toHaveLength(1);
      expect(Buffer.byteLength(button.callback_data ?? 'x')).toBeLessThanOrEqual(64);
    }
  });
});

describe.skipIf(!description)('what the bot is told, by the description of the Bot API', () => {
  it('asks for updates that there are', () => {
    const known = description!.types.Update!.fields!.map(({ name }) => name);
    for (const kind of allowedUpdates) expect(known).toContain(kind);
  });

  it('is tried with fields that there are', () => {
    const known = new Set(description!.types.Message!.fields!.map(({ name }) => name));
    for (const [name, { body }] of fixtures<{ body: { message?: object } }>('telegram', 'inbound'))
      for (const field of Object.keys(body.message ?? {}))
        expect(known.has(field), `${name}: ${field}`).toBe(true);
  });
});
