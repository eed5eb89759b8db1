import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request as call } from 'undici';
import { type ShelfAsked, TemplateShelf } from '../../sim/whatsapp-templates.ts';
import { answer, bodyOf, type Listening, listen } from './http.ts';

/** What Meta reports of a message. */
export type CloudStatus = 'sent' | 'delivered' | 'read';

/** One request to send, as it came. */
export interface SentMessage {
  /** The id that it was given. */
  id: string;
  /** Digits of the recipient's number. */
  to: string;
  /** The whole body. */
  body: { type: string; [block: string]: unknown };
  /** When it came, epoch ms. */
  at: number;
  /** When our answer was handed over; absent when nobody was there to take it, or it is not due yet. */
  answeredAt?: number;
  /** The status that we answered with. */
  status: number;
}

export interface CloudOptions {
  port?: number;
  /** Statuses posted by itself after each accepted message, in this order. None by default. */
  statuses?: readonly CloudStatus[];
  /** Ms between accepting, answering and each status. */
  answerAfterMs?: number;
  /** How many webhooks are under way at a time. */
  webhooksAtATime?: number;
  /** What the channel is set up to do when nobody knows whether a message was taken. */
  onUnknown?: 'retry' | 'fail';
  /** Fails a request instead: a status with Meta's error object. Undefined accepts it. */
  fail?: (message: SentMessage) => { status: number; error: CloudError } | undefined;
}

/** Meta's error object. */
export interface CloudError {
  code: number;
  message: string;
  error_subcode?: number;
  fbtrace_id?: string;
}

/** WhatsApp's Cloud API on this machine: takes messages, and tells what became of them. */
export interface WhatsAppCloud {
  readonly url: string;
  readonly phoneNumberId: string;
  /** All requests to send, in the order in which they came, refused ones too. */
  readonly sent: SentMessage[];
  /** May be changed at any time. */
  answerAfterMs: number;
  fail: CloudOptions['fail'];
  statuses: readonly CloudStatus[];
  /** Where Parley listens to this number: `…/webhook/wacfb/{accountId}`. Until it is set, webhooks wait. */
  webhook: string | undefined;
  /** The templates of the account. */
  readonly shelf: TemplateShelf;
  /** Requests about templates, in the order in which they came. */
  readonly aboutTemplates: Pick<ShelfAsked, 'method' | 'url'>[];
  /** Runs when a request about templates was done, before it is answered: it may break the connection. */
  beforeAnswer: ((asked: ShelfAsked) => 'cut' | 'answer') | undefined;
  /** Tells by a webhook what became of a template. */
  tell(field: string, value: object, account?: string): Promise<void>;
  /** What a channel of type `wacfb` is set up with to speak to this server. */
  readonly settings: Record<string, string>;
  /** Posts a text of a person, and resolves when Parley has taken it. Answers its id. */
  say(from: string, text: string, name?: string): Promise<string>;
  /** Reports one status, and resolves when Parley has taken it. */
  report(message: Pick<SentMessage, 'id' | 'to'>, status: CloudStatus): Promise<void>;
  /** Webhooks that Parley has not taken yet. */
  readonly waiting: number;
  close(): Promise<void>;
}

