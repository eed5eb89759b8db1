import type { Received } from '../channels/channel.ts';
import type { Contact, Label, Profile } from '../model/contact.ts';
import type { StoredEvent } from '../model/event.ts';
import type { Content, Message, SenderType } from '../model/message.ts';
import type { Setup } from '../model/setup.ts';
import type { Database } from '../store/database.ts';
import type { SetupChanges } from './setup.ts';

/** The words in which a surface hands over what a connector posted to it. */
export type { Receipt, Received, ReceivedEvent, ReceivedMessage } from '../channels/channel.ts';

/**
 * What the doors may ask of the pipeline. Reads go straight to the store with `db`; every write is one
 * of these. Each write answers after its transaction is committed, and throws `Problem` for anything
 * that the caller did, before anything is stored.
 */
export interface Core {
  readonly db: Database;
  /** How the outside calls this server. */
  readonly publicUrl: URL;
  /** Second part of the public host: `meta.server` (decision D1). */
  readonly server: string;
  /** All that is set up in a business; cached, and fresh in every process after a change. */
  setup(businessId: number): Promise<Setup>;
  /** Who calls with this API key. Throws `unauthorized` for a missing, unknown, expired or revoked one. */
  authenticate(key: string | undefined): Promise<Caller>;
  /** The custom channel that this verify token belongs to (decision D66). Throws `unauthorized`. */
  authenticateConnector(token: string | undefined): Promise<Connector>;

  /** Accepts one message for sending: stored and due when it returns. */
  send(caller: Caller, request: SendRequest): Promise<{ id: string; sessionId: string; contactId: string }>;
  /** Applies what a channel received: contacts, sessions, messages, receipts, events. */
  receive(businessId: number, channelId: string, received: Received): Promise<ReceivedEffects>;

  route(caller: Caller, request: RouteRequest): Promise<StoredEvent>;
  /** Repeating it answers the first event again and emits nothing (decision D53). */
  resolve(caller: Caller, sessionId: string): Promise<StoredEvent>;
  close(caller: Caller, sessionId: string): Promise<StoredEvent>;

  /** The one contact that a caller meant (decision D19). Throws `notFound` on `field`. */
  findContact(businessId: number, contactId: string, field: string): Promise<Contact>;
  /** Sets the preferred language; the contact must exist. */
  setLanguage(caller: Caller, contactId: string, lang: string): Promise<StoredEvent>;
  /** Upserts what a connector or the business knows of a person, and answers with all that we know. */
  updateContact(businessId: number, who: ContactRef, change: ContactChange): Promise<Contact>;

  /** Keeps a file for sending. Throws `Problem`: an empty one, one that is too large, a bad name. */
  keepFile(caller: Caller, file: NewFile): Promise<File>;
  /** A file of the business: one of its own, or one that came with a message. */
  findFile(businessId: number, id: string): Promise<File | undefined>;

  pushData(caller: Caller, object: CustomerObject): Promise<CustomerObject>;
  /** The same app, name and id twice is one event: the stored one is answered (decision D68). */
  pushEvent(caller: Caller, event: CustomerEvent): Promise<CustomerEvent>;

  /** Everything an administrator sets up: `apply` files, the `parley` surface, `config/webhook`. */
  readonly change: SetupChanges;
}

/** Who a key speaks for. */
export interface Caller {
  businessId: number;
  keyId: string;
  /** The app that the key belongs to (decision D2). */
  appId: string;
  /** May act for every app of the business, and change its setup. */
  tenantWide: boolean;
  /** May create businesses: the key of the very first start. */
  installation: boolean;
  /** Read-only keys are refused on every write. */
  scope: 'read' | 'write';
  kind: 'confidential' | 'publishable';
}

/** A custom channel's connector, known by its verify token. */
export interface Connector {
  businessId: number;
  channelId: string;
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
  /** Epoch ms; in the future: stored as SCHLD until then. */
  sendAt?: number;
  sender: { type: SenderType; code?: string };
}

/** A template chosen by id or code, with the data of its placeholders (decisions D43 to D45). */
export interface TemplateChoice {
  id?: string;
  code?: string;
  lang?: string;
  data?: Record<string, unknown>;
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
