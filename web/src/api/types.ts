import type { Content, MessageType, Mode, Tick } from './message-types.ts';

/** The shapes of `/api/v1/inbox` (docs/inbox.md). Times are epoch ms. */

export interface AgentCard {
  code: string;
  no: number;
  name: string;
  displayName?: string;
  imageUrl?: string;
  role: string;
  active: boolean;
}

export interface Me {
  agent: AgentCard & { email?: string; lang?: string; teams: string[]; queues: string[] };
  role: 'agent' | 'supervisor' | 'admin';
  business: { domain: string; name: string; uuid: string; lang?: string };
  rights: {
    seesAll: boolean;
    setup: boolean;
    simulate: boolean;
    assignOthers: boolean;
    cannedForAll: boolean;
  };
  signIn: { kind: 'cookie' | 'token' | 'access-token'; id: string; expiresAt: number };
  totp: boolean;
  hasPassword: boolean;
  preferences: Record<string, unknown>;
  /** Number of the last event: the live socket goes on from it. */
  seq: number;
}

export interface Channel {
  id: string;
  type: string;
  contactType: string;
  lane: string;
  name: string;
  sandbox: boolean;
  enabled: boolean;
  windowHours?: number;
  attention?: string;
  /** What it carries. */
  types: MessageType[];
  buttons: number;
  maxText?: number;
  media: Record<string, { mimes: string[]; maxBytes: number }>;
}

export interface Tag {
  id: number;
  name: string;
  colour?: string;
  description?: string;
}

export interface InboxSetup {
  agents: AgentCard[];
  teams: { code: string; name: string }[];
  queues: { code: string; name: string; type: 'AGENT' | 'BOT'; isDefault: boolean }[];
  channels: Channel[];
  tags: Tag[];
  customFields: { key: string; name: string; type: string }[];
  settings: { agentsSee: 'all' | 'own'; sessionHours: number };
}

export type State = 'open' | 'snoozed' | 'resolved' | 'closed';

/** The care window of a channel that has one. */
export interface CareWindow {
  hours: number;
  open: boolean;
  endsAt?: number;
}

export interface Last {
  id: string;
  direction: 'I' | 'O' | 'N';
  type: string;
  text: string;
  at: number;
  senderType?: 'API' | 'BOT' | 'AGENT';
  sender?: string;
  tick?: Tick;
}

export interface InboxSession {
  id: string;
  ticket: string;
  state: State;
  version: number;
  contact: {
    id: string;
    no: number;
    name: string;
    imageUrl?: string;
    type: string;
    lane: string;
    csid: string;
    tags: number[];
    owner?: string;
    lang?: string;
    optedOut: boolean;
  };
  channelId: string;
  queue: string;
  agent?: string;
  team?: string;
  resolvedBy?: string;
  startedAt: number;
  closedAt?: number;
  activeAt: number;
  waitingSince?: number;
  snoozedUntil?: number;
  unread: number;
  draft?: Mode;
  mentioned: boolean;
  last?: Last;
  window?: CareWindow;
}

export interface Draft {
  text: string;
  data?: DraftData;
  savedAt?: number;
}

/** What is chosen beside the text. */
export interface DraftData {
  template?: ChosenTemplate;
}

/** A template with what is filled into it so far. */
export interface ChosenTemplate {
  code: string;
  lang: string;
  values: Record<string, string>;
}

export interface Profile {
  name?: string;
  email?: string;
  phone?: string;
  profileId?: string;
  displayName?: string;
  imageUrl?: string;
  countryCode?: string;
}

export interface Label {
  key: string;
  value: unknown;
  name?: string;
  type?: string;
}

export interface Person {
  id: string;
  no: number;
  type: string;
  lane: string;
  csid: string;
  channelId: string;
  profile: Profile;
  businessProfile: Profile;
  labels: Label[];
  tags: number[];
  owner?: string;
  lang?: string;
  optedOut: boolean;
  lastInboundAt?: number;
}

/** A row of the list of contacts. */
export interface ListedContact {
  id: string;
  no: number;
  name: string;
  imageUrl?: string;
  type: string;
  lane: string;
  csid: string;
  channelId: string;
  phone?: string;
  email?: string;
  tags: number[];
  owner?: string;
  optedOut: boolean;
  lastInboundAt?: number;
  /** The newest conversation of theirs that one sees. */
  session?: { id: string; state: State; activeAt: number };
}

export type SessionDetail = InboxSession & {
  person: Person;
  drafts: Partial<Record<Mode, Draft>>;
  /** When this browser asked for it: what it kept itself since then is newer. */
  askedAt?: number;
};

export interface Page<T> {
  items: T[];
  next?: string;
}

export interface Counts {
  mine: number;
  unassigned: number;
  all: number;
  mentions: number;
  unread: number;
  snoozed: number;
  byQueue: Record<string, number>;
  byTeam: Record<string, number>;
  byAgent: Record<string, number>;
  byChannel: Record<string, number>;
}

export interface SearchAnswer {
  messages?: Page<{
    id: string;
    sessionId: string;
    contact: { id: string; name: string };
    at: number;
    direction: 'I' | 'O' | 'N';
    text: string;
    snippet: { text: string; hit: boolean }[];
  }>;
  contacts?: Page<Person>;
  /** Whose ticket was searched for. */
  sessions?: InboxSession[];
}

export interface Switches {
  receipts: 'auto' | 'manual';
  /** With what every message to the phone fails. */
  fail?: string;
}

/** What goes wrong at a simulated provider. */
export interface ProviderSwitches {
  delayMs: number;
  duplicate: boolean;
  reorder: boolean;
  tooFast: number;
  faults: number;
  loseReceipts: number;
  expired: boolean;
}

/** What the live socket tells in `event`. */
export interface LiveEvent {
  id: string;
  type: string;
  seq: number;
  at: number;
  data: {
    session?: { id: string; agent?: string; resolved?: boolean };
    message?: { id: string; sessionId?: string; direction?: string; senderCode?: string; content?: Content };
    /** Codes of agents whom a note mentions. */
    mentions?: string[];
    assignment?: { oldAgent?: string; newAgent?: string };
    /** Code of the agent who did it. */
    by?: string;
    messageId?: string;
    contact?: { id: string };
    agent?: string;
    [key: string]: unknown;
  };
}
