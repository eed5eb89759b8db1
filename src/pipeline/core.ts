import type { Measure, Received } from '../channels/channel.ts';
import type { Contact } from '../model/contact.ts';
import type { StoredEvent } from '../model/event.ts';
import type { Problem } from '../model/problem.ts';
import type { Setup } from '../model/setup.ts';
import type { Database } from '../store/database.ts';
import type { ReplayCount } from '../store/delivery-replay.ts';
import type { AccessTokens } from './access.ts';
import type { By } from './audit.ts';
import type { AuditLog } from './audit-log.ts';
import type { Caller, Connector } from './caller.ts';
import type { CannedAnswers } from './canned-answers.ts';
import type { ChannelSignals } from './channel-signals.ts';
import type { Channels } from './channels.ts';
import type { EndpointTests } from './endpoint-tests.ts';
import type { Idempotency } from './idempotency.ts';
import type { Inbox } from './inbox.ts';
import type { MediaPart } from './media-link.ts';
import type { Position } from './position.ts';
import type { Counted, Preview } from './preview.ts';
import type {
  ContactChange,
  ContactDraft,
  ContactRef,
  CustomerEvent,
  CustomerObject,
  File,
  NewFile,
  ReceivedEffects,
  ReplayRange,
  RouteRequest,
  SendAnswer,
  SendRequest,
} from './requests.ts';
import type { Search } from './search.ts';
import type { SetupChanges } from './setup.ts';
import type { Thing } from './setup-version.ts';
import type { SignIns } from './sign-ins.ts';
import type { Simulator } from './simulator.ts';
import type { Templates } from './templates.ts';
import type { Visitors } from './visitor.ts';

/** The words in which a surface hands over what a connector posted to it. */
export type { Receipt, Received, ReceivedEvent, ReceivedMessage } from '../channels/channel.ts';
/** The words in which a surface registers end users. */
export type { Registered, Registration } from './access.ts';

