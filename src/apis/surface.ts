import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EventType, StoredEvent } from '../model/event.ts';
import type { Problem } from '../model/problem.ts';
import type { Agent, App, Business } from '../model/setup.ts';
import type { Core } from '../pipeline/core.ts';
import type { EndpointSecrets } from '../pipeline/setup-secrets.ts';

/**
 * A surface: one documented API over the core. A table of routes with their schemas, its own envelope
 * and error shape, and how it tells each event. Adding one is a folder and a line in `index.ts`.
 */
export interface Surface {
  readonly name: string;
  /** Where its routes live, for example `/xms/api/v1`. Errors below it are told in its shape. */
  readonly prefix: string;
  /** Addresses outside of it that are answered, too, since callers have them in print. */
  readonly alsoAt?: readonly string[];
  /** Adds the routes. Called inside an encapsulated Fastify plugin without prefix. */
  routes(app: FastifyInstance, core: Core): void;
  /** How it tells a problem: status, extra headers, and the body. */
  error(problem: Problem, request: FastifyRequest): SurfaceError;
  /** The event types that it can tell at all: nothing else is queued for its endpoints. */
  readonly tells: readonly EventType[];
  /**
   * Only where each endpoint hears exactly one event: the surface's names of these events, with the types
   * behind each. None for a name of which nothing is told yet. `Recipient.topic` is one of them.
   */
  readonly topics?: Readonly<Record<string, readonly EventType[]>>;
  /** How it tells an event to an endpoint. Undefined: nothing to tell after all. */
  render(event: StoredEvent, to: Recipient): RenderedEvent | undefined;
  /** Headers by which a receiver knows us, in place of the usual ones (Standard Webhooks, `x-verify-token`). */
  sign?(body: string, secrets: EndpointSecrets): Record<string, string>;
  /** How long the answer of a receiver may take, ms. Default: 30 s. */
  readonly timeoutMs?: number;
}

/** The surface that a path belongs to: the one with the longest prefix, since one may lie below another. */
export function surfaceAt(surfaces: readonly Surface[], path: string): Surface | undefined {
  return surfaces
    .filter(
      ({ prefix, alsoAt }) => path === prefix || path.startsWith(`${prefix}/`) || alsoAt?.includes(path),
    )
    .reduce<Surface | undefined>(
      (longest, one) => (longest && longest.prefix.length >= one.prefix.length ? longest : one),
      undefined,
    );
}

export interface SurfaceError {
  status: number;
  headers?: Record<string, string>;
  /** `text/plain` where the contract says so; else JSON. */
  type?: 'text/plain';
  body: unknown;
}

/** Whom an event is told to. */
export interface Recipient {
  business: Business;
  /** The app that owns the endpoint; absent for an endpoint of the whole business. */
  app?: App;
  /** Queue code of the app, where it has one (`meta.appCode`). */
  queue?: string;
  endpointId: string;
  /** The agents of the business, by code. */
  agents: ReadonlyMap<string, Agent>;
  /** The one event that the endpoint hears, on surfaces that have `topics`. */
  topic?: string;
  /** Second part of the public host (`meta.server`, decision D1). */
  server: string;
  /** Makes the address of a media file: plain, or signed and expiring (decision D59). */
  mediaLink(mediaId: string, signed: boolean): string;
}

/** The body of a webhook call and what the surface adds to the headers. */
export interface RenderedEvent {
  body: unknown;
  headers?: Record<string, string>;
}
