import { Agent, type Dispatcher, FormData } from 'undici';
import type { CallRequest, CallResponse } from '../channels/channel.ts';
import { type AllowList, refuseUrl } from '../model/address.ts';
import { SendFailure } from '../model/failure.ts';
import { urlOf } from '../model/web-address.ts';
import { guardedConnector, type Resolve } from './outside-connect.ts';
import { type Dialling, makeDialling } from './outside-dial.ts';
import { type Answered, exchange, type Failed, type UnderWay, type WireRequest } from './outside-exchange.ts';
import { type FailedStage, maxHeaderBytes } from './outside-failure.ts';

/** How Parley reaches the outside: the only way for channels and webhooks. */
export interface Outside extends Dialling {
  /**
   * For channels; see `Call`. Throws `SendFailure`, and `Interrupted` when `signal` or `close` ended it.
   * CONFIG: the address must not be called. INTERNAL: the request is none, such as a line break in a header.
   */
  call(request: CallRequest & { signal?: AbortSignal }): Promise<CallResponse>;
  /** For webhooks: never throws, tells what was answered or why nothing was. */
  post(request: PostRequest): Promise<Posted>;
  /** Interrupts calls under way and ends every connection. */
  close(): Promise<void>;
}

export interface OutsideOptions {
  /** Private networks that the operator lets us reach (ALLOW_PRIVATE_TARGETS). */
  allowed: AllowList;
  /** Webhooks may go to plain http. Providers may always: their address is the operator's own. */
  allowHttp?: boolean;
  /** For a connection with its TLS, ms. Default 5,000 (reliability.md, "Webhook call"). */
  connectTimeoutMs?: number;
  /** To one host; for tests. */
  connections?: number;
  userAgent?: string;
  resolve?: Resolve;
  /** Authorities to trust instead of the usual ones, PEM; for tests. */
  ca?: string;
}

export interface PostRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Whole call, ms. Default 30,000 (decision D62). */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** The beginning of the answer (at most 16 KiB), or the stage at which the call failed and why. */
export type Posted =
  | {
      kind: 'answered';
      status: number;
      headers: Answered['headers'];
      retryAfter?: string;
      text: string;
      /** There is more of it. */
      cut: boolean;
      ms: number;
    }
  | { kind: 'failed'; stage: FailedStage; text: string; ms: number };

/** We ended the call ourselves, to shut down: neither sent nor failed. */
export class Interrupted extends Error {
  /** True when it may have arrived all the same. */
  readonly written: boolean;
  constructor(written: boolean) {
    super('The call was interrupted, because Parley is shutting down.');
    this.written = written;
  }
}

const answerReadBytes = 64 * 1024;
const answerKeptBytes = 16 * 1024;
/**
 * Connections to one host. Many receivers may live on one: there are as many as there are calls under way at
 * most, so that those who share the places out among receivers decide, and a slow one takes none of another's.
 */
const connectionsPerOrigin = 1024;

/** Opens the way out. Every connection is guarded, see `guardedConnector`. */
export function openOutside(options: OutsideOptions): Outside {
  const { allowed, allowHttp = true, connectTimeoutMs = 5000, userAgent = 'Parley', resolve, ca } = options;
  const { connections = connectionsPerOrigin } = options;
  const agent = new Agent({
    connections,
    pipelining: 1,
    // Shorter than what servers wait that do not say how long: a request that meets a closing connection
    // is one whose outcome nobody knows.
    keepAliveTimeout: 4000,
    maxHeaderSize: maxHeaderBytes,
    connect: guardedConnector({ allowed, timeoutMs: connectTimeoutMs, resolve, ca }),
  });
  const underWay = new Set<UnderWay>();
  const send = (request: WireRequest) => exchange(agent, request, underWay);
  return {
    ...makeDialling({ allowed, resolve, ca }),
    call: (request) => call(send, userAgent, request),
    async post(request) {
      const reason = refuseUrl(request.url, { allowHttp, allowed });
      return reason
        ? { kind: 'failed', stage: 'blocked', text: reason, ms: 0 }
        : post(send, userAgent, request);
    },
    async close() {
      for (const one of underWay) one.interrupt();
      await agent.destroy();
    },
  };
}

type Send = (request: WireRequest) => Promise<Answered | Failed>;

