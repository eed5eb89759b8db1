import { eventTypes } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { invalid, missing, notFound } from '../model/problem.ts';
import { deliveryPolicies, type Endpoint } from '../model/setup.ts';
import * as store from '../store/setup-endpoints.ts';
import type { Change, EndpointChange } from './setup.ts';
import { checkName, checkOneOf, checkText, same } from './setup-check.ts';
import { type Draft, settle } from './setup-draft.ts';
import { appNamed, checkTarget } from './setup-people.ts';
import {
  type FormerSecret,
  type KeptEndpointSecrets,
  newEndpointSecret,
  newVerifyToken,
  openEndpoint,
  sealEndpoint,
  secretOverlapMs,
} from './setup-secrets.ts';

/** All that are in force sign each call: so many replaced ones at most. */
const mostFormer = 5;

/** What putting an endpoint answers: secrets that were made are told, this once; given ones are known already. */
export type EndpointPut = Change<Endpoint> & { secret?: string; verifyToken?: string };

/** Creates or changes an endpoint. A new signing secret leaves the old one in force for a day. */
export async function putEndpoint(draft: Draft, change: EndpointChange): Promise<EndpointPut> {
  const before = endpointMeant(draft, change);
  const appId = before ? before.appId : change.app === undefined ? undefined : appNamed(draft, change.app).id;
  const surface = before?.surface ?? checkSurface(draft, change.surface ?? '');
  const url = change.url ?? before?.url;
  if (!url) throw missing('url');
  if (before && change.isNew) throw taken(url);
  const hears = heard(draft, surface, change, before);
  // An address that failed for long, and was disabled, is another one now.
  const moved = before !== undefined && before.url !== url;
  const value: Endpoint = present({
    ...before,
    ...(moved && { disabledAt: undefined, disabledReason: undefined }),
    id: before?.id ?? newId(),
    surface,
    appId,
    url: checkTarget(draft, url, 'url', url !== before?.url),
    ...hears,
    name: textOf(change.name ?? before?.name, 'name', checkName),
    description: textOf(change.description ?? before?.description, 'description', checkText),
    policy: checkOneOf(change.policy ?? before?.policy ?? 'schedule', deliveryPolicies, 'policy'),
    policyWord: policyWordOf(change, before),
    enabled: change.enabled ?? before?.enabled ?? true,
    createdAt: before?.createdAt ?? Date.now(),
    updatedAt: before?.updatedAt ?? Date.now(),
  });
  checkAppWebhook(draft, value);
  const sealed = before && draft.sealed.endpoints.get(before.id);
  const kept = sealed && openEndpoint(draft.tools.seal, draft.businessId, value.id, sealed);
  const secrets = nextSecrets(kept, change, value.topic === undefined ? 8 : 1);
  const differs = !same(before, value) || !same(kept, secrets);
  if (differs && before) value.updatedAt = Date.now();
  const put = await settle(draft, value, {
    exists: before !== undefined,
    differs,
    write: () => write(draft, value, secrets),
  });
  const isBack = change.enabled === true && value.disabledAt !== undefined;
  if (moved || isBack) put.value = await enable(draft, value, value.enabled);
  if (isBack && put.change === 'none') put.change = 'changed';
  return {
    ...put,
    ...(change.secret === undefined && secrets.secret !== kept?.secret && { secret: secrets.secret }),
    ...(change.verifyToken === undefined &&
      secrets.verifyToken !== kept?.verifyToken && { verifyToken: secrets.verifyToken }),
  };
}

const taken = (url: string) =>
  invalid('url', 'There is an endpoint of this app and surface at this address already', {
    code: 'TAKEN',
    value: url,
  });

/** The endpoint that a change is about: by id, or by app, surface and URL. */
function endpointMeant(draft: Draft, change: EndpointChange): Endpoint | undefined {
  const { endpoints } = draft.setup;
  if (change.id !== undefined) return endpointOf(draft, change.id);
  const appId = change.app === undefined ? undefined : appNamed(draft, change.app).id;
  if (change.topic !== undefined) return undefined;
  return [...endpoints.values()].find(
    (one) =>
      one.topic === undefined &&
      one.appId === appId &&
      one.surface === change.surface &&
      one.url === change.url,
  );
}

function endpointOf(draft: Draft, id: string): Endpoint {
  const found = draft.setup.endpoints.get(id);
  if (!found) throw notFound('id', 'ENDPOINT_NOT_FOUND', 'There is no such endpoint.');
  return found;
}

async function write(draft: Draft, value: Endpoint, secrets: KeptEndpointSecrets): Promise<void> {
  const sealed = sealEndpoint(draft.tools.seal, draft.businessId, value.id, secrets);
  await store.put(draft.tx, draft.businessId, value, sealed);
  draft.setup.endpoints.set(value.id, value);
  draft.sealed.endpoints.set(value.id, sealed);
}

/** An app has one address on a surface that hears everything: the one that `config/webhook` sets. */
function checkAppWebhook(draft: Draft, value: Endpoint): void {
  if (value.appId === undefined || value.types || value.topic !== undefined) return;
  const other = appWebhook(draft, value.appId, value.surface);
  if (other && other.id !== value.id) {
    throw invalid(
      'types',
      'This app already has an endpoint for all events here: change that one, or name types.',
      {
        code: 'WEBHOOK_EXISTS',
      },
    );
  }
}

function appWebhook(draft: Draft, appId: string, surface: string): Endpoint | undefined {
  return [...draft.setup.endpoints.values()].find(
    (one) => one.appId === appId && one.surface === surface && !one.types && one.topic === undefined,
  );
}

