import type { Capabilities } from '../channels/channel.ts';
import type { ContactType } from '../model/contact.ts';
import type {
  Agent,
  App,
  Approval,
  ChannelSetup,
  Endpoint,
  Queue,
  Setup,
  Team,
  Template,
  Var,
} from '../model/setup.ts';
import type { ChannelState } from './channel-states.ts';
import type { Caller } from './core.ts';

/**
 * Changes of what is set up. Every function is one transaction, checks what it is given (throws
 * `Problem` naming the field), and makes the change known to every process.
 * `put…` creates or replaces by the natural key, and answers whether anything changed.
 */
export interface SetupChanges {
  putBusiness(business: {
    domain: string;
    name?: string;
    settings?: Record<string, unknown>;
  }): Promise<Change<{ id: number; domain: string }>>;
  putApp(businessId: number, app: Partial<App> & { code: string }): Promise<Change<App>>;
  putQueue(
    businessId: number,
    queue: { code: string; name?: string; type?: Queue['type']; app?: string; isDefault?: boolean },
  ): Promise<Change<Queue>>;
  putTeam(businessId: number, team: { code: string; name?: string }): Promise<Change<Team>>;
  putAgent(businessId: number, agent: Partial<Agent> & { code: string }): Promise<Change<Agent>>;
  /** `settings` holds open and secret settings together, as the channel's schema names them. */
  putChannel(businessId: number, channel: ChannelChange): Promise<Change<ChannelSetup>>;
  putTemplate(
    businessId: number,
    template: Partial<Template> & { code: string; lang: string; body: string },
  ): Promise<Change<Template>>;
  approveTemplate(businessId: number, templateId: string, approval: Approval): Promise<Change<Template>>;
  putVar(businessId: number, value: Partial<Var> & { key: string }): Promise<Change<Var>>;
  /** `secret` and `verifyToken` are made when absent, and told once in the answer. */
  putEndpoint(
    businessId: number,
    endpoint: EndpointChange,
  ): Promise<Change<Endpoint> & { secret?: string; verifyToken?: string }>;
  /** The webhook of an app on one surface; an empty URL takes it away (`config/webhook`). */
  setWebhook(businessId: number, appId: string, surface: string, url: string): Promise<Endpoint | undefined>;
  enableEndpoint(businessId: number, endpointId: string): Promise<Endpoint>;
  /** The key itself is in the answer and nowhere else. */
  createKey(businessId: number, key: KeyRequest): Promise<{ id: string; key: string }>;
  revokeKey(businessId: number, keyId: string): Promise<void>;
  /** `noun` is the plural of what is taken away: `queues`, `teams` … Throws `notFound`, or `conflict` while it is in use. */
  remove(businessId: number, noun: Removable, key: string): Promise<void>;
  /** Makes the setup what a document says, as a whole or not at all (`parley apply`). */
  readonly apply: Apply;
  /** The channel types that there are, with what an operator fills in for each. */
  readonly channelTypes: readonly ChannelType[];
  /** How the channels of a business stand now, by channel id. */
  channelStates(businessId: number): Promise<Map<string, ChannelState>>;
}

/** One type of channel, as an operator sees it. */
export interface ChannelType {
  type: string;
  contactType: ContactType;
  about: string;
  /** JSON schema of its settings; properties marked `secret: true` are never shown again. */
  settings: unknown;
  carries: Capabilities;
}

export type Removable =
  | 'apps'
  | 'queues'
  | 'teams'
  | 'agents'
  | 'channels'
  | 'templates'
  | 'vars'
  | 'endpoints';

export interface Change<T> {
  value: T;
  change: 'created' | 'changed' | 'none';
}

export interface ChannelChange {
  type: string;
  lane: string;
  name?: string;
  sandbox?: boolean;
  enabled?: boolean;
  queue?: string;
  settings?: Record<string, unknown>;
}

export interface EndpointChange {
  /** Our id when an existing one is changed; else one is found by app, surface and URL, or made. */
  id?: string;
  surface: string;
  app?: string;
  url: string;
  types?: string[];
  secret?: string;
  verifyToken?: string;
}

export interface KeyRequest {
  app?: string;
  name: string;
  kind?: 'confidential' | 'publishable';
  scope?: 'read' | 'write';
  tenantWide?: boolean;
  /** Epoch ms. */
  expiresAt?: number;
}

/** What applying a document did, or would do. */
export interface Applied {
  /** Domain of the business. */
  business: string;
  dryRun: boolean;
  /** In the order in which it was done; what was right already is not among them. */
  changes: { change: 'created' | 'changed'; noun: string; name: string }[];
  /** New keys: told here once, and never again. Empty in a dry run. */
  keys: { app: string; name: string; key: string }[];
  /** New secrets of webhook endpoints: told here once. Empty in a dry run. */
  endpoints: { id: string; url: string; secret?: string; verifyToken?: string }[];
}

export type Apply = (
  document: unknown,
  how: { dryRun: boolean; by: Pick<Caller, 'businessId' | 'installation'> },
) => Promise<Applied>;

export type { Setup };
