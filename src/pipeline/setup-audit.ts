import {
  type Deed,
  differences,
  type FieldChange,
  type SetUpKind,
  secretDifferences,
} from '../model/audit.ts';
import type { Setup } from '../model/setup.ts';
import { endpointName } from '../model/web-address.ts';
import type { Draft } from './setup-draft.ts';
import { channelSecrets, openEndpoint } from './setup-secrets.ts';

/** A kind of thing that is set up, as the audit log tells it. */
interface Told<T> {
  kind: SetUpKind;
  /** All of them, by what stays when everything else of one changes. */
  all(setup: Setup): Iterable<[string | number, T]>;
  /** As the API names it, and for people. */
  id(one: T): string;
  name?(one: T): string | undefined;
  /** What nobody sets, or what is a secret. */
  without: readonly (keyof T)[];
  /** Its secrets: which were set, replaced or removed. */
  secrets?(draft: Draft, key: string): FieldChange[];
  /** A better word than `changed`, for what changed. */
  verb?(changes: FieldChange[], before: T, after: T): 'enabled' | 'disabled' | 'rotated' | undefined;
}

const told = <T>(one: Told<T>) => one as Told<unknown>;

/** All kinds: what is read with the setup is looked at here, so that no change of it goes by. */
const kinds: Readonly<Record<Exclude<keyof Setup, 'business'>, Told<unknown>>> = {
  apps: told({
    kind: 'app',
    all: ({ apps }) => apps,
    id: ({ code }) => code,
    name: ({ name }) => name,
    without: ['id'],
  }),
  queues: told({
    kind: 'queue',
    all: ({ queues }) => queues,
    id: ({ code }) => code,
    name: ({ name }) => name,
    without: [],
  }),
  teams: told({
    kind: 'team',
    all: ({ teams }) => teams,
    id: ({ code }) => code,
    name: ({ name }) => name,
    without: [],
  }),
  agents: told({
    kind: 'agent',
    all: ({ agents }) => agents,
    id: ({ code }) => code,
    name: ({ name }) => name,
    without: ['no'],
  }),
  tags: told({
    kind: 'tag',
    all: ({ tags }) => tags,
    id: ({ id }) => String(id),
    name: ({ name }) => name,
    without: ['id', 'createdAt', 'updatedAt', 'createdBy'],
  }),
  customFields: told({
    kind: 'customField',
    all: ({ customFields }) => customFields,
    id: ({ key }) => key,
    name: ({ name }) => name,
    without: ['id'],
  }),
  channels: told({
    kind: 'channel',
    all: ({ channels }) => channels,
    id: ({ id }) => id,
    name: ({ name }) => name,
    without: ['id', 'accountId', 'attention', 'pausedUntil'],
    secrets: secretsOfChannel,
  }),
  templates: told({
    kind: 'template',
    all: ({ templates }) => templates.map((one) => [one.id, one]),
    id: ({ code, lang }) => `${code}/${lang}`,
    name: ({ name }) => name,
    // Who notes them tells of each: see `noteApproval`.
    without: ['id', 'createdAt', 'approvals'],
  }),
  vars: told({
    kind: 'var',
    all: ({ vars }) => vars.map((one) => [one.id, one]),
    id: ({ key }) => key,
    name: ({ channelId }) => channelId,
    without: ['id'],
  }),
  endpoints: told({
    kind: 'endpoint',
    all: ({ endpoints }) => endpoints,
    id: ({ id }) => id,
    name: (endpoint) => endpointName(endpoint),
    without: ['id', 'createdAt', 'updatedAt'],
    secrets: secretsOfEndpoint,
    verb(changes, before, after) {
      if (changes.every(({ secret }) => secret !== undefined)) return 'rotated';
      const isSwitch = changes.every(({ field }) => /^(enabled|disabledAt|disabledReason)$/.test(field));
      if (!isSwitch) return undefined;
      const worked = before.enabled && before.disabledAt === undefined;
      const works = after.enabled && after.disabledAt === undefined;
      return worked === works ? undefined : works ? 'enabled' : 'disabled';
    },
  }),
};

/** What was done to the setup of a business in a draft: what it says itself, and what differs from how it was. */
export function deedsOf(draft: Draft): Deed[] {
  const { setup, before, deeds } = draft;
  const { domain, name } = setup.business;
  const ofBusiness = differences(withoutKeys(before.business, ['id']), withoutKeys(setup.business, ['id']));
  return [
    ...(ofBusiness.length > 0
      ? [{ what: 'business.changed', id: domain, name, changes: ofBusiness } as const]
      : []),
    ...Object.values(kinds).flatMap((kind) => deedsOfKind(draft, kind)),
    ...deeds,
  ];
}

function deedsOfKind(draft: Draft, kind: Told<unknown>): Deed[] {
  const before = new Map(kind.all(draft.before));
  const after = new Map(kind.all(draft.setup));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): Deed[] => {
    const [old, now] = [before.get(key), after.get(key)];
    // What was written, even as it was, is another object: see `openDraft`.
    if (old === now) return [];
    const changes = [
      ...differences(withoutKeys(old, kind.without), withoutKeys(now, kind.without)),
      ...(kind.secrets?.(draft, String(key)) ?? []),
    ];
    if (old !== undefined && now !== undefined && changes.length === 0) return [];
    const shown = now ?? old;
    const name = kind.name?.(shown);
    return [
      {
        what: verbOf(kind, old, now, changes),
        id: kind.id(shown),
        ...(name !== undefined && { name }),
        changes,
      },
    ];
  });
}

function verbOf(kind: Told<unknown>, old: unknown, now: unknown, changes: FieldChange[]): Deed['what'] {
  if (old === undefined) return `${kind.kind}.created`;
  if (now === undefined) return `${kind.kind}.removed`;
  return `${kind.kind}.${kind.verb?.(changes, old, now) ?? 'changed'}` as Deed['what'];
}

function withoutKeys(value: unknown, keys: readonly PropertyKey[]): unknown {
  if (value === undefined) return undefined;
  return Object.fromEntries(Object.entries(value as object).filter(([key]) => !keys.includes(key)));
}

function secretsOfChannel({ tools, businessId, sealed, sealedBefore }: Draft, id: string): FieldChange[] {
  const [old, now] = [sealedBefore.channels.get(id), sealed.channels.get(id)];
  if (old === now) return [];
  const opened = (bytes: Buffer | undefined) =>
    named('settings', channelSecrets(tools.seal, businessId, id, bytes));
  return secretDifferences(opened(old), opened(now));
}

function secretsOfEndpoint({ tools, businessId, sealed, sealedBefore }: Draft, id: string): FieldChange[] {
  const [old, now] = [sealedBefore.endpoints.get(id), sealed.endpoints.get(id)];
  if (old === now) return [];
  const opened = (bytes: Buffer | undefined) => {
    if (!bytes) return {};
    const { secret, verifyToken } = openEndpoint(tools.seal, businessId, id, bytes);
    return { secret, verifyToken };
  };
  return secretDifferences(opened(old), opened(now));
}

const named = (place: string, values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${place}.${name}`, value]));
