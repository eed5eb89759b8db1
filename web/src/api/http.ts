import { firstAnswer } from './first.ts';

/** What is wrong with one field, in the words of the API. */
export interface Fault {
  /** Path of the field: `settings.token`; absent where none is at fault. */
  field?: string;
  code: string;
  message: string;
  possibleValues?: string[];
}

/** How an answer of the API that is no success reaches the screens. */
export class ApiError extends Error {
  /** HTTP status; 0: the server could not be reached. */
  readonly status: number;
  /** The finest code that the server gave, such as `WINDOW_CLOSED`; `OFFLINE` when it was not reached. */
  readonly code: string;
  /** Every field that is at fault. */
  readonly fields: readonly Fault[];
  /** By which the operator finds the request in the log. */
  readonly traceId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { fields?: Fault[]; traceId?: string; retryAfterMs?: number } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = more.fields ?? [];
    this.traceId = more.traceId;
    this.retryAfterMs = more.retryAfterMs;
  }

  /** The same request may succeed later: nothing was wrong with it. */
  get passes(): boolean {
    return (
      this.status === 0 ||
      this.status === 429 ||
      this.status >= 500 ||
      // The first try under the same key is under way: the next one has its answer.
      this.code === 'IDEMPOTENCY_RUNNING'
    );
  }
}

const base = '/api/v1';
const tokenKey = 'parley.token';

/** A token that the page around us handed over; without one the cookie of the sign-in says who we are. */
let bearer: string | undefined = readToken();

function readToken(): string | undefined {
  // There it is the token of a link that sets a password.
  if (location.pathname === '/join') return undefined;
  const handed = /^#token=(.+)$/.exec(location.hash)?.[1];
  if (handed) {
    // It shall not stay in the address, which is copied and shown.
    history.replaceState(null, '', location.pathname + location.search);
    keepToken(decodeURIComponent(handed));
    return decodeURIComponent(handed);
  }
  try {
    return sessionStorage.getItem(tokenKey) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Until the window closes. In a page of another site a browser may let us keep nothing: it hands over another one then. */
function keepToken(token: string | undefined): void {
  try {
    if (token === undefined) sessionStorage.removeItem(tokenKey);
    else sessionStorage.setItem(tokenKey, token);
  } catch {
    // A reload asks the page around again.
  }
}

export const token = () => bearer;

type Heard = () => void;
const tokenTaken = new Set<Heard>();
const signedOut = new Set<Heard>();

const listen = (to: Set<Heard>) => (heard: Heard) => {
  to.add(heard);
  return () => to.delete(heard);
};

/** Is told each time that another token counts. Answers how to stop listening. */
export const onToken = listen(tokenTaken);

/** Is told each time that the server no longer knows who we are. Answers how to stop listening. */
export const onSignedOut = listen(signedOut);

/** Takes a token from the page around us, or forgets it. */
export function takeToken(next: string | undefined): void {
  bearer = next;
  keepToken(next);
  for (const heard of tokenTaken) heard();
}

/** Leaves a token to the page that comes after this one: nothing of this one goes out under it. */
export const leaveToken = (next: string): void => keepToken(next);

export interface CallOptions {
  body?: unknown;
  /** Repeats of the write under the same key have no further effect. */
  key?: string;
  signal?: AbortSignal;
  /** Headers of one's own, such as `if-match`. */
  headers?: Record<string, string>;
  /** Is shown the answer, for what stands in its headers. */
  shown?: (answer: Response) => void;
  /** Of the way in itself: its 401 does not mean that we were signed out. */
  open?: boolean;
  /** Asks as who has this token, whoever is signed in. */
  token?: string;
  /** Goes out also when the page is left at once; the body has 64 KiB at most. */
  keepalive?: boolean;
  /** The answer is a file: a `Blob`. */
  file?: boolean;
  /** How long it may take, ms. A write may take as long as it takes, where nothing is said. */
  patienceMs?: number;
}

/** Headers that say who asks; every write by cookie needs to say that it is ours. */
export function headersOf(key?: string): Record<string, string> {
  return {
    'x-parley-client': 'inbox',
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    ...(key !== undefined && { 'idempotency-key': key }),
  };
}

/**
 * A read that is not through after so long is given up, and asked again: its line may be dead and look open. A file takes
 * as long as it takes, once it has begun.
 */
const readPatienceMs = 15_000;

/** The same of a write under a key, which may be asked again: it is not done twice. */
export const keyedPatienceMs = 20_000;

/** Calls the API. Rejects with `ApiError`, also when there is no connection. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const by = bearer;
  try {
    return await ask<T>(method, path, options);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    // The token ended, and there is another one by now: under the old one nothing was done.
    if (bearer !== undefined && bearer !== by) return call<T>(method, path, options);
    if (!options.open) for (const heard of signedOut) heard();
    throw error;
  }
}

async function ask<T>(method: string, path: string, options: CallOptions): Promise<T> {
  const { body, key, signal, patienceMs = method === 'GET' ? readPatienceMs : undefined } = options;
  // A token of the page around us may be of somebody else than the cookie.
  const first = method === 'GET' && (options.token ?? bearer) === undefined ? firstAnswer(path) : undefined;
  if (first !== undefined) return first as T;
  const line = new AbortController();
  const end = () => line.abort();
  signal?.addEventListener('abort', end);
  const patience = patienceMs === undefined ? undefined : setTimeout(end, patienceMs);
  let error: ApiError;
  try {
    signal?.throwIfAborted();
    const answer = await fetch(base + path, {
      method,
      credentials: 'same-origin',
      headers: {
        ...headersOf(key),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
        ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: line.signal,
      keepalive: !!options.keepalive,
    });
    if (options.file) clearTimeout(patience);
    options.shown?.(answer);
    // It is cut off when the server fails in the middle of it.
    if (answer.ok)
      return (answer.status === 204 ? undefined : await answer[options.file ? 'blob' : 'json']()) as T;
    error = await errorOf(answer);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, 'OFFLINE', 'The server cannot be reached');
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener('abort', end);
  }
  throw error;
}

async function errorOf(answer: Response): Promise<ApiError> {
  const told = (await answer.json().catch(() => ({}))) as {
    error?:
      | {
          code?: string;
          message?: string;
          fields?: Fault[];
        }
      | string;
    message?: string;
    traceId?: string;
  };
  const error = typeof told.error === 'object' ? told.error : undefined;
  const first = error?.fields?.[0];
  const after = Number(answer.headers.get('retry-after'));
  const traceId = told.traceId ?? answer.headers.get('x-request-id') ?? undefined;
  return new ApiError(
    answer.status,
    first?.code ?? error?.code ?? `HTTP_${answer.status}`,
    first?.message ?? error?.message ?? told.message ?? `HTTP ${answer.status}`,
    {
      ...(error?.fields && { fields: error.fields }),
      ...(traceId !== undefined && { traceId }),
      ...(after > 0 && { retryAfterMs: after * 1000 }),
    },
  );
}

/** A query string of what is given; without it nothing. */
export function queryOf(given: Record<string, string | number | boolean | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** A key for a write, made once for each. */
export const newKey = () => crypto.randomUUID?.() ?? `k-${Date.now()}-${Math.random().toString(36).slice(2)}`;

/** A file of a message, without the host in front of it: ours is the one that we stand on. */
export function fileAt(link: string | undefined): string | undefined {
  if (link === undefined || !URL.canParse(link, location.href)) return undefined;
  const { protocol, pathname, search } = new URL(link, location.href);
  if (pathname.startsWith('/media/')) return pathname + search;
  return protocol === 'https:' ? link : undefined;
}