/** What it hears: some types, or all; or the one event that the surface calls by this topic. */
function heard(
  draft: Draft,
  surface: string,
  change: EndpointChange,
  before: Endpoint | undefined,
): { types: string[] | undefined; topic?: string } {
  const topics = draft.tools.surfaces.find((one) => one.name === surface)?.topics;
  if (!topics) {
    if (change.topic !== undefined)
      throw invalid('topic', `Endpoints of the surface ${surface} have no topic: name types`, {
        value: change.topic,
      });
    const types = change.types === undefined ? before?.types : change.types;
    return { types: change.types ? checkTypes(draft, surface, change.types) : (types ?? undefined) };
  }
  const given = change.topic ?? before?.topic;
  if (!given) throw missing('topic');
  const topic = checkOneOf(given, Object.keys(topics), 'topic');
  return { topic, types: [...topics[topic]!] };
}

/** The word for the policy stays while the policy does. */
function policyWordOf(change: EndpointChange, before: Endpoint | undefined): string | undefined {
  if (change.policyWord) return checkName(change.policyWord, 'policyWord');
  const isSame = change.policy === undefined || change.policy === before?.policy;
  return isSame ? before?.policyWord : undefined;
}

function textOf(
  text: string | undefined,
  field: string,
  check: (text: string, field: string) => string,
): string | undefined {
  return text ? check(text, field) : undefined;
}

function checkSurface(draft: Draft, surface: string): string {
  if (!surface) throw missing('surface');
  return checkOneOf(
    surface,
    draft.tools.surfaces.map((one) => one.name),
    'surface',
  );
}

function checkTypes(draft: Draft, surface: string, types: string[]): string[] {
  if (types.length === 0)
    throw invalid('types', 'types must name at least one event type, or be left out for all');
  const told = draft.tools.surfaces.find((one) => one.name === surface)?.tells ?? eventTypes;
  types.forEach((type, i) => void checkOneOf(type, told, `types[${i}]`));
  return [...new Set(types)];
}

function nextSecrets(
  kept: KeptEndpointSecrets | undefined,
  change: EndpointChange,
  shortestToken: number,
): KeptEndpointSecrets {
  const stays = (one: 'secret' | 'verifyToken') => (change.rotate === one ? undefined : kept?.[one]);
  const secret =
    change.secret === undefined ? (stays('secret') ?? newEndpointSecret()) : checkSecret(change.secret);
  const verifyToken =
    change.verifyToken === undefined
      ? (stays('verifyToken') ?? newVerifyToken())
      : checkToken(change.verifyToken, shortestToken);
  const replaced = kept !== undefined && kept.secret !== secret;
  const signing = replaced ? formerOf(kept, secret) : kept?.former;
  const former = change.overlap === false ? undefined : signing;
  return { secret, verifyToken, ...(former && { former }) };
}

/** Those that go on signing beside the secret that replaces one. */
function formerOf({ secret, former = [] }: KeptEndpointSecrets, next: string): FormerSecret[] {
  const now = Date.now();
  return [...former, { secret, until: now + secretOverlapMs }]
    .filter((one) => one.until > now && one.secret !== next)
    .slice(-mostFormer);
}

function checkSecret(secret: string): string {
  const bytes = /^whsec_[A-Za-z0-9+/]+=*$/.test(secret) ? Buffer.from(secret.slice(6), 'base64').length : 0;
  if (bytes < 24 || bytes > 64)
    throw invalid('secret', 'secret must be "whsec_" and 24 to 64 bytes in base64');
  return secret;
}

/** Surfaces with endpoints of one event take the token of their callers, who may have a short one (azeer.md 6.1). */
function checkToken(token: string, shortest: number): string {
  // It travels in a header as it is.
  if (token.length < shortest || !/^[\x21-\x7e]{1,256}$/.test(token)) {
    throw invalid(
      'verifyToken',
      `verifyToken must be ${shortest} to 256 printable ASCII characters without spaces`,
    );
  }
  return token;
}

/** Sets the address of an app on one surface; secrets stay as they are, an empty URL takes it away. */
export async function setWebhook(
  draft: Draft,
  appId: string,
  surface: string,
  url: string,
): Promise<Endpoint | undefined> {
  if (!draft.setup.apps.has(appId)) throw notFound('app', 'APP_NOT_FOUND', 'There is no such app.');
  const before = appWebhook(draft, appId, checkSurface(draft, surface));
  if (url)
    return (await putEndpoint(draft, { ...(before && { id: before.id }), surface, app: appId, url })).value;
  if (before) await removeEndpoint(draft, before.id);
  return undefined;
}

/** Takes an endpoint back into use; what was held back for it is delivered. */
export async function enableEndpoint(draft: Draft, id: string): Promise<Endpoint> {
  return enable(draft, endpointOf(draft, id), true);
}

async function enable(draft: Draft, endpoint: Endpoint, enabled: boolean): Promise<Endpoint> {
  await store.enable(draft.tx, draft.businessId, endpoint.id, enabled);
  const { disabledAt: _, disabledReason: __, ...rest } = endpoint;
  const value = { ...rest, enabled };
  draft.setup.endpoints.set(value.id, value);
  draft.changed.add('setup');
  return value;
}

/** Takes an endpoint away; what was on its way to it is given up (`endpoint-sweep.ts`). */
export async function removeEndpoint(draft: Draft, id: string): Promise<void> {
  const { id: known } = endpointOf(draft, id);
  await store.remove(draft.tx, draft.businessId, known);
  draft.setup.endpoints.delete(known);
  draft.changed.add('setup');
}