async function call(
  send: Send,
  userAgent: string,
  request: CallRequest & { signal?: AbortSignal },
): Promise<CallResponse> {
  const url = callable(request.url);
  const { type, body } = encode(request.body);
  const readBytes = request.maxBytes ?? 1024 * 1024;
  const answer = await send({
    url,
    method: request.method,
    headers: { 'user-agent': userAgent, ...type, ...lowerCase(request.headers) },
    body,
    timeoutMs: request.timeoutMs ?? 15_000,
    readBytes,
    save: request.save,
    signal: request.signal,
  });
  if (answer.kind === 'failed') throw answer.thrown ?? failureOf(url, answer);
  // A refusal counts without the whole of its reason; half an acceptance or half a file is none.
  if (answer.cut && answer.status < 400) throw cutShort(url, answer.cut, readBytes);
  const bytes = answer.body;
  return { status: answer.status, headers: flat(answer.headers), body: bytes, json: () => asJson(bytes) };
}

/** The address of a call, or CONFIG. Where it leads to is judged when it is connected to. */
function callable(text: string): URL {
  const url = urlOf(text);
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url;
  // The address itself is not told: it may hold a token.
  throw blocked('The address of the provider must begin with https:// and hold no user name or password.');
}

type Body = Dispatcher.DispatchOptions['body'];

/** The body as it is written, with the content type that it has unless the caller says otherwise. */
function encode(body: unknown): { type: Record<string, string>; body: Body } {
  if (body === undefined || body === null) return { type: {}, body: null };
  if (typeof body === 'string' || body instanceof Uint8Array) return { type: {}, body };
  if (body instanceof FormData) return { type: {}, body };
  if (body instanceof globalThis.FormData) return { type: {}, body: writable(body) };
  if (body instanceof URLSearchParams) {
    return { type: { 'content-type': 'application/x-www-form-urlencoded' }, body: body.toString() };
  }
  return { type: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Node's own FormData is another class than undici's, which alone can be written. */
function writable(form: globalThis.FormData): FormData {
  const own = new FormData();
  for (const [name, value] of form) own.append(name, value);
  return own;
}

/** So that a default and the caller's own spelling of the same header do not both go out. */
function lowerCase(headers: Record<string, string> = {}): Record<string, string> {
  const all: Record<string, string> = {};
  for (const name in headers) all[name.toLowerCase()] = headers[name]!;
  return all;
}

function flat(headers: Answered['headers']): Record<string, string> {
  const all: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) all[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return all;
}

function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A failed call in the closed set of send failures (channels.md 1.1). Of the URL only the host is told. */
function failureOf({ host }: URL, { stage, text, written }: Failed): Error {
  if (stage === 'interrupted') return new Interrupted(written);
  if (stage === 'invalid') return new SendFailure({ class: 'INTERNAL', text: `For ${host} ${text}.` });
  if (stage === 'blocked') return blocked(`${host} was not called: ${text}.`);
  return new SendFailure(
    written
      ? { class: 'OUTCOME_UNKNOWN', text: `${host} did not answer: ${text}.` }
      : { class: 'UNAVAILABLE', text: `${host} could not be reached: ${text}.` },
  );
}

function blocked(text: string): SendFailure {
  return new SendFailure({ class: 'CONFIG', code: 'BLOCKED_ADDRESS', text });
}

function cutShort({ host }: URL, cut: NonNullable<Answered['cut']>, readBytes: number): Error {
  if (cut === 'interrupted') return new Interrupted(true);
  const text =
    cut === 'limit'
      ? `The answer of ${host} is longer than ${readBytes} bytes.`
      : `The answer of ${host} ${cut === 'timeout' ? 'did not end in time' : 'broke off'}.`;
  return new SendFailure({ class: 'OUTCOME_UNKNOWN', text });
}

async function post(send: Send, userAgent: string, request: PostRequest): Promise<Posted> {
  const startedAt = performance.now();
  const answer = await send({
    url: new URL(request.url),
    method: 'POST',
    headers: { 'user-agent': userAgent, 'content-type': 'application/json', ...lowerCase(request.headers) },
    body: request.body,
    timeoutMs: request.timeoutMs ?? 30_000,
    readBytes: answerReadBytes,
    signal: request.signal,
  });
  const ms = Math.round(performance.now() - startedAt);
  if (answer.kind === 'failed') return { kind: 'failed', stage: answer.stage, text: answer.text, ms };
  const retryAfter = answer.headers['retry-after'];
  return {
    kind: 'answered',
    status: answer.status,
    headers: answer.headers,
    ...(typeof retryAfter === 'string' && { retryAfter }),
    text: answer.body.subarray(0, answerKeptBytes).toString('utf8'),
    cut: answer.cut !== undefined || answer.body.length > answerKeptBytes,
    ms,
  };
}
