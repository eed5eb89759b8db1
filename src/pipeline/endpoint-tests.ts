import { differences } from '../model/audit.ts';
import * as clock from '../model/clock.ts';
import type { EventType } from '../model/event.ts';
import { present } from '../model/present.ts';
import { invalid, notFound, Problem } from '../model/problem.ts';
import { sampleEvent, sampleNames } from '../model/samples.ts';
import type { Endpoint, Setup } from '../model/setup.ts';
import { endpointName } from '../model/web-address.ts';
import { verdictOfAnswer, type WebhookVerdict } from '../model/webhook.ts';
import { audit, type By } from './audit.ts';
import type { Context } from './context.ts';
import type { Outside, Posted } from './outside.ts';
import type { FailedStage } from './outside-failure.ts';
import { renderTargetOf } from './render-target.ts';
import { sceneOf } from './sample-scene.ts';
import type { SurfaceFacts } from './setup-draft.ts';
import { makeTestLimit } from './test-limit.ts';
import { hidden, shownHeaders, type WebhookCall, webhookCallOf, withoutSecretsOf } from './webhook-call.ts';

/** What endpoints of a surface can be told. */
export interface ToldBySurface {
  name: string;
  /** Each type that it tells, with the names of its samples. */
  types: { type: EventType; samples: string[] }[];
  /** Where each endpoint hears one event: the names of these, and what is behind each. */
  topics?: { topic: string; types: EventType[] }[];
}

/**
 * Which sample: that of the most usual event that the endpoint hears, when nothing is said. With a `surface` in its words,
 * signed as it signs, instead of those of the endpoint's own.
 */
export interface SampleWanted {
  type?: EventType | undefined;
  name?: string | undefined;
  surface?: string | undefined;
}

/** A sample as an endpoint is told it. */
export interface SampleCall {
  type: EventType;
  name: string;
  /** The endpoint hears such events. */
  isHeard: boolean;
  /** Secrets in the headers are stars. */
  request: { url: string; headers: Record<string, string>; body: unknown };
}

/** What became of it. */
export interface SampleTold extends SampleCall {
  answer?: { status: number; headers: Record<string, string>; text: string; cut: boolean; ms: number };
  /** Why there was no answer, in plain words. */
  failure?: { stage: Exclude<FailedStage, 'interrupted'>; text: string; ms: number };
  /** What would have followed, had it been an event. */
  verdict: WebhookVerdict;
}

/** Tries endpoints out with samples. Nothing is stored of it but a line in the audit log. */
export interface EndpointTests {
  surfaces(businessId: number): Promise<ToldBySurface[]>;
  /** What would be sent. Throws `notFound`, and `invalid` on `surface`, `type` or `sample`. */
  sample(businessId: number, endpointId: string, wanted: SampleWanted): Promise<SampleCall>;
  /** Sends it, also to an endpoint that is out of use. Throws as `sample`, and `tooMany`. */
  send(by: By, endpointId: string, wanted: SampleWanted): Promise<SampleTold>;
}

/** By which a receiver knows it for a test before it reads anything. */
const mark = { 'webhook-test': '1' };

export function makeEndpointTests(
  ctx: Context,
  outside: Pick<Outside, 'post'>,
  surfaces: readonly SurfaceFacts[],
): EndpointTests {
  const limit = makeTestLimit();
  const prepared = (businessId: number, endpointId: string, wanted: SampleWanted) =>
    prepare(ctx, surfaces, { businessId, endpointId, wanted });
  return {
    async surfaces(businessId) {
      const setup = await ctx.setup(businessId);
      return surfaces.map((surface) => toldBy(ctx, setup, surface));
    },
    sample: async (businessId, endpointId, wanted) => (await prepared(businessId, endpointId, wanted)).told,
    async send(by, endpointId, wanted) {
      const { businessId } = by;
      const { endpoint, call, told } = await prepared(businessId, endpointId, wanted);
      return limit.run(businessId, async () => {
        const secrets = await ctx.endpointSecrets(businessId, endpointId);
        await noteTest(ctx, by, endpoint, told, wanted.surface);
        const posted = await outside.post(call);
        return { ...told, ...outcomeOf(posted, endpoint, (said) => withoutSecretsOf(said, secrets)) };
      });
    },
  };
}

/** Written down before it goes out: somebody made this server call an address. */
function noteTest(
  ctx: Context,
  by: By,
  endpoint: Endpoint,
  told: SampleCall,
  surface: string | undefined,
): Promise<void> {
  const changes = differences(undefined, present({ type: told.type, sample: told.name, surface }));
  const name = endpointName(endpoint);
  return audit(ctx.db, by, [{ what: 'endpoint.tested', id: endpoint.id, name, changes }]);
}

