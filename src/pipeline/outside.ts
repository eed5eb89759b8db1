import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher, FormData, request as undiciRequest } from 'undici';
import type { Call, CallRequest, CallResponse } from '../channels/channel.ts';
import { type AllowList, mayReach, refuseUrl } from '../model/address.ts';
import { type Failure, SendFailure } from '../model/failure.ts';

/** How Parley reaches the outside: the only way for channels and webhooks. */
export interface Outside {
  /** For channels; see `Call`. */
  call: Call;
  /** For webhooks: never throws, tells what was answered or why nothing was. */
  post(request: PostRequest): Promise<Posted>;
  /** Ends every connection; calls under way fail. */
  close(): Promise<void>;
}

export interface PostRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Whole call, ms. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/** The beginning of the answer (at most 16 KiB), or the stage at which the call failed and why. */
export type Posted =
  | { kind: 'answered'; status: number; retryAfter?: string; text: string; ms: number }
  | { kind: 'failed'; stage: FailedStage; text: string; ms: number };

/** Before `sent` the request surely did not arrive; after it nobody knows. */
export type FailedStage = 'blocked' | 'dns' | 'connect' | 'tls' | 'sent' | 'interrupted';

/** Resolves a host name; replaceable so that tests can answer like a hostile server. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

const connectTimeoutMs = 5000;
const answerReadBytes = 64 * 1024;
const answerKeptBytes = 16 * 1024;
/** Connections to one receiver, so that a slow one does not take those of others. */
const connectionsPerOrigin = 256;

/** An address that must not be called. */
class Blocked extends Error {
  readonly code = 'PARLEY_BLOCKED';
}

/** Opens the way out. `allowed` are private networks that the operator lets us reach. */
export function openOutside(options: { allowed: AllowList; resolve?: Resolve }): Outside {
  const { allowed } = options;
  const agent = new Agent({
    connections: connectionsPerOrigin,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    maxHeaderSize: 16 * 1024,
    connect: { timeout: connectTimeoutMs, lookup: guardedLookup(allowed, options.resolve) as LookupFunction },
  });
  return {
    call: (request) => call(agent, allowed, request),
    post: (request) => post(agent, allowed, request),
    close: () => agent.destroy(),
  };
}

type LookupCallback = (error: Error | null, address?: string | LookupAddress[], family?: number) => void;

/** Judges every address that a name resolves to, at the moment of connecting: a name that changes its
 * answer between check and call gains nothing. */
function guardedLookup(allowed: AllowList, resolve: Resolve = systemResolve) {
  return (host: string, wish: { all?: boolean }, done: LookupCallback): void => {
    resolve(host).then(
      (addresses) => {
        const good = addresses.filter(({ address }) => mayReach(address, allowed));
        const [first] = good;
        if (!first) return done(new Blocked(`${host} is in a private or reserved network`));
        if (wish.all) done(null, good);
        else done(null, first.address, first.family);
      },
      (error: Error) => done(error),
    );
  };
}

function systemResolve(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    dnsLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}

/** A literal address is never looked up, so it is judged here. */
function blockedReason(url: string, allowed: AllowList): string | undefined {
  const reason = refuseUrl(url, { allowHttp: true, allowed });
  if (reason) return reason;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) && !mayReach(host, allowed) ? 'the address is in a private or reserved network' : undefined;
}

async function call(agent: Agent, allowed: AllowList, request: CallRequest): Promise<CallResponse> {
  const reason = blockedReason(request.url, allowed);
  if (reason) throw new SendFailure({ class: 'CONFIG', code: 'BLOCKED_ADDRESS', text: `It was not called: ${reason}.` });
  const { headers, body } = encode(request);
  try {
    const answer = await undiciRequest(request.url, {
      dispatcher: agent,
      method: request.method,
      headers,
      body,
      signal: AbortSignal.timeout(request.timeoutMs ?? 15_000),
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const bytes = await readUpTo(answer.body, request.maxBytes ?? 1024 * 1024);
    return { status: answer.statusCode, headers: flat(answer.headers), body: bytes, json: () => asJson(bytes) };
  } catch (error) {
    throw new SendFailure(failureOf(error));
  }
}

type Body = string | Buffer | null;

function encode({ headers = {}, body }: CallRequest): { headers: Record<string, string>; body: Body } {
  if (body === undefined || body === null) return { headers, body: null };
  if (typeof body === 'string' || Buffer.isBuffer(body)) return { headers, body };
  if (body instanceof FormData) return { headers, body: body as unknown as Body };
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Reads at most `limit` bytes; of more, the rest is cut and the connection closed. */
async function readUpTo(body: Dispatcher.ResponseData['body'], limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, limit - size));
    size += chunk.length;
    if (size >= limit) {
      body.destroy();
      break;
    }
  }
  return Buffer.concat(chunks);
}

async function post(agent: Agent, allowed: AllowList, request: PostRequest): Promise<Posted> {
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  const reason = blockedReason(request.url, allowed);
  if (reason) return { kind: 'failed', stage: 'blocked', text: reason, ms: 0 };
  const timeout = AbortSignal.timeout(request.timeoutMs);
  try {
    const answer = await undiciRequest(request.url, {
      dispatcher: agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...request.headers },
      body: request.body,
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const retryAfter = answer.headers['retry-after'];
    const bytes = await readUpTo(answer.body, answerReadBytes).catch(() => Buffer.alloc(0));
    return {
      kind: 'answered',
      status: answer.statusCode,
      ...(typeof retryAfter === 'string' && { retryAfter }),
      text: bytes.subarray(0, answerKeptBytes).toString('utf8'),
      ms: ms(),
    };
  } catch (error) {
    if (request.signal?.aborted) return { kind: 'failed', stage: 'interrupted', text: 'we are shutting down', ms: ms() };
    return { kind: 'failed', ...stageOf(error), ms: ms() };
  }
}

const tlsReasons: Record<string, string> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain ends in an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate chain is incomplete',
};

/** How far a call came, by what was thrown. */
function stageOf(error: unknown): { stage: FailedStage; text: string } {
  const { code = '', name = '', message = '' } = error as { code?: string; name?: string; message?: string };
  if (code === 'PARLEY_BLOCKED') return { stage: 'blocked', text: message };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { stage: 'dns', text: 'the host name is not known' };
  const tls = tlsReasons[code] ?? (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO)/.test(code) || code === 'EPROTO' ? 'TLS failed' : undefined);
  if (tls) return { stage: 'tls', text: tls };
  if (code === 'ECONNREFUSED') return { stage: 'connect', text: 'the connection was refused' };
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return { stage: 'connect', text: 'no connection could be made in time' };
  }
  if (name === 'TimeoutError' || name === 'AbortError') return { stage: 'sent', text: 'there was no answer in time' };
  return { stage: 'sent', text: 'the connection was cut before the answer' };
}

/** A failed call in the closed set of send failures (channels.md 1.1). */
function failureOf(error: unknown): Failure {
  const { stage, text } = stageOf(error);
  if (stage === 'blocked') return { class: 'CONFIG', code: 'BLOCKED_ADDRESS', text };
  return { class: stage === 'sent' ? 'OUTCOME_UNKNOWN' : 'UNAVAILABLE', text };
}