/** Starts the fake. Every webhook is repeated until it is answered 200, as Meta does. */
export async function startWhatsAppCloud(options: CloudOptions = {}): Promise<WhatsAppCloud> {
  const phoneNumberId = String(100_000_000_000_000 + Math.floor(Math.random() * 1e14));
  const secrets = {
    accessToken: `EAA${randomBytes(24).toString('hex')}`,
    appSecret: randomBytes(16).toString('hex'),
    verifyToken: randomBytes(16).toString('hex'),
  };
  const wabaId = '102290129340398';
  const shelf = new TemplateShelf();
  const aboutTemplates: Pick<ShelfAsked, 'method' | 'url'>[] = [];
  const sent: SentMessage[] = [];
  const calls = makeWebhooks(
    secrets.appSecret,
    phoneNumberId,
    options.webhooksAtATime ?? 16,
    () => cloud.webhook,
  );
  const listening: Listening = await listen(async (request, response) => {
    const raw = await bodyOf(request);
    const asked = { method: request.method ?? '', url: new URL(request.url ?? '', listening.url), body: raw };
    const isOurs =
      /^(Bearer|OAuth) (.+)$/.exec(request.headers.authorization ?? '')?.[2] === secrets.accessToken;
    if (!isOurs && asked.url.pathname.endsWith('/message_templates'))
      return void (await answer(response, 401, problem({ code: 190, message: 'Invalid access token' })));
    const told = isOurs ? shelf.cloud(asked, '/v23.0', wabaId) : undefined;
    if (told) {
      aboutTemplates.push(asked);
      if (cloud.beforeAnswer?.(asked) === 'cut') return void response.destroy();
      return void (await answer(response, told.status, told.body));
    }
    const known = new RegExp(`^/v\\d+\\.\\d+/${phoneNumberId}/messages$`).test(request.url ?? '');
    if (request.method !== 'POST' || !known)
      return void (await answer(response, 404, problem({ code: 100, message: 'Unknown path' })));
    if (request.headers.authorization !== `Bearer ${secrets.accessToken}`)
      return void (await answer(response, 401, problem({ code: 190, message: 'Invalid access token' })));
    const body = JSON.parse(raw.toString()) as SentMessage['body'] & { to: string };
    const message: SentMessage = { id: newId(), to: body.to, body, at: Date.now(), status: 200 };
    sent.push(message);
    const failure = cloud.fail?.(message);
    message.status = failure?.status ?? 200;
    if (cloud.answerAfterMs > 0) await sleep(cloud.answerAfterMs);
    const reply = failure
      ? problem(failure.error)
      : {
          messaging_product: 'whatsapp',
          contacts: [{ input: body.to, wa_id: body.to }],
          messages: [{ id: message.id }],
        };
    if (await answer(response, message.status, reply)) message.answeredAt = Date.now();
    // It has taken the message whether or not its answer arrived.
    if (!failure) void tell(message);
  }, options.port);
  const tell = async (message: SentMessage) => {
    for (const status of cloud.statuses) await cloud.report(message, status);
  };
  const cloud: WhatsAppCloud = {
    url: listening.url,
    phoneNumberId,
    sent,
    answerAfterMs: options.answerAfterMs ?? 0,
    fail: options.fail,
    statuses: options.statuses ?? [],
    webhook: undefined,
    shelf,
    aboutTemplates,
    beforeAnswer: undefined,
    tell: (field, value, account = wabaId) => calls.change(field, value, account),
    settings: {
      phoneNumberId,
      ...secrets,
      apiBase: listening.url,
      mediaBase: listening.url,
      ...(options.onUnknown && { onUnknown: options.onUnknown }),
    },
    async say(from, text, name = 'A customer') {
      const id = newId();
      await calls.post({
        contacts: [{ profile: { name }, wa_id: from }],
        messages: [{ from, id, timestamp: seconds(), type: 'text', text: { body: text } }],
      });
      return id;
    },
    report: ({ id, to }, status) =>
      calls.post({ statuses: [{ id, status, timestamp: seconds(), recipient_id: to }] }),
    get waiting() {
      return calls.waiting;
    },
    async close() {
      await calls.close();
      await listening.close();
    },
  };
  return cloud;
}

function makeWebhooks(
  appSecret: string,
  phoneNumberId: string,
  atATime: number,
  address: () => string | undefined,
) {
  const agent = new Agent({ connections: atATime, pipelining: 1 });
  let closed = false;
  let waiting = 0;
  const attempt = async (body: string): Promise<boolean> => {
    const to = address();
    if (to === undefined) return false;
    const signature = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
    try {
      const answered = await call(to, { method: 'POST', body, headers, dispatcher: agent });
      await answered.body.dump();
      return answered.statusCode === 200;
    } catch {
      return false;
    }
  };
  return {
    get waiting() {
      return waiting;
    },
    post(value: Record<string, unknown>): Promise<void> {
      const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId };
      return this.change('messages', { messaging_product: 'whatsapp', metadata, ...value });
    },
    async change(field: string, value: object, account = '102290129340398'): Promise<void> {
      const body = JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [{ id: account, time: Math.floor(Date.now() / 1000), changes: [{ field, value }] }],
      });
      waiting += 1;
      for (let pauseMs = 20; !closed && !(await attempt(body)); pauseMs = Math.min(500, pauseMs * 2))
        await sleep(pauseMs);
      waiting -= 1;
    },
    async close() {
      closed = true;
      await agent.destroy();
    },
  };
}

function problem(error: CloudError) {
  return { error: { type: 'OAuthException', ...error } };
}

function newId(): string {
  return `wamid.${randomBytes(24).toString('base64url')}`;
}

function seconds(): string {
  return String(Math.floor(Date.now() / 1000));
}
