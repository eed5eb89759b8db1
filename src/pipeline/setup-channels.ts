import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { Channel } from '../channels/channel.ts';
import type { ContactType } from '../model/contact.ts';
import { newUnguessableId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { invalid, missing, Problem } from '../model/problem.ts';
import type { ChannelSetup } from '../model/setup.ts';
import { forgetFaults } from '../store/channel-health.ts';
import { isDuplicate } from '../store/database.ts';
import { forgetChannel } from '../store/media-uploads.ts';
import * as store from '../store/setup-channels.ts';
import * as templateSync from '../store/template-sync.ts';
import { tellMended } from './channel-mending.ts';
import type { Change, ChannelChange } from './setup.ts';
import { checkKnown, checkName, checkStorable, same } from './setup-check.ts';
import { type Draft, settle } from './setup-draft.ts';
import { channelSecrets, sealChannel } from './setup-secrets.ts';

type Settings = Record<string, unknown>;

/** Creates or changes a channel. Secret settings that are left out stay as they are; null takes one away. */
export async function putChannel(draft: Draft, change: ChannelChange): Promise<Change<ChannelSetup>> {
  const { tools, setup, businessId } = draft;
  const channel = channelOf(tools.channels, change.type);
  const id = `${change.type}:${checkLane(change.lane)}`;
  const before = setup.channels.get(id);
  const queue = change.queue === undefined ? before?.queue : change.queue || undefined;
  if (queue !== undefined) checkKnown(setup.queues, queue, 'queue', 'queue');
  const secretsBefore = channelSecrets(tools.seal, businessId, id, draft.sealed.channels.get(id));
  const { open, secrets } = settingsOf(channel, change.settings, before?.settings ?? {}, secretsBefore);
  const value: ChannelSetup = present({
    ...before,
    id,
    type: change.type,
    contactType: contactTypeOf(channel, { ...open, ...secrets }, before),
    lane: change.lane,
    name: checkName(change.name ?? before?.name ?? id),
    accountId: before?.accountId ?? newUnguessableId(),
    sandbox: change.sandbox ?? before?.sandbox ?? false,
    enabled: change.enabled ?? before?.enabled ?? true,
    queue,
    settings: open,
  });
  return settle(draft, value, {
    exists: before !== undefined,
    differs: !same(before, value) || !same(secretsBefore, secrets),
    write: () => write(draft, value, channel, secrets, before?.attention !== undefined),
  });
}

/** What the channel carries. It stays what it was: the ids of all contacts on the channel begin with it. */
function contactTypeOf(channel: Channel, account: Settings, before: ChannelSetup | undefined): ContactType {
  const type = channel.contactTypeOf?.(account) ?? channel.contactType;
  if (before === undefined || before.contactType === type) return type;
  throw new Problem(
    'conflict',
    `This channel carries ${before.contactType}, and the ids of its contacts begin with that: set up another channel for ${type}.`,
    { field: 'settings', code: 'CONTACT_TYPE_FIXED', value: type },
  );
}

async function write(
  draft: Draft,
  value: ChannelSetup,
  channel: Channel,
  secrets: Settings,
  neededAttention: boolean,
): Promise<void> {
  const { tools, tx, businessId } = draft;
  const sealed = sealChannel(tools.seal, businessId, value.id, secrets);
  const token = connectorToken(channel, secrets);
  const tokenHash = token === undefined ? undefined : tools.seal.hash(token);
  await store.put(tx, businessId, value, { sealed, tokenHash }).catch((error: unknown) => {
    if (!isDuplicate(error, 'channel_token_hash_key')) throw error;
    throw new Problem('conflict', 'Another channel has this token already.', {
      field: 'settings',
      code: 'TOKEN_TAKEN',
    });
  });
  // What stood against the channel is cleared with the change.
  delete value.attention;
  delete value.pausedUntil;
  if (neededAttention) await tellMended(draft, value.id, 'Its settings were changed.');
  draft.setup.channels.set(value.id, value);
  if (sealed) draft.sealed.channels.set(value.id, sealed);
  else draft.sealed.channels.delete(value.id);
  if (channel.templates) await templateSync.begin(tx, { businessId, channelId: value.id });
  // With other settings it may be another account, which knows nothing of what the first was given.
  await forgetChannel(tx, businessId, value.id);
  await forgetFaults(tx, businessId, value.id);
}

/** The channel of a type, or a problem that lists the types. */
export function channelOf(channels: readonly Channel[], type: string): Channel {
  if (!type) throw missing('type');
  const found = channels.find((channel) => channel.types.includes(type));
  if (found) return found;
  const possibleValues = channels.flatMap((channel) => channel.types);
  throw invalid('type', `There is no channel type "${type}".`, {
    code: 'UNKNOWN_CHANNEL_TYPE',
    value: type,
    possibleValues,
  });
}

function checkLane(lane: string): string {
  if (!lane) throw missing('lane');
  if (!/^[^\s/\p{Cc}\p{Cs}]{1,128}$/u.test(lane)) {
    throw invalid('lane', 'lane must be 1 to 128 characters without white space and "/"', { value: lane });
  }
  return lane;
}

/** The properties that an account schema marks as secret. */
function secretNames(channel: Channel): Set<string> {
  return new Set(propertiesOf(channel).flatMap(([name, schema]) => (schema.secret === true ? [name] : [])));
}

/**
 * The secret by which a connector of the business's own names itself on our inbound gateway, where the
 * channel has such a one: its schema marks it `connectorToken: true`.
 */
function connectorToken(channel: Channel, secrets: Settings): string | undefined {
  const name = propertiesOf(channel).find(([, schema]) => schema.connectorToken === true)?.[0];
  const token = name === undefined ? undefined : secrets[name];
  return typeof token === 'string' && token ? token : undefined;
}

/** Settings that we make up where the operator gives none: their schemas say `generated: true`. */
function generatedNames(channel: Channel): string[] {
  return propertiesOf(channel).flatMap(([name, schema]) => (schema.generated === true ? [name] : []));
}

type PropertySchema = TSchema & { secret?: unknown; connectorToken?: unknown; generated?: unknown };

function propertiesOf(channel: Channel): [string, PropertySchema][] {
  return Object.entries(channel.account.properties as Record<string, PropertySchema>);
}

/** The settings as the channel's own schema wants them, open and secret ones apart. Throws `Problem`. */
export function settingsOf(
  channel: Channel,
  given: Settings | undefined,
  openBefore: Settings,
  secretsBefore: Settings,
): { open: Settings; secrets: Settings } {
  const names = propertiesOf(channel).map(([name]) => name);
  for (const name of Object.keys(given ?? {})) {
    if (names.includes(name)) continue;
    throw invalid(`settings.${name}`, `This channel has no setting "${name}".`, {
      code: 'UNKNOWN_SETTING',
      possibleValues: names,
    });
  }
  const wanted = given === undefined ? { ...openBefore, ...secretsBefore } : { ...secretsBefore, ...given };
  const merged = Object.fromEntries(
    Object.entries(wanted).filter(([, value]) => value !== null && value !== undefined),
  );
  for (const name of generatedNames(channel)) merged[name] ??= newUnguessableId();
  const settings = Value.Default(channel.account, Value.Convert(channel.account, merged)) as Settings;
  const secret = secretNames(channel);
  checkStorable(settings, 'settings');
  checkSettings(channel, settings, secret);
  const part = (wanted: boolean) =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => secret.has(name) === wanted));
  return { open: part(false), secrets: part(true) };
}

function checkSettings(channel: Channel, settings: Settings, secret: Set<string>): void {
  const errors = Value.Errors(channel.account, settings).map((error) => {
    const path = error.instancePath.split('/').slice(1);
    const required = error.keyword === 'required' ? error.params.requiredProperties[0] : undefined;
    const field = ['settings', ...path, ...(required === undefined ? [] : [required])].join('.');
    const name = path[0] ?? required ?? '';
    const value = secret.has(name) || path.length !== 1 ? undefined : settings[name];
    return {
      field,
      code: required === undefined ? 'INVALID' : 'REQUIRED',
      message: required === undefined ? `${field} ${error.message}` : `${field} is required`,
      ...(value !== undefined && { value }),
    };
  });
  if (errors.length === 0) return;
  const onlyMissing = errors.every((error) => error.code === 'REQUIRED');
  throw new Problem(
    onlyMissing ? 'missing' : 'invalid',
    errors.map((error) => error.message).join('; '),
    errors,
  );
}
