import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CallRequest } from '../../../src/channels/channel.ts';
import { allowedUpdates } from '../../../src/channels/telegram/inbound.ts';
import { fixtures } from '../tools.ts';

// The published description of the Bot API: kept beside the repository, so it may not be there.
const file = new URL('../../../../shared/contract/specs/telegram-bot-api.json', import.meta.url);

interface Field {
  name: string;
  types: string[];
  required: boolean;
}
interface Described {
  methods: Record<string, { fields?: Field[] }>;
  types: Record<string, { fields?: Field[]; subtypes?: string[] }>;
}

const description = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Described) : undefined;
if (!description)
  console.warn('skipped: ../shared/contract/specs/telegram-bot-api.json is not there to be tested against');

const plain: Record<string, (value: unknown) => boolean> = {
  Integer: Number.isSafeInteger,
  Float: Number.isFinite,
  String: (value) => typeof value === 'string' && value !== '',
  Boolean: (value) => typeof value === 'boolean',
};

/** What is wrong with a value, by where; nothing when it is of one of these types. */
function wrongIn(value: unknown, types: string[], at: string): string[] {
  const tried = types.map((type) => wrongAs(value, type, at));
  return tried.find((wrong) => wrong.length === 0) ?? tried[0] ?? [`${at} has no type`];
}

function wrongAs(value: unknown, type: string, at: string): string[] {
  if (plain[type]) return plain[type](value) ? [] : [`${at} is no ${type}: ${JSON.stringify(value)}`];
  if (type.startsWith('Array of ')) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((item, i) => wrongIn(item, [type.slice('Array of '.length)], `${at}[${i}]`));
  }
  const { fields = [], subtypes } = description!.types[type] ?? {};
  if (subtypes?.length) return wrongIn(value, subtypes, at);
  return wrongFields(value, fields, at);
}

function wrongFields(value: unknown, fields: Field[], at: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${at} is no object`];
  const given = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
  const known = new Map(fields.map((field) => [field.name, field]));
  return [
    ...fields
      .filter(({ name, required }) => required && given[name] === undefined)
      .map(({ name }) => `${at}.${name} is missing`),
    ...Object.entries(given).flatMap(([name, item]) => {
      const field = known.get(name);
      return field ? wrongIn(item, field.types, `${at}.${name}`) : [`${at}.${name} is not known`];
    }),
  ];
}

function wrongRequest(method: string, params: unknown): string[] {
  const described = description!.methods[method];
  return described ? wrongFields(params, described.fields ?? [], method) : [`${method} is not known`];
}

describe.skipIf(!description)('what the bot asks, by the description of the Bot API', () => {
  const all = fixtures<{ request: Pick<CallRequest, 'url' | 'body'> }>('telegram', 'outbound');
  it.each(all)('%s', (_, { request }) => {
    expect(wrongRequest(request.url.split('/').at(-1)!, request.body)).toEqual([]);
  });

  it('would notice what is wrong', () => {
    const chat_id = 7;
    expect(wrongRequest('sendMessages', {})).toEqual(['sendMessages is not known']);
    expect(wrongRequest('sendMessage', { chat_id })).toEqual(['sendMessage.text is missing']);
    expect(wrongRequest('sendMessage', { chat_id, text: 'Hi', words: 1 })).toEqual([
      'sendMessage.words is not known',
    ]);
    const odd = {
      chat_id,
      text: 'Hi',
      reply_markup: { inline_keyboard: [[{ text: 'Yes', callback_data: 7 }]] },
    };
    expect(wrongRequest('sendMessage', odd)).not.toEqual([]);
    expect(
      wrongRequest('sendMessage', { chat_id, text: 'Hi', entities: [{ type: 'bold', offset: 0 }] }),
    ).toEqual(['sendMessage.entities[0].length is missing']);
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