/** Who calls. */
export type { Caller, Connector, KeyKind } from './caller.ts';
/** What is asked, and answered. */
export type {
  ContactChange,
  ContactDraft,
  ContactRef,
  CustomerEvent,
  CustomerLink,
  CustomerObject,
  File,
  NewFile,
  ReceivedEffects,
  ReplayRange,
  RouteRequest,
  SendAnswer,
  SendRequest,
  TemplateChoice,
} from './requests.ts';

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
  /** The version of something that is set up; another one after each change. Undefined when there is no such thing. */
  versionOf(businessId: number, thing: Thing): Promise<string | undefined>;
  /** Who calls with this API key. Throws `unauthorized` for a missing, unknown, expired or revoked one. */
  authenticate(key: string | undefined): Promise<Caller>;
  /** The custom channel that this verify token belongs to (decision D66). Throws `unauthorized`. */
  authenticateConnector(token: string | undefined): Promise<Connector>;

  /** Accepts one message for sending: stored and due when it returns. */
  send(caller: Caller, request: SendRequest): Promise<SendAnswer>;
  /** What would be sent, and how much it is. Throws as `send`; stores nothing. */
  preview(caller: Caller, request: SendRequest): Promise<Preview>;
  /** How much a message is, where its provider charges by the part. */
  measure(message: Counted): Promise<Measure | undefined>;
  /**
   * Accepts many messages in one transaction. Answers one result for each, in order: a `Problem` for one that
   * cannot be sent, which does not keep the others from it.
   */
  sendMany(caller: Caller, requests: SendRequest[]): Promise<(SendAnswer | Problem)[]>;
  /**
   * Takes messages out of the store; the person keeps what was sent. One that still waits is thereby never
   * sent. Answers the ids of those that were there. One that is being sent at this moment is left; with
   * `refuseBusy` nothing is taken away then, and `conflict` thrown.
   */
  deleteMessages(caller: Caller, ids: string[], more?: { refuseBusy?: boolean }): Promise<string[]>;
  /**
   * Applies what a channel received: contacts, sessions, messages, receipts, events. With how far the connection
   * has read, where it came over one that one process has: throws `LeaseLost`, and stores nothing, when that is
   * not this process any more.
   */
  receive(
    businessId: number,
    channelId: string,
    received: Received,
    position?: Position,
  ): Promise<ReceivedEffects>;

  /**
   * Notes how far somebody of the business has read in a session. False: it was read further already, or there is
   * no such message in it.
   */
  markRead(caller: Caller, sessionId: string, messageId: string): Promise<boolean>;
  /** What people are shown by their channels of agents who write and read. Nobody waits for it. */
  readonly signals: Pick<ChannelSignals, 'typing' | 'read'>;

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
  /** The same of many people: all or none. Answers each of them once. */
  updateContacts(businessId: number, told: { who: ContactRef; change: ContactChange }[]): Promise<Contact[]>;
  /**
   * Makes up to 1000 contacts, or tells more of those that are there: all or none. Tags are added. Answers in
   * the given order. Throws `Problem` that names the place: `contacts[3].tags`.
   */
  putContacts(caller: Caller, drafts: ContactDraft[]): Promise<{ contact: Contact; created: boolean }[]>;
  /**
   * Makes an agent the owner of a contact, or nobody: then `agent` is absent. An open session of the contact
   * is handed to the new owner. The owner that it has already changes nothing. Throws `notFound` on `contactId`,
   * `invalid` on `agent`.
   */
  assignContact(caller: Caller, contactId: string, agent: string | undefined): Promise<{ changed: boolean }>;
  /** Adds tags to a contact. Throws `notFound` on `contactId`, `invalid` on `tags`. */
  tagContact(caller: Caller, contactId: string, tagIds: number[]): Promise<Contact>;
  /** Gives a contact these tags and no others. Throws as `tagContact`. */
  setTags(caller: Caller, contactId: string, tagIds: number[]): Promise<Contact>;

  /** Keeps a file for sending. Throws `Problem`: an empty one, one that is too large, a bad name. */
  keepFile(caller: Caller, file: NewFile): Promise<File>;
  /** A file of the business: one of its own, or one that came with a message. */
  findFile(businessId: number, id: string): Promise<File | undefined>;

  pushData(caller: Caller, object: CustomerObject): Promise<CustomerObject>;
  /** The same app, name and id twice is one event: the stored one is answered (decision D68). */
  pushEvent(caller: Caller, event: CustomerEvent): Promise<CustomerEvent>;

  /**
   * Tells an endpoint again what happened: the events of a range, or, of those, only what it never took. At
   * most 10,000 deliveries at once, of 100,000 events: `next` is where to go on. Throws `notFound`, and `conflict` while the
   * endpoint is out of use.
   */
  replay(by: By, endpointId: string, what: ReplayRange): Promise<{ queued: number; next?: number }>;
  /** What that would do, as far as 10,000 events tell. */
  replayCount(businessId: number, endpointId: string, what: ReplayRange): Promise<ReplayCount>;
  /** Until when an endpoint's calls are signed with the secret before its present one, too, epoch ms. */
  secretOverlap(businessId: number, endpointId: string): Promise<number | undefined>;
  /**
   * What an endpoint is told of an event, as it would be now, with stars where a secret is sent as it is; undefined when
   * it is not told of it.
   */
  webhookRequest(
    businessId: number,
    endpointId: string,
    seq: number,
  ): Promise<{ url: string; headers: Record<string, string>; body: unknown } | undefined>;

  /** Samples of events, to try endpoints with. */
  readonly endpointTests: EndpointTests;
  /** Who comes in with a token instead of a key. */
  readonly access: AccessTokens;
  /** What people do in the inbox. */
  readonly inbox: Inbox;
  /** Texts that agents answer with. */
  readonly cannedAnswers: CannedAnswers;
  /** Plays the customers of sandbox channels. */
  readonly simulator: Simulator;
  /** What a customer did, newest first, as the business pushed it. */
  customerEvents(
    contact: Contact,
    limit: number,
    businessId: number,
  ): Promise<{ name: string; id: string; at: number; data: unknown }[]>;
  /** Templates at the providers that approve them. */
  readonly templates: Templates;
  /** Messages and contacts by their words. */
  readonly search: Search;
  /** The address of a file of ours, good for who was given it. */
  mediaLink(mediaId: string, part?: MediaPart): string;
  /** People who sign in. */
  readonly signIns: SignIns;
  /** People who come to us over a widget. */
  readonly visitors: Visitors;
  /** Requests under an Idempotency-Key. */
  readonly idempotency: Idempotency;

  /** How channels fare, and tests of them. */
  readonly channels: Channels;
  /** Everything an administrator sets up: `apply` files, the `parley` surface, `config/webhook`. */
  readonly change: SetupChanges;
  /** Who did what. */
  readonly audit: AuditLog;
}
