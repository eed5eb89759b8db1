import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type Channel, WebhookRefused, type WebhookRequest } from './channels/channel.ts';
import { channelOf as doorOf, channels as doors } from './channels/index.ts';
import { maxBodyBytes } from './http-body.ts';
import { holderOf, makeLimit } from './http-limits.ts';
import * as clock from './model/clock.ts';
import { newId } from './model/ids.ts';
import { Problem } from './model/problem.ts';
import { applyReceived, isEmpty } from './pipeline/apply-received.ts';
import { isPassing } from './pipeline/busy.ts';
import { sharersOf } from './pipeline/shared-webhook.ts';
import type { Pipeline } from './pipeline/start.ts';
import * as failures from './store/inbound-failures.ts';

type Address = { Params: { type: string; accountId: string }; Querystring: Record<string, string> };

/**
 * Where providers call: `/webhook/{channelType}/{accountId}` (channels.md 1.2). The signature is checked
 * over the raw bytes; then what the request held is stored and applied in one transaction; then it is
 * answered. `app` reads bodies as they came. What is refused is answered
 * by its status alone, without words.
 */
export function addIngress(
  app: FastifyInstance,
  pipeline: Pipeline,
  log: Logger,
  registrationsPerMinute = 600,
): void {
  const registrations = makeLimit(registrationsPerMinute, 60_000);
  app.get<Address>('/webhook/:type/:accountId', async (request, reply) => {
    const found = await open(pipeline, request);
    if (!found?.door.handshake) return reply.code(404).send();
    return guarded(reply, log, pipeline, found, async () => {
      const told = found.door.handshake!(queryOf(request), found.account);
      pipeline.health.heard(found);
      const { contentType, body } =
        typeof told === 'string' ? { contentType: 'text/plain', body: told } : told;
      return reply.type(contentType).send(body);
    });
  });
  const post = async (request: FastifyRequest<Address>, reply: FastifyReply) => {
    const found = await open(pipeline, request);
    if (!found) return reply.code(404).send();
    return guarded(reply, log, pipeline, found, () => {
      // Devices come by a key that every visitor of a page has, and their first word makes a contact.
      if (found.door.devices) registrations.count(holderOf(request.ip));
      return take(pipeline, found, request, reply, log);
    });
  };
  app.post<Address>('/webhook/:type/:accountId', { bodyLimit: 4 * maxBodyBytes }, post);
  for (const { types, maxBodyBytes: bodyLimit } of doors) {
    if (bodyLimit === undefined) continue;
    for (const type of types) addLarge(app, pipeline, { type, bodyLimit, post });
  }
}

/**
 * Where requests may be large: they are read only for an account that there is, and few at a time, since
 * each stands in memory.
 */
function addLarge(
  app: FastifyInstance,
  pipeline: Pipeline,
  { type, bodyLimit, post }: { type: string; bodyLimit: number; post: Handler },
): void {
  let large = 0;
  app.post<Address>(`/webhook/${type}/:accountId`, {
    bodyLimit,
    async onRequest(request, reply) {
      request.params.type = type;
      if (!(await pipeline.channelAt(type, request.params.accountId))) return reply.code(404).send();
      // Without its length it may be as large as any.
      const length = Number(request.headers['content-length'] ?? bodyLimit);
      if (length <= 4 * maxBodyBytes) return;
      if (large >= mostLarge) return reply.code(503).header('retry-after', '5').send();
      large++;
      reply.raw.once('close', () => large--);
    },
    handler: post,
  });
}

type Handler = (request: FastifyRequest<Address>, reply: FastifyReply) => Promise<unknown>;

/** Requests over 4 MiB that are read at a time. */
const mostLarge = 4;

interface Opened {
  door: Channel;
  businessId: number;
  channelId: string;
  lane: string;
  account: Record<string, unknown>;
}

async function open(pipeline: Pipeline, request: FastifyRequest<Address>): Promise<Opened | undefined> {
  const { type, accountId } = request.params;
  const key = await pipeline.channelAt(type, accountId);
  const door = key && doorOf(type);
  if (!key || !door) return undefined;
  const account = await pipeline.account(key.businessId, key.id);
  return {
    door,
    businessId: key.businessId,
    channelId: key.id,
    lane: key.id.slice(key.id.indexOf(':') + 1),
    account,
  };
}

