import { asciiDigits } from '../../text/fold.ts';
import type { ChannelSetup, ChannelType, SettingSchema } from './channel.ts';

/** What the form of a channel holds: its own parts by name, and each setting under `settings.<name>`, as it is typed. */
export interface Values {
  lane: string;
  name: string;
  queue: string;
  enabled: boolean;
  sandbox: boolean;
  [setting: SettingField]: unknown;
}

export type SettingField = `settings.${string}`;

export const settingField = (name: string): SettingField => `settings.${name}`;

/** The parts of one thing in a list of such, as they are typed. */
export type Parts = Record<string, unknown>;

/** How a setting is drawn, which follows from its schema alone. */
export type Shape =
  | 'switch'
  | 'choice'
  | 'number'
  | 'text'
  | 'lines'
  | 'secret'
  | 'words'
  | 'several'
  | 'pairs'
  | 'rows'
  | 'json';

export function shapeOf(schema: SettingSchema): Shape {
  if (schema.secret) return 'secret';
  if (schema.enum) return 'choice';
  switch (schema.type) {
    case 'boolean':
      return 'switch';
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
      return schema.lines ? 'lines' : 'text';
    case 'array':
      if (schema.items?.enum) return 'several';
      if (schema.items?.type === 'object') return 'rows';
      return schema.items?.type === 'string' ? 'words' : 'json';
    default:
      return schema.patternProperties ? 'pairs' : 'json';
  }
}

/** What a setting of this schema is typed as, given its value; a secret is never told. */
export function typed(schema: SettingSchema, value: unknown = schema.default): unknown {
  switch (shapeOf(schema)) {
    case 'secret':
      return '';
    case 'switch':
      return value === true;
    case 'number':
      return value === undefined ? '' : String(value);
    case 'words':
      return ((value as string[]) ?? []).join('\n');
    case 'several':
      return (value as string[]) ?? [];
    case 'pairs':
      return Object.entries((value as Record<string, string>) ?? {}).map(([key, text]) => ({ key, text }));
    case 'rows':
      return ((value as object[]) ?? []).map((row) => typedParts(schema.items!, row as Parts));
    case 'json':
      return value === undefined ? '' : JSON.stringify(value, null, 2);
    default:
      return value ?? '';
  }
}

function typedParts(schema: SettingSchema, value: Parts): Parts {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, part]) => [name, typed(part, value[name])]),
  );
}

/** What was typed as the value that it stands for; undefined: nothing. Throws for what is no JSON. */
export function meant(schema: SettingSchema, given: unknown): unknown {
  switch (shapeOf(schema)) {
    case 'switch':
    case 'several':
      return given;
    case 'number': {
      const text = asciiDigits(String(given)).trim();
      return text === '' ? undefined : Number(text);
    }
    case 'words': {
      const words = String(given)
        .split('\n')
        .map((word) => word.trim())
        .filter((word) => word !== '');
      // An empty list says something where the list that one begins with is not.
      return words.length > 0 || (schema.default as unknown[] | undefined)?.length ? words : undefined;
    }
    case 'pairs': {
      const pairs = (given as { key: string; text: string }[]).filter(({ key }) => key.trim() !== '');
      return pairs.length > 0
        ? Object.fromEntries(pairs.map(({ key, text }) => [key.trim(), text]))
        : undefined;
    }
    case 'rows': {
      const rows = (given as Parts[]).map((row) => meantParts(schema.items!, row));
      return rows.length > 0 ? rows : undefined;
    }
    case 'json':
      return String(given).trim() === '' ? undefined : JSON.parse(String(given));
    case 'text':
      return String(given).trim() === '' ? undefined : String(given).trim();
    default:
      return given === '' ? undefined : given;
  }
}

function meantParts(schema: SettingSchema, row: Parts): Parts {
  const parts = Object.entries(schema.properties ?? {}).map(
    ([name, part]) => [name, meant(part, row[name])] as const,
  );
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}

/** The form of a channel as the server has it, or of a new one. */
export function valuesOf(type: ChannelType, channel?: ChannelSetup): Values {
  const { name = '', queue = '', enabled = true, sandbox = false, lane = '', settings = {} } = channel ?? {};
  const fields = Object.entries(type.settings.properties).map(
    ([key, schema]) => [settingField(key), typed(schema, channel ? settings[key] : schema.default)] as const,
  );
  return {
    lane,
    name: name === channel?.id ? '' : name,
    queue,
    enabled,
    sandbox,
    ...Object.fromEntries(fields),
  };
}

/**
 * The settings as they are to be saved: all that are no secret, and of the secrets those that were typed; `null` takes
 * one away.
 */
export function settingsOf(type: ChannelType, values: Values): Record<string, unknown> {
  const given = Object.entries(type.settings.properties).map(([name, schema]) => {
    const value = values[settingField(name)];
    if (!schema.secret) return [name, meant(schema, value)] as const;
    return [name, value === null ? null : value === '' ? undefined : value] as const;
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** Whether a setting is of use, as the others stand. */
export function isShown({ when = {} }: SettingSchema, values: Values): boolean {
  return Object.entries(when).every(([other, wanted]) => wanted.includes(values[settingField(other)]));
}

/** The names of the secrets of a type, as fields. */
export const secretFields = ({ settings }: ChannelType) =>
  Object.entries(settings.properties)
    .filter(([, { secret }]) => secret)
    .map(([name]) => settingField(name));
