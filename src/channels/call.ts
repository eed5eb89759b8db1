import type { Save } from './channel.ts';

/**
 * The only way a channel reaches the outside. Guarded against private addresses, time-limited, never
 * follows redirects. Throws `SendFailure` UNAVAILABLE when the request surely did not arrive, and
 * OUTCOME_UNKNOWN when it was written but not answered.
 */
export type Call = (request: CallRequest) => Promise<CallResponse>;

export interface CallRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  /** Objects are sent as JSON; strings and buffers as they are; FormData as multipart. */
  body?: unknown;
  /** Whole call, ms. Default 15,000. */
  timeoutMs?: number;
  /** Largest answer that is read, bytes. Default 1 MiB. */
  maxBytes?: number;
  /**
   * Where the body of a 200 goes instead of `body`, however long it is. What it throws ends the call, and
   * is thrown by it.
   */
  save?: Save;
}

export interface CallResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
  /** The body as JSON; undefined when it is none. */
  json(): unknown;
}
