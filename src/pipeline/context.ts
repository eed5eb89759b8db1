import type { Logger } from 'pino';
import type { StoredEvent } from '../model/event.ts';
import type { App, Business, Setup } from '../model/setup.ts';
import type { Database } from '../store/database.ts';
import type { MediaLinks } from './media-link.ts';
import type { Outside } from './outside.ts';
import type { Wake } from './wake.ts';

/** What every step of the pipeline works with. */
export interface Context {
  readonly db: Database;
  readonly log: Logger;
  readonly wake: Wake;
  /** All that is set up in a business; cached. */
  setup(businessId: number): Promise<Setup>;
  /** A channel's full settings, secrets opened. */
  account(businessId: number, channelId: string): Promise<Record<string, unknown>>;
  /** An endpoint's secrets. */
  endpointSecrets(
    businessId: number,
    endpointId: string,
  ): Promise<{ secret: string; formerSecrets?: string[]; verifyToken: string }>;
  /** How channels reach their providers. */
  readonly call: Outside['call'];
  /** `<surface> <event type>` for everything that some surface tells. */
  readonly tells: readonly string[];
  /** How a surface tells an event to one of its endpoints; handed over by main, so that the pipeline knows no surface. */
  render(
    surface: string,
    event: StoredEvent,
    to: RenderTarget,
  ): { body: unknown; headers?: Record<string, string> } | undefined;
  /** Where files are kept. */
  readonly mediaDir: string;
  /** Their addresses. */
  readonly mediaLinks: MediaLinks;
}

/** Whom an event is rendered for. */
export interface RenderTarget {
  business: Business;
  app?: App;
  queue?: string;
  endpointId: string;
}