async function prepare(
  ctx: Context,
  surfaces: readonly SurfaceFacts[],
  { businessId, endpointId, wanted }: { businessId: number; endpointId: string; wanted: SampleWanted },
): Promise<{ endpoint: Endpoint; call: WebhookCall; told: SampleCall }> {
  const setup = await ctx.setup(businessId);
  const standing = setup.endpoints.get(endpointId);
  if (!standing) throw notFound('id', 'ENDPOINT_NOT_FOUND', 'There is no such endpoint.');
  const surface = surfaceMeant(surfaces, wanted.surface ?? standing.surface);
  const isOwn = surface.name === standing.surface;
  const endpoint = isOwn ? standing : inWordsOf(surface, standing, wanted.type);
  const { type, name } = chosen(ctx, setup, surface, endpoint, wanted);
  const event = sampleEvent(type, name, sceneOf(setup, endpoint, clock.now()))!;
  const call = await webhookCallOf(ctx, setup, endpoint, event);
  if (!call) throw new Problem('internal', `The surface ${endpoint.surface} does not tell this sample`);
  const headers = { 'content-type': 'application/json', ...mark, ...call.headers };
  const secrets = await ctx.endpointSecrets(businessId, endpointId);
  return {
    endpoint,
    call: { ...call, headers },
    told: {
      type,
      name,
      isHeard: isOwn && (endpoint.types?.includes(type) ?? true),
      request: { url: call.url, headers: shownHeaders(headers, secrets), body: JSON.parse(call.body) },
    },
  };
}

/** The surface of this name. Throws `invalid` for one that tells endpoints nothing. */
function surfaceMeant(surfaces: readonly SurfaceFacts[], wanted: string): SurfaceFacts {
  const telling = surfaces.filter(({ tells }) => tells.length > 0);
  const found = telling.find(({ name }) => name === wanted);
  if (found) return found;
  throw invalid('surface', `There is no surface "${wanted}" that tells endpoints anything`, {
    possibleValues: telling.map(({ name }) => name),
    value: wanted,
  });
}

/** An endpoint as if it were of another surface, and heard there what is wanted. */
function inWordsOf(surface: SurfaceFacts, standing: Endpoint, type: EventType | undefined): Endpoint {
  const { types: _, topic: __, ...rest } = standing;
  const topic = topicOf(surface, type ?? surface.tells[0]!);
  return { ...rest, surface: surface.name, ...(topic !== undefined && { topic }) };
}

/** The topic by which a surface tells a type, where it has topics. */
const topicOf = ({ topics }: Pick<SurfaceFacts, 'topics'>, type: EventType): string | undefined =>
  topics && Object.keys(topics).find((one) => topics[one]!.includes(type));

/** The sample that was asked for, or the first one. Throws `invalid` for one that this endpoint cannot be told. */
function chosen(
  ctx: Context,
  setup: Setup,
  { name: surface, tells, topics }: SurfaceFacts,
  endpoint: Endpoint,
  { type, name }: SampleWanted,
): { type: EventType; name: string } {
  const possible = endpoint.topic === undefined ? tells : (topics?.[endpoint.topic] ?? []);
  const heard = possible.find((one) => endpoint.types?.includes(one) ?? true);
  const wanted = type ?? heard;
  if (wanted === undefined)
    throw invalid('type', `Of ${endpoint.topic} nothing is told yet.`, { code: 'NOTHING_TOLD' });
  if (!possible.includes(wanted)) {
    throw invalid('type', `Endpoints of the surface ${surface} are not told of ${wanted} here`, {
      possibleValues: possible,
      value: wanted,
    });
  }
  const names = toldNames(ctx, setup, endpoint, wanted);
  if (name !== undefined && !names.includes(name)) {
    throw invalid('sample', `There is no sample "${name}" of ${wanted} here`, {
      possibleValues: names,
      value: name,
    });
  }
  return { type: wanted, name: name ?? names[0]! };
}

function toldBy(ctx: Context, setup: Setup, { name, tells, topics }: SurfaceFacts): ToldBySurface {
  // A surface of topics renders what each of them is told.
  const types = tells.map((type) => {
    const topic = topicOf({ ...(topics && { topics }) }, type);
    const endpoint = { id: 'sample', surface: name, ...(topic !== undefined && { topic }) };
    return { type, samples: toldNames(ctx, setup, endpoint, type) };
  });
  return {
    name,
    types,
    ...(topics && {
      topics: Object.entries(topics).map(([topic, behind]) => ({ topic, types: [...behind] })),
    }),
  };
}

/** The samples of a type that the surface of the endpoint has words for. */
function toldNames(
  ctx: Context,
  setup: Setup,
  endpoint: Pick<Endpoint, 'id' | 'surface' | 'appId' | 'topic'>,
  type: EventType,
): string[] {
  const scene = sceneOf(setup, endpoint, clock.now());
  return sampleNames(type).filter((name) => {
    const event = sampleEvent(type, name, scene)!;
    return ctx.render(endpoint.surface, event, renderTargetOf(setup, endpoint, event)) !== undefined;
  });
}

/** `clean` takes out of what was answered the secrets that were said back. */
function outcomeOf(
  posted: Posted,
  { policy }: Endpoint,
  clean: (said: string) => string,
): Pick<SampleTold, 'answer' | 'failure' | 'verdict'> {
  if (posted.kind === 'failed') {
    const { stage, text, ms } = posted;
    if (stage === 'interrupted') throw new Problem('unavailable', 'Parley is shutting down: try again');
    return { failure: { stage, text, ms }, verdict: verdictOfAnswer({}, 1, clock.now(), 0.5, policy) };
  }
  const { status, text, cut, ms, retryAfter } = posted;
  const headers = Object.entries(posted.headers).flatMap(([name, value]) =>
    // What a receiver keeps in a browser is its own secret.
    value === undefined ? [] : [[name, name === 'set-cookie' ? hidden : clean([value].flat().join(', '))]],
  );
  return {
    answer: { status, headers: Object.fromEntries(headers), text: clean(text), cut, ms },
    verdict: verdictOfAnswer({ status, retryAfter }, 1, clock.now(), 0.5, policy),
  };
}
