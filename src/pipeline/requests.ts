import type { Contact, Label, Profile } from '../model/contact.ts';
import type { Content, Message, SenderType } from '../model/message.ts';
import type { PlacedValues } from '../model/template.ts';

// What surfaces ask of the pipeline, and what they are answered.

/** What is told again. */
export interface ReplayRange {
  /** Numbers of the first and the last event. */
  from: number;
  to: number;
  /** Only of these times, epoch ms. */
  since?: number | undefined;
  until?: number | undefined;
  /** Only what was never taken. */
  failed?: boolean;
}

/** What became of a send: the message, and where it is. */
export interface SendAnswer {
  id: string;
  /** Number of the message. */
  no: number;
  sessionId: string;
  contactId: string;
}

export interface SendRequest {
  to: { contactId?: string; phone?: string; email?: string; csid?: string; name?: string };
  /** Full id or a bare lane (decision D20); may be left out with `to.contactId` (D34). */
  channelId?: string;
  /** What to say; for `type: 'template'` the rest is made from `template`. */
  content: Content;
  template?: TemplateChoice;
  mask?: boolean;
  /** Our id of the message that this one answers. */
  replyTo?: string;
  /** Our id of the message that failed and is sent anew by this one: once, else `conflict`, code RETRIED. */
  retryOf?: string;
  /** Epoch ms; in the future: stored as SCHLD until then. */
  sendAt?: number;
  /** Only to somebody who is a contact already; else `invalid` on `to`, code UNKNOWN_CONTACT. */
  onlyKnown?: boolean;
  /**
   * Where the channel has a care window that is closed, only templates; else `invalid`, code WINDOW_CLOSED. Without
   * it the message is accepted, and fails when it is sent.
   */
  onlyInWindow?: boolean;
  sender: { type: SenderType; code?: string };
}

/** A template chosen by id or code, with the data of its placeholders (decisions D43 to D45). */
export interface TemplateChoice {
  id?: string;
  code?: string;
  lang?: string;
  data?: Record<string, unknown>;
  /** Values by place, for callers that know no names; they go before `data`. */
  placed?: PlacedValues;
  linked?: string;
}

export interface RouteRequest {
  sessionId: string;
  queue?: string;
  agent?: string;
  team?: string;
  skills?: string[];
  params?: Record<string, unknown>;
  /** Kept as an agent's note. */
  note?: string;
}

/** Names a contact: by id, or by its address on a channel, which creates it. */
export interface ContactRef {
  contactId?: string;
  channelId?: string;
  csid?: string;
}

/** A contact as the business tells it. */
export interface ContactDraft {
  /** Full id or a bare lane; may be left out by a business that has one channel. */
  channelId?: string;
  /** The person's address on that channel. */
  csid: string;
  /** Adds to what is known. */
  businessProfile: Profile;
  /** Ids of tags, added to those that it has. */
  tags?: number[];
}

/** Absent means leave alone. */
export interface ContactChange {
  /** As told by the channel. */
  profile?: Profile;
  /** As told by the business. */
  businessProfile?: Profile;
  /** Upserted by key; a null value removes the label (decision D64). */
  labels?: Label[];
}

/** What a received batch did, message by message, in the given order. */
export interface ReceivedEffects {
  /** The stored message; the first one again when the provider told it twice. */
  messages: (Message & { contact: Contact; routingId: string; agent?: string; team?: string })[];
}

/** A file as it comes in: never whole in memory. */
export interface NewFile {
  bytes: AsyncIterable<Buffer>;
  filename?: string;
}

/** A file of the business. */
export interface File {
  id: string;
  /** Where anybody who has the address may fetch it, for good. */
  link: string;
  /** `fetching`: a channel keeps it still; `failed`: it could not be fetched from there. */
  state: 'stored' | 'fetching' | 'failed';
  /** By its bytes; what the channel said while it is not stored. */
  mime?: string;
  sizeBytes?: number;
  sha256?: string;
  filename?: string;
  /** Of a picture: where a small one is. */
  thumbnail?: string;
}

export interface CustomerObject {
  type: string;
  id?: string;
  data: Record<string, unknown>;
  links: CustomerLink[];
}

export interface CustomerEvent {
  eventName: string;
  id?: string;
  data?: unknown;
  links: CustomerLink[];
}

/** Ties an object to a person (decision D69). */
export interface CustomerLink {
  linkName?: string;
  linkType?: string;
  linkValue?: string;
}
