import type { Logger } from 'pino';
import type { StoredEvent } from '../model/event.ts';
import type { Agent, App, Business, Setup } from '../model/setup.ts';
import type { Database } from '../store/database.ts';
import type { ChangeFeed } from '../store/setup-feed.ts';
import type { Credentials } from './credentials.ts';
import type { FileStore } from './file-store.ts';
import type { HealthNotes } from './health-notes.ts';
import type { MediaLinks } from './media-link.ts';
import type { OpenConnections } from './open-connections.ts';
import type { Outside } from './outside.ts';
import type { Pictures } from './pictures.ts';
import type { EndpointSecrets } from './setup-secrets.ts';
import type { Sounds } from './sounds.ts';
import type { Wake } from './wake.ts';

/** What every step of the pipeline works with. */
export interface Context {
  readonly db: Database;
  readonly log: Logger;
  readonly wake: Wake;
  /** All that is set up in a business; cached. */
  setup(businessId: number): Promise<Setup>;
  /** Says of a transaction that it changes the setup. */
  readonly announce: ChangeFeed['announce'];
  /** A channel's full settings, secrets opened. */
  account(businessId: number, channelId: string): Promise<Record<string, unknown>>;
  /** What providers give in place of a channel's credentials. */
  readonly credentials: Credentials;
  /** An endpoint's secrets. */
  endpointSecrets(businessId: number, endpointId: string): Promise<EndpointSecrets>;
  /** How channels reach their providers. */
  readonly call: Outside['call'];
  /** How channels fare, as this process sees it. */
  readonly health: HealthNotes;
  /** The connections of this process over which messages go out. */
  readonly connections: OpenConnections;
  /** `<surface> <event type>` for everything that some surface tells. */
  readonly tells: readonly string[];
  /** How a surface tells an event to one of its endpoints; handed over by main, so that the pipeline knows no surface. */
  render(
    surface: string,
    event: StoredEvent,
    to: RenderTarget,
  ): { body: unknown; headers?: Record<string, string> } | undefined;
  /** How endpoints of a surface are called. */
  manner(surface: string): Manner;
  /** How the outside calls this server. */
  readonly publicUrl: URL;
  /** Where files are kept. */
  readonly files: FileStore;
  /** What is made of pictures for channels that do not take them as they are. */
  readonly pictures: Pictures;
  /** How long sounds last, for channels that say so. */
  readonly sounds: Sounds;
  /** Their addresses. */
  readonly mediaLinks: MediaLinks;
}

/** How a surface calls its endpoints, where that is not as all do. */
export interface Manner {
  /** Headers by which the receiver knows us; absent: Standard Webhooks, and the verify token. */
  sign?(body: string, secrets: EndpointSecrets): Record<string, string>;
  /** How long an answer may take; absent: 30 s. */
  timeoutMs?: number;
}

/** Whom an event is rendered for. */
export interface RenderTarget {
  business: Business;
  app?: App;
  queue?: string;
  endpointId: string;
  /** The agents of the business, by code. */
  agents: ReadonlyMap<string, Agent>;
  /** The one event that the endpoint hears, where it is such a one. */
  topic?: string;
}
