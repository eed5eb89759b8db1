import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { answer, bodyOf, listen } from './http.ts';

/** What an XMS webhook call holds, as far as stories look at it. */
export interface ToldBody {
  meta: { domain: string; server: string; appId?: string; appCode?: string };
  type: 'messages' | 'statuses' | 'events' | 'actions';
  contacts: { contactId: string; channelId: string; csid: string }[];
  messages?: ToldMessage[];
  statuses?: { id: string; messageIdExt?: string; contactId: string; status: string }[];
  events?: ToldEvent[];
}

export interface ToldMessage {
  id: string;
  contactId: string;
  type: string;
  text?: { body: string };
  session: { sessionId: string; routingId: string };
}

export interface ToldEvent {
  eventId: string;
  eventCode: string;
  sessionId?: string;
  session?: { queue: string; routingId: string };
  sessionRouted?: {
    sourceQueue?: string;
    targetQueue: string;
    routingId: string;
    sessionStart: boolean;
    params?: unknown;
  };
}

/** One call to the receiver, in the order in which they came; repeats included. */
export interface Delivery {
  /** `webhook-id`: the same for every try to tell one event. */
  id: string;
  headers: IncomingHttpHeaders;
  body: ToldBody;
  /** When it came, epoch ms. */
  at: number;
  /** Whether we have answered, and the caller was still there. */
  answered: boolean;
}

export interface ReceiverOptions {
  port?: number;
  /** `whsec_…`, to be set up on the endpoint; made when absent. */
  secret?: string;
  verifyToken?: string;
  /** Runs while the call is open; what it answers is the status, 200 when nothing. */
  handler?: (delivery: Delivery) => Promise<number | undefined>;
}

/** The webhook of a business: records what it is told, and refuses what is not signed as it should be. */
export interface Receiver {
  readonly url: string;
  readonly secret: string;
  readonly verifyToken: string;
  readonly deliveries: Delivery[];
  /** Calls that were not authentic, with the reason; they were answered 401. */
  readonly refused: string[];
  /** Answers so many ms late; may be changed at any time. */
  answerAfterMs: number;
  /** May be changed at any time. */
  handler: ReceiverOptions['handler'];
  close(): Promise<void>;
}

/** Starts a receiver. Checks the Standard Webhooks signature with the library that receivers use. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const secret = options.secret ?? `whsec_${randomBytes(32).toString('base64')}`;
  const verifyToken = options.verifyToken ?? randomBytes(16).toString('hex');
  const verifier = new Webhook(secret);
  const deliveries: Delivery[] = [];
  const refused: string[] = [];
  const { url, close } = await listen(async (request, response) => {
    const raw = await bodyOf(request);
    const { headers } = request;
    try {
      verifier.verify(raw, headers as Record<string, string>);
      if (headers['x-verify-token'] !== verifyToken) throw new Error('wrong x-verify-token');
    } catch (error) {
      refused.push((error as Error).message);
      await answer(response, 401, {});
      return;
    }
    const body = JSON.parse(raw.toString()) as ToldBody;
    const id = String(headers['webhook-id']);
    const delivery: Delivery = { id, headers, body, at: Date.now(), answered: false };
    deliveries.push(delivery);
    if (receiver.answerAfterMs > 0) await sleep(receiver.answerAfterMs);
    const status = await receiver.handler?.(delivery);
    delivery.answered = await answer(response, status ?? 200, {});
  }, options.port);
  const receiver: Receiver = {
    url,
    secret,
    verifyToken,
    deliveries,
    refused,
    answerAfterMs: 0,
    handler: options.handler,
    close,
  };
  return receiver;
}
