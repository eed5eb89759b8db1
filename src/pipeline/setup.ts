import type { Capabilities, WebhookUse } from '../channels/channel.ts';
import type { ApprovalNews } from '../model/approval.ts';
import type { ContactType } from '../model/contact.ts';
import type {
  Agent,
  App,
  ChannelSetup,
  CustomField,
  DeliveryPolicy,
  Endpoint,
  Queue,
  Setup,
  Tag,
  Team,
  Template,
  Var,
} from '../model/setup.ts';
import type { CannedAnswer } from '../store/canned-answers.ts';
import type { By } from './audit.ts';
import type { CannedAnswerChange } from './canned-answers.ts';
import type { ChannelState } from './channel-states.ts';
import type { Caller, KeyKind } from './core.ts';
import type { NewKey } from './keys.ts';

/**
 * Changes of what is set up. Every function is one transaction, checks what it is given (throws
 * `Problem` naming the field), makes the change known to every process, and leaves its line in the audit log.
 * `put…` creates or replaces by the natural key, and answers whether anything changed.
 */
export interface SetupChanges {
  putBusiness(
    by: Partial<Caller>,
    business: { domain: string; name?: string; settings?: Record<string, unknown> },
  ): Promise<Change<{ id: number; domain: string }>>;
  putApp(by: By, app: Partial<App> & { code: string }): Promise<Change<App>>;
  putQueue(
    by: By,
    queue: { code: string; name?: string; type?: Queue['type']; app?: string; isDefault?: boolean },
  ): Promise<Change<Queue>>;
  putTeam(by: By, team: { code: string; name?: string }): Promise<Change<Team>>;
  putAgent(by: By, agent: AgentChange): Promise<Change<Agent>>;
  putTag(by: By, tag: TagChange): Promise<Change<Tag>>;
  /** A canned answer of the business. */
  putCannedAnswer(by: By, answer: CannedAnswerChange): Promise<Change<CannedAnswer>>;
  putCustomField(by: By, field: CustomFieldChange): Promise<Change<CustomField>>;
  /** `settings` holds open and secret settings together, as the channel's schema names them. */
  putChannel(by: By, channel: ChannelChange): Promise<Change<ChannelSetup>>;
  putTemplate(
    by: By,
    template: Partial<Template> & { code: string; lang: string; body: string },
  ): Promise<Change<Template>>;
  approveTemplate(by: By, templateId: string, approval: ApprovalNews): Promise<Change<Template>>;
  putVar(by: By, value: Partial<Var> & { key: string }): Promise<Change<Var>>;
  /** `secret` and `verifyToken` are made when absent, and told once in the answer. */
  putEndpoint(
    by: By,
    endpoint: EndpointChange,
  ): Promise<Change<Endpoint> & { secret?: string; verifyToken?: string }>;
  /** The webhook of an app on one surface; an empty URL takes it away (`config/webhook`). */
  setWebhook(by: By, appId: string, surface: string, url: string): Promise<Endpoint | undefined>;
  enableEndpoint(by: By, endpointId: string): Promise<Endpoint>;
  /** The key itself is in the answer and nowhere else. */
  createKey(by: By, key: KeyRequest): Promise<NewKey>;
  revokeKey(by: By, keyId: string): Promise<void>;
  /** A new secret for the signatures of visitors, told this once; the one before is worth nothing then. */
  renewVisitorSecret(by: By): Promise<{ secret: string }>;
  /** `noun` is the plural of what is taken away: `queues`, `teams` … Throws `notFound`, or `conflict` while it is in use. */
  remove(by: By, noun: Removable, key: string): Promise<void>;
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
  /** The type that it is another name of. */
  aliasOf?: string;
  /** What people call it, and a sentence. */
  name: string;
  about: string;
  /** JSON schema of its settings; properties marked `secret: true` are never shown again. */
  settings: unknown;
  carries: Capabilities;
  /** Its settings can be tested. */
  hasTest: boolean;
  /** How its provider learns where to call us; absent: it never calls. */
  webhook?: WebhookUse;
  /** Templates can be handed in to its provider, and read from there. */
  submits: boolean;
  /** What people are shown of agents: that they write, that they have read. */
  signals: ('typing' | 'read')[];
  /** People come to us with a widget of ours. */
  hasVisitors: boolean;
}

export type Removable =
  | 'apps'
  | 'queues'
  | 'teams'
  | 'agents'
  | 'tags'
  | 'cannedAnswers'
  | 'customFields'
  | 'channels'
  | 'templates'
  | 'vars'
  | 'endpoints';

export interface Change<T> {
  value: T;
  change: 'created' | 'changed' | 'none';
}

/** An agent by code. An empty text takes an optional part away; `status` and `active` follow each other. */
export interface AgentChange extends Partial<Omit<Agent, 'no'>> {
  code: string;
  /** It must not be there yet. Throws `invalid` on `code`. */
  isNew?: boolean;
}

/** A tag by id, or by name whatever its case. An empty text takes an optional part away. */
export interface TagChange {
  id?: number;
  /** Must be there unless `id` is: then, absent, it stays. */
  name?: string;
  colour?: string;
  description?: string;
  createdBy?: number;
  /** It must not be there yet. Throws `invalid` on `name`. */
  isNew?: boolean;
}

/** A custom field by id, or by key. */
export interface CustomFieldChange {
  id?: number;
  key: string;
  name?: string;
  type?: string;
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
  /** Must be there unless `id` is; an endpoint keeps its surface. */
  surface?: string;
  app?: string;
  /** Must be there unless `id` is: then, absent, it stays. */
  url?: string;
  /** `null`: all that the surface tells. */
  types?: string[] | null;
  /** Where the surface has endpoints of one event each: which one. Such an endpoint is a new one unless `id` is given. */
  topic?: string;
  /** An empty text takes it away. */
  name?: string;
  description?: string;
  policy?: DeliveryPolicy;
  /** What the surface calls the policy, where it has words of its own. */
  policyWord?: string;
  enabled?: boolean;
  secret?: string;
  verifyToken?: string;
  /** Which of the two is replaced by one that is made here. */
  rotate?: 'secret' | 'verifyToken';
  /** False: the secret that is replaced is out of use at once, and so is one that still signed beside it. */
  overlap?: boolean;
  /** It must not be there yet. Throws `invalid` on `url`. */
  isNew?: boolean;
}

export interface KeyRequest {
  app?: string;
  name: string;
  /** `publishable`: only registers end users; `server`: only vouches for people who sign in. */
  kind?: KeyKind;
  scope?: 'read' | 'write';
  tenantWide?: boolean;
  /** Epoch ms. */
  expiresAt?: number;
  /** Number of the agent who makes it. */
  makerNo?: number;
}

/** What applying a document did, or would do. */
export interface Applied {
  /** Domain of the business. */
  business: string;
  dryRun: boolean;
  /** In the order in which it was done; what was right already is not among them. */
  changes: { change: 'created' | 'changed'; noun: string; name: string }[];
  /** New keys: told here once, and never again. Empty in a dry run. */
  keys: { app: string; name: string; key: string; token?: string }[];
  /** New secrets of webhook endpoints: told here once. Empty in a dry run. */
  endpoints: { id: string; url: string; secret?: string; verifyToken?: string }[];
}

export type Apply = (document: unknown, how: { dryRun: boolean; by: By }) => Promise<Applied>;

export type { Setup, WebhookUse };
