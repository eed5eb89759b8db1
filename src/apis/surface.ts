import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EventType, StoredEvent } from '../model/event.ts';
import type { Problem } from '../model/problem.ts';
import type { App, Business } from '../model/setup.ts';
import type { Core } from '../pipeline/core.ts';

/**
 * A surface: one documented API over the core. A table of routes with their schemas, its own envelope
 * and error shape, and how it tells each event. Adding one is a folder and a line in `index.ts`.
 */
export interface Surface {
  readonly name: string;
  /** Where its routes live, for example `/xms/api/v1`. Errors below it are told in its shape. */
  readonly prefix: string;
  /** Adds the routes. Called inside an encapsulated Fastify plugin without prefix. */
  routes(app: FastifyInstance, core: Core): void;
  /** How it tells a problem: status, extra headers, and the body. */
  error(problem: Problem, request: FastifyRequest): SurfaceError;
  /** The event types that it can tell at all: nothing else is queued for its endpoints. */
  readonly tells: readonly EventType[];
  /** How it tells an event to an endpoint. Undefined: nothing to tell after all. */
  render(event: StoredEvent, to: Recipient): RenderedEvent | undefined;
}

export interface SurfaceError {
  status: number;
  headers?: Record<string, string>;
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
