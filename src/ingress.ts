import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type Channel, type Received, WebhookRefused, type WebhookRequest } from './channels/channel.ts';
import { channelOf as doorOf } from './channels/index.ts';
import { newId } from './model/ids.ts';
import { Problem } from './model/problem.ts';
import { isPassing } from './pipeline/busy.ts';
import type { Pipeline } from './pipeline/start.ts';
import * as failures from './store/inbound-failures.ts';

type Address = { Params: { type: string; accountId: string }; Querystring: Record<string, string> };

/**
 * Where providers call: `/webhook/{channelType}/{accountId}` (channels.md 1.2). The signature is checked
 * over the raw bytes; then what the request held is stored and applied in one transaction; then it is
 * answered. `app` reads bodies as they came. What is refused is answered
 * by its status alone, without words.
 */
export function addIngress(app: FastifyInstance, pipeline: Pipeline, log: Logger): void {
  app.get<Address>('/webhook/:type/:accountId', async (request, reply) => {
    const found = await open(pipeline, request);
    if (!found?.door.handshake) return reply.code(404).send();
    return guarded(reply, log, async () =>
      reply.type('text/plain').send(found.door.handshake!(request.query, found.account)),
    );
  });
  app.post<Address>('/webhook/:type/:accountId', async (request, reply) => {
    const found = await open(pipeline, request);
    if (!found) return reply.code(404).send();
    return guarded(reply, log, () => take(pipeline, found, request, reply, log));
  });
}

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

async function guarded(reply: FastifyReply, log: Logger, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WebhookRefused) {
      log.info({ reason: error.message }, 'a provider request was refused');
      return reply.code(error.status).send();
    }
    if (isPassing(error)) return reply.code(503).header('retry-after', '5').send();
    if (error instanceof Problem) return reply.code(400).send();
    throw error;
  }
}

async function take(
  pipeline: Pipeline,
  { door, businessId, channelId, lane, account }: Opened,
  request: FastifyRequest<Address>,
  reply: FastifyReply,
  log: Logger,
): Promise<unknown> {
  const raw = webhookRequest(request);
  const received = door.receive(raw, account, { channelId, lane, now: Date.now() });
  for (const { kind, reason } of received.ignored) log.info({ channelId, kind, reason }, 'left aside');
  if (!isEmpty(received)) {
    const failed = await apply(pipeline, { businessId, channelId }, received);
    if (failed) {
      // It would fail again each time the provider repeats it: kept for a look, and acknowledged.
      log.error({ err: failed, channelId }, 'a provider request could not be applied as a whole');
      const reason = failed instanceof Error ? failed.message : String(failed);
      await failures.keep(pipeline.core.db, { businessId, id: newId(), channelId, body: raw.body, reason });
    }
  }
  return door.answer ? reply.type(door.answer.contentType).send(door.answer.body) : reply.code(200).send();
}

/**
 * Applies what a request held; when that fails, each part for itself, so that a bad one does not lose the
 * others (channels.md rule 5). Answers why some of it could not be applied. Throws what is so only at this
 * moment: the database is away, or too much waits for it.
 */
async function apply(
  pipeline: Pipeline,
  { businessId, channelId }: { businessId: number; channelId: string },
  received: Received,
): Promise<unknown> {
  let failed: unknown;
  const receive = async (part: Received) => {
    try {
      await pipeline.core.receive(businessId, channelId, part);
      return true;
    } catch (error) {
      if (isPassing(error)) throw error;
      failed = error;
      return false;
    }
  };
  if (await receive(received)) return undefined;
  const parts = partsOf(received);
  if (parts.length === 1) return failed;
  failed = undefined;
  for (const part of parts) await receive(part);
  return failed;
}

function partsOf({ messages, receipts, events }: Received): Received[] {
  const nothing: Received = { messages: [], receipts: [], events: [], ignored: [] };
  return [
    ...messages.map((message) => ({ ...nothing, messages: [message] })),
    ...receipts.map((receipt) => ({ ...nothing, receipts: [receipt] })),
    ...events.map((event) => ({ ...nothing, events: [event] })),
  ];
}

function webhookRequest(request: FastifyRequest<Address>): WebhookRequest {
  const headers: WebhookRequest['headers'] = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value[0] : value;
  return {
    method: request.method,
    headers,
    query: request.query,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

function isEmpty({ messages, receipts, events }: Received): boolean {
  return messages.length + receipts.length + events.length === 0;
}
