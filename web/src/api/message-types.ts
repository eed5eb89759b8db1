/** What `/api/v1/inbox` says of messages, and what they are made of. */

export type Tick = 'scheduled' | 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'deleted';

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

export type Mode = 'reply' | 'note';

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

export interface ThreadPage {
  items: ThreadMessage[];
  /** There are older ones. */
  before: boolean;
  after: boolean;
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
  /** `savedAt` of the draft that it was, by which the server takes that one away, and no other. */
  draft?: number;
  /** What the server does with the conversation once it has the message. */
  andThen?: 'resolve';
}
