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

export type MessageType =
  | 'text'
  | 'image'
  | 'video'
  | 'audio'
  | 'voice'
  | 'document'
  | 'sticker'
  | 'location'
  | 'contacts'
  | 'template'
  | 'reaction'
  | 'system'
  | 'optin'
  | 'optout'
  | 'unsupported';

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
export type Tick = 'scheduled' | 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'deleted';

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

export type Mode = 'reply' | 'note';

export interface Draft {
  text: string;
  data?: Record<string, unknown>;
  savedAt?: number;
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

export type SessionDetail = InboxSession & {
  person: Person;
  drafts: Partial<Record<Mode, Draft>>;
  /** When this browser asked for it: what it kept itself since then is newer. */
  askedAt?: number;
};

export interface Button {
  type?: 'QUICK_REPLY' | 'URL' | 'PHONE_NUMBER' | 'LOCATION_REQUEST';
  code?: string;
  label?: string;
  desc?: string;
  url?: string;
  phone?: string;
}

export interface Media {
  link?: string;
  id?: string;
  caption?: string;
  filename?: string;
  mime?: string;
  sizeBytes?: number;
  /** Of a picture: a small one, which may not be there. */
  thumbnail?: string;
}

export interface ContactCard {
  name?: { formatted_name?: string; first_name?: string; last_name?: string };
  phones?: { phone?: string; type?: string }[];
  emails?: { email?: string; type?: string }[];
  org?: { company?: string; title?: string };
}

export interface Content {
  type: MessageType;
  text?: string;
  subject?: string;
  html?: string;
  media?: Media;
  location?: { latitude: string; longitude: string; name?: string; address?: string; url?: string };
  cards?: ContactCard[];
  template?: {
    code?: string;
    lang?: string;
    header?: string;
    body?: string;
    footer?: string;
    media?: Media & { type: MessageType };
  };
  buttons?: Button[];
  heading?: string;
  footer?: string;
  listLabel?: string;
  press?: { code: string; label: string };
  reaction?: { emoji: string; messageIdExt?: string; messageId?: string };
}

export interface MessageFailure {
  class: string;
  code?: string;
  text: string;
  details?: string;
  mayRetry: boolean;
}

export interface ThreadMessage {
  id: string;
  no: number;
  sessionId: string;
  direction: 'I' | 'O' | 'N' | 'L';
  at: number;
  content: Content;
  tick?: Tick;
  ticks?: Partial<Record<Tick, number>>;
  failure?: MessageFailure;
  sender?: { type: 'API' | 'BOT' | 'AGENT'; code?: string };
  replyTo?: { id?: string; direction?: 'I' | 'O'; type?: string; text?: string };
  mentions?: string[];
  /** The message by which it was sent once more; and the one that it is another try of. */
  retriedBy?: { id: string; sessionId: string };
  retryOf?: string;
  sendAt?: number;
  mask: boolean;
  system?: {
    event: string;
    agent?: string;
    by?: string;
    queue?: string;
    team?: string;
    until?: number;
    reason?: string;
  };
}

export interface Page<T> {
  items: T[];
  next?: string;
}

export interface ThreadPage {
  items: ThreadMessage[];
  /** There are older ones. */
  before: boolean;
  after: boolean;
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

export interface Template {
  code: string;
  lang: string;
  name: string;
  category?: string;
  header?: string;
  body: string;
  footer?: string;
  buttons: Button[];
  media?: Media & { type: MessageType };
  variables: { name: string; where: 'header' | 'body' | 'button'; fallback?: string }[];
  usable: boolean;
  why?: string;
}

export interface TemplateUse {
  code: string;
  lang?: string;
  data?: Record<string, unknown>;
}

export interface Preview {
  header?: string;
  body: string;
  footer?: string;
  buttons?: Button[];
  missing: string[];
  /** Of a text, where the provider charges by the part: how many parts, and units left in the last one. */
  measure?: { segments: number; left: number };
}

export interface CannedAnswer {
  code: string;
  own: boolean;
  title: string;
  text: string;
  lang?: string;
  team?: string;
  media?: { id: string; filename?: string }[];
}

/** What an agent sends. */
export interface Compose {
  content?: Partial<Content>;
  template?: TemplateUse;
  replyTo?: string;
  sendAt?: number;
  seen?: string;
  /** What the server does with the conversation once it has the message. */
  andThen?: 'resolve';
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
    message?: { id: string; sessionId?: string; direction?: string; content?: Content };
    messageId?: string;
    contact?: { id: string };
    agent?: string;
    [key: string]: unknown;
  };
}
