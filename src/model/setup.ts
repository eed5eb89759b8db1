import type { EndUserSettings } from './access.ts';
import type { Approval } from './approval.ts';
import type { ContactType } from './contact.ts';
import type { Button, MediaType } from './message.ts';
import type { AgentView } from './policy.ts';

/** What an administrator sets up. All of a business's setup is read often and written rarely. */
export interface Business {
  id: number;
  /** By what other systems know it; never changes. */
  uuid: string;
  /** `meta.domain`; lower case. */
  domain: string;
  name: string;
  settings: BusinessSettings;
  /** Epoch ms. */
  createdAt: number;
}

export interface BusinessSettings {
  /** Language used when neither request nor contact names one (decision D44). */
  lang?: string;
  /** Hours without a message after which a session ends (decision D48). Default 24. */
  sessionHours?: number;
  /** Which sessions agents see who are neither supervisor nor admin; absent: all. */
  agentsSee?: AgentView;
  /** How many agents may be active; 0 and absent: any number. */
  agentSeats?: number;
  /** What bots, visitors and people who sign in may do. */
  endUsers?: EndUserSettings;
  /** By which the days of its figures are cut: an IANA name. Default UTC. */
  timeZone?: string;
}

export const appModes = ['AGENT', 'BOT', 'SCRIPTUS', 'PUSH', 'WEBHOOK', 'NONE'] as const;
export type AppMode = (typeof appModes)[number];

/** A client application of a business: owner of keys, a webhook and queues. */
export interface App {
  id: string;
  /** Chosen by the administrator, unique in the business. */
  code: string;
  name: string;
  mode: AppMode;
  type: string;
  /** Where the app is asked about a contact at session start (decision D65). */
  contactInfoUrl?: string;
  props: Record<string, unknown>;
}

/** Where a session can wait: for agents, or for a bot's app. */
export interface Queue {
  code: string;
  name: string;
  type: 'AGENT' | 'BOT';
  /** The app that receives the inbound traffic of the queue. */
  appId?: string;
  /** First queue of new sessions, unless the channel names another (decision D49). */
  isDefault: boolean;
}

export interface Team {
  code: string;
  name: string;
}

/** A person who answers for the business. */
export interface Agent {
  code: string;
  /** Unique in the business, among contacts too. */
  no: number;
  name: string;
  /** How customers see it, where that is not the name. */
  displayName?: string;
  email?: string;
  /** A word of the business; `admin` and `agent` have a meaning. */
  role: string;
  /** A word of the business; `inactive` goes with `active: false`, and any other with `active: true`. */
  status: string;
  active: boolean;
  imageUrl?: string;
  /** Language in which this person works, `en` or `en_US`. */
  lang?: string;
  /** Who vouches for this person, and what they are called there: unique in the business. */
  platformType: string;
  platformId: string;
  teams: string[];
  /** Codes of the queues that this agent works in; none: every queue of agents. */
  queues: string[];
  skills: string[];
}

/** By what the business sorts its contacts. */
export interface Tag {
  id: number;
  /** Unique in the business, whatever its case. */
  name: string;
  /** `#rrggbb`. */
  colour?: string;
  description?: string;
  /** Number of the agent who made it. */
  createdBy?: number;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}

export const customFieldTypes = ['text', 'number', 'date', 'list'] as const;

/** A label that every contact may have. Its value is the contact's label of this key: there is no other place for it. */
export interface CustomField {
  id: number;
  /** Unique in the business. */
  key: string;
  name: string;
  type: (typeof customFieldTypes)[number];
}

/** One door to customers, as set up. Its secrets are sealed in the store and are not part of it. */
export interface ChannelSetup {
  /** `<type>:<lane>`, for example `wa360:918828218374`. */
  id: string;
  type: string;
  contactType: ContactType;
  lane: string;
  name: string;
  /** Unguessable; part of the webhook address. */
  accountId: string;
  sandbox: boolean;
  enabled: boolean;
  /** First queue of sessions of this channel. */
  queue?: string;
  /** Settings that are no secret, by the channel's own schema. */
  settings: Record<string, unknown>;
  /** Why an administrator must look at it; absent while all is well. */
  attention?: { since: number; reason: string };
  /** Epoch ms until which nothing is sent: the provider asked for a pause. */
  pausedUntil?: number;
}

/** One language variant of a template (`HSMTemplateDoc`). */
export interface Template {
  id: string;
  code: string;
  lang: string;
  name: string;
  desc?: string;
  contactType?: ContactType;
  category?: string;
  categoryType?: string;
  formatType?: string;
  title?: string;
  header?: string;
  body: string;
  footer?: string;
  buttons: Button[];
  /** Media of the header. */
  media?: { type: MediaType; link?: string; filename?: string };
  /** Name at the provider, where it differs from the code. */
  providerName?: string;
  /** The provider knows its placeholders by name: it was made there, and taken over. */
  named?: true;
  /** What its placeholders may stand for, by their names: for those who approve it, and for previews. */
  samples?: Record<string, string>;
  meta: Record<string, unknown>;
  approvals: Approval[];
  createdBy?: string;
  /** Epoch ms. */
  createdAt: number;
}

/** A `global.` variable of templates. */
export interface Var {
  id: string;
  key: string;
  value: unknown;
  type?: string;
  group?: string;
  description?: string;
  shared: boolean;
  disabled: boolean;
  /** Bound to one channel (decision D28). */
  channelId?: string;
}

/** `schedule`: as often as the schedule has it; `retry`: at most 5 times; `once`. */
export const deliveryPolicies = ['schedule', 'retry', 'once'] as const;
export type DeliveryPolicy = (typeof deliveryPolicies)[number];

/** Where events are told: one address of an app, or of the whole business. */
export interface Endpoint {
  id: string;
  /** Whose words it is told in: `xms`, `parley` … */
  surface: string;
  /** Events of this app alone; absent: of the whole business. */
  appId?: string;
  url: string;
  /** Event types wanted; absent: all that the surface can tell. */
  types?: string[];
  /** The one event of its surface that it hears, where the surface has endpoints of one event each. */
  topic?: string;
  name?: string;
  description?: string;
  /** How often a delivery is tried. */
  policy: DeliveryPolicy;
  /** The word in which it was asked for, on surfaces that take any. */
  policyWord?: string;
  /** False: nothing is told to it, and nothing kept for later. */
  enabled: boolean;
  /** Epoch ms since which nothing is sent to it, and why. */
  disabledAt?: number;
  disabledReason?: string;
  createdAt: number;
  updatedAt: number;
}

/** Everything an administrator set up in one business. */
export interface Setup {
  business: Business;
  apps: Map<string, App>;
  queues: Map<string, Queue>;
  teams: Map<string, Team>;
  agents: Map<string, Agent>;
  tags: Map<number, Tag>;
  customFields: Map<number, CustomField>;
  channels: Map<string, ChannelSetup>;
  templates: Template[];
  vars: Var[];
  endpoints: Map<string, Endpoint>;
}

/** The queue of agents that every business has (xms.md section 3). */
export const agentDesk = 'agent_desk';
