import type { Site } from '../site.ts';
import type { Identity, Page } from '../talk.ts';
import type { ClientFrame, Message, Profile, ServerFrame } from './protocol.ts';

/** What the server did not take, with the code that it names; `LINE`: it was not reached. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  constructor(
    status: number,
    body: { code?: string; message?: string; field?: string; retryAfter?: number } = {},
  ) {
    super(body.message ?? '');
    this.status = status;
    this.code = body.code ?? (status ? (status < 500 ? '' : 'UNAVAILABLE') : 'LINE');
    this.field = body.field;
    this.retryAfter = body.retryAfter;
  }
}

export interface Session {
  visitorId: string;
  token: string;
  expiresAt: number;
  conversation?: string;
  visitor: Profile & { identified?: boolean };
  open: boolean;
  unread: number;
  config?: Site;
}

/** What a session is asked with. */
export interface SessionRequest {
  siteKey: string;
  visitorId?: string;
  token?: string;
  identity?: Identity;
  lang?: string;
  page?: Page;
}

/** An address beside this page. */
export const at = (path: string) => new URL(path, location.href);

/** Where the socket is: beside this page, by whatever name the visitor reaches it. */
export const socketUrl = () => at('ws').href.replace(/^http/, 'ws').replace(/\?.*/, '');

export const askSession = (request: SessionRequest) => call<Session>('session', undefined, request);

/** Waits up to 25 s for what comes after `after`; without it, answers at once with how everything is. */
export const poll = (token: string, after: number | undefined, signal: AbortSignal) =>
  call<{ frames: ServerFrame[] }>(
    `poll${after === undefined ? '' : `?after=${after}`}`,
    token,
    undefined,
    signal,
  );

export const sendFrames = (token: string, frames: ClientFrame[]) =>
  call<{ frames: ServerFrame[] }>('frames', token, { frames });

export const history = (token: string, before: string) =>
  call<{ messages: Message[]; more: boolean }>(
    `history?before=${encodeURIComponent(before)}&limit=50`,
    token,
  );

async function call<T>(path: string, token?: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(at(path), {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch(() => {
    throw new Refusal(0);
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, told.error);
  return told as T;
}