async function guarded(
  reply: FastifyReply,
  log: Logger,
  { health }: Pipeline,
  { door, ...channel }: Opened,
  work: () => Promise<unknown>,
): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WebhookRefused) {
      log.info({ reason: error.message }, 'a provider request was refused');
      // Where everybody knows the address, strangers call it, too.
      if (!door.devices && !door.visitors) health.refused(channel, error.message);
      return reply.code(error.status).send();
    }
    if (isPassing(error)) return reply.code(503).header('retry-after', '5').send();
    if (error instanceof Problem && error.kind === 'tooMany') {
      const seconds = error.details[0]?.retryAfterSeconds ?? 60;
      return reply
        .code(429)
        .header('retry-after', String(Math.ceil(seconds)))
        .send();
    }
    if (error instanceof Problem) return reply.code(400).send();
    throw error;
  }
}

async function take(
  pipeline: Pipeline,
  found: Opened,
  request: FastifyRequest<Address>,
  reply: FastifyReply,
  log: Logger,
): Promise<unknown> {
  const raw = webhookRequest(request);
  const { door } = found;
  const url = calledAt(pipeline, request);
  // What the one that was called takes as a whole is about nobody else.
  if (await hear(pipeline, found, { raw, url, isCalled: true }, log))
    for (const { channel, ...other } of await sharersOf(
      { ...pipeline, setup: pipeline.core.setup, log },
      found,
    )) {
      const { id: channelId, lane } = channel;
      await hear(
        pipeline,
        { ...other, businessId: found.businessId, channelId, lane },
        { raw, url, isCalled: false },
        log,
      );
    }
  const answer = typeof door.answer === 'function' ? door.answer(raw) : door.answer;
  return answer ? reply.type(answer.contentType).send(answer.body) : reply.code(200).send();
}

/** What the request held for one channel is stored. Answers whether it left something aside. */
async function hear(
  pipeline: Pipeline,
  { door, businessId, channelId, lane, account }: Opened,
  { raw, url, isCalled }: { raw: WebhookRequest; url: string; isCalled: boolean },
  log: Logger,
): Promise<boolean> {
  const received = await door.receive(raw, account, { channelId, lane, url, now: clock.now() });
  // What is left aside by one of several is mostly what another one takes.
  const say = isCalled ? log.info.bind(log) : log.debug.bind(log);
  for (const { kind, reason } of received.ignored) say({ channelId, kind, reason }, 'left aside');
  const leftAside = received.ignored.length > 0;
  if (isCalled) pipeline.health.heard({ businessId, channelId });
  if (isEmpty(received)) return leftAside;
  const reason = await applyReceived((part) => pipeline.core.receive(businessId, channelId, part), received);
  if (reason === undefined) return leftAside;
  // It would fail again each time the provider repeats it: kept for a look, and acknowledged.
  log.error({ channelId, reason }, 'a provider request could not be applied as a whole');
  await failures.keep(pipeline.core.db, { businessId, id: newId(), channelId, body: raw.body, reason });
  return leftAside;
}

/** The address that was called, as the outside knows it: a request's own `Host` is not trusted (channels.md 1.2). */
function calledAt({ core }: Pipeline, { raw }: FastifyRequest<Address>): string {
  return `${core.publicUrl.href.replace(/\/+$/, '')}${raw.url ?? ''}`;
}

/** A parameter that is given twice is its first one. */
function queryOf({ query }: FastifyRequest<Address>): Record<string, string> {
  const given = Object.entries(query as Record<string, string | string[]>);
  return Object.fromEntries(given.map(([name, value]) => [name, Array.isArray(value) ? value[0]! : value]));
}

function webhookRequest(request: FastifyRequest<Address>): WebhookRequest {
  const headers: WebhookRequest['headers'] = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value[0] : value;
  return {
    method: request.method,
    headers,
    query: queryOf(request),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}
