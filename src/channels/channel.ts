import type { Static, TObject } from 'typebox';
import type { ContactType } from '../model/contact.ts';
import type { Failure } from '../model/failure.ts';
import type { Content, Media, MessageType } from '../model/message.ts';
import type { ReceiptStatus } from '../model/status.ts';

/**
 * A channel: data about one provider's door to customers, and two functions. Adding one is a folder
 * and a line in `index.ts`; `test/channels/contract.test.ts` then holds it to this page.
 */
export interface Channel<Account extends TObject = TObject> {
  /** The channel types it serves, as in `channelId` and in `/webhook/{type}/{accountId}`. */
  readonly types: readonly string[];
  readonly contactType: ContactType;
  /** Where the operator says what a channel carries (custom connectors); else `contactType` holds. */
  contactTypeOf?(account: Static<Account>): ContactType;
  /** One sentence for the operator. */
  readonly about: string;
  /**
   * What an operator fills in. It validates, draws the form and fills the docs; properties marked
   * `secret: true` are sealed in the store and never shown again. Every outside address is among
   * them, with the provider's own as default (channels.md rule 1).
   */
  readonly account: Account;
  readonly carries: Capabilities;
  /**
   * Reads one request of the provider: pure, no database, no network. Verifies the signature over the
   * raw bytes first and throws `WebhookRefused` when it is missing or wrong. One bad item becomes an
   * `ignored` entry and does not lose the others.
   */
  receive(request: WebhookRequest, account: Static<Account>, lane: Lane): Received;
  /**
   * Sends one message: returns when the provider has answered. Called at least once for a message.
   * Throws `SendFailure`; anything else that it throws counts as `INTERNAL`.
   */
  send(message: Outgoing, account: Static<Account>, call: Call): Promise<Sent>;
  /** Answers the provider's own check of the address (GET), where it has one. */
  handshake?(query: Record<string, string>, account: Static<Account>): string;
  /**
   * Fetches an inbound file that the provider keeps for us: its bytes go to `save` as they come. Throws
   * `SendFailure`, and what `save` throws.
   */
  fetchMedia?(media: Media, account: Static<Account>, call: Call, save: Save): Promise<FetchedMedia>;
  /**
   * Hands a file of ours to the provider, for messages whose media has no link that it could fetch:
   * the id that it answers goes into `media.providerId`. Throws `SendFailure`.
   */
  uploadMedia?(file: UploadFile, account: Static<Account>, call: Call): Promise<UploadedMedia>;
  /**
   * What is answered to the provider after the commit, when it wants more than an empty 200.
   * Only for doors whose callers read the answer.
   */
  readonly answer?: { contentType: string; body: string };
}

/** Our side of a channel: what a connector may know about where a request came in. */
export interface Lane {
  channelId: string;
  lane: string;
  /** Epoch ms, now: for signatures with a time and for messages without one. */
  now: number;
}

/** What a channel can carry. The pipeline uses it to render fallbacks and to refuse early. */
export interface Capabilities {
  /** Native: sent as it is. Fallback: rendered as text (channels.md 2.1). Absent: NOT_SUPPORTED. */
  readonly out: Partial<Record<MessageType, 'native' | 'fallback'>>;
  /**
   * How many choices go out as buttons or as a list, and how long their labels may be, in characters;
   * what does not fit becomes numbered lines.
   */
  readonly buttons: {
    readonly max: number;
    readonly listMax: number;
    readonly maxLabel?: number;
    readonly listMaxLabel?: number;
  };
  readonly receipts: readonly ReceiptStatus[];
  /** Hours after the person's last message in which free-form messages may go; absent: always. */
  readonly windowHours?: number;
  /** Templates must be approved by the provider before they may start a conversation. */
  readonly approval: boolean;
  /** True where the provider takes our id, so that a repeat after an unknown outcome is no second message. */
  readonly idempotent: boolean;
  /** What happens by default when the provider did not say whether it took the message (rule 4). */
  readonly onUnknown: 'retry' | 'fail';
  /** It may call a person by another address than the one written to, and tells that one (`Sent.csid`). */
  readonly renames?: true;
  /** Messages a second that an account may send, unless its settings say otherwise. */
  readonly perSecond?: number;
  /** Per media type: accepted MIME types (none named: any), and the size limit in bytes. */
  readonly media?: Partial<
    Record<MessageType, { readonly mimes: readonly string[]; readonly maxBytes: number }>
  >;
  /** Longest text in characters. */
  readonly maxText?: number;
}

/** A webhook request as it came in: the raw bytes, so that signatures can be checked. */
export interface WebhookRequest {
  method: string;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  query: Record<string, string>;
  body: Buffer;
}

/** What one request held: closed sets, so that one place can write them all. */
export interface Received {
  messages: ReceivedMessage[];
  receipts: Receipt[];
  events: ReceivedEvent[];
  /** What was left aside, and why: a line in the operator's log. */
  ignored: { kind: string; reason: string }[];
}

export interface ReceivedMessage {
  /** The provider's id: unique per channel, the key against doubles. */
  providerId: string;
  /** The person's address inside the channel. */
  csid: string;
  /** Epoch ms by the provider's clock. */
  timestamp: number;
  content: Content;
  profile?: { name?: string; email?: string; phone?: string };
  /** The provider's id of the message that this one answers. */
  replyIdExt?: string;
}

export interface Receipt {
  /** The provider's id of our message; or our own id where the door knows it (custom connectors). */
  providerId?: string;
  messageId?: string;
  status: ReceiptStatus;
  /** Epoch ms. */
  timestamp: number;
  failure?: Failure;
}

/** Things that are neither message nor receipt. */
export type ReceivedEvent =
  | { kind: 'optout' | 'optin'; csid: string; timestamp: number }
  | { kind: 'template-status'; providerName: string; lang?: string; status: string; reason?: string }
  | { kind: 'address-changed'; csid: string; newCsid: string; timestamp: number }
  | { kind: 'action'; csid: string; code: string; timestamp: number }
  | { kind: 'other'; csid?: string; code: string; data: Record<string, unknown>; timestamp: number };

/** One message on its way to a person: templates are filled, fallbacks already rendered. */
export interface Outgoing {
  /** Our message id, for providers that take one. */
  id: string;
  /** Counts from 1. */
  attempt: number;
  contactId: string;
  csid: string;
  channelId: string;
  lane: string;
  content: Content;
  /** Name of the recipient, if known. */
  name?: string;
  /** The provider's id of the message that this one answers. */
  replyIdExt?: string;
}

/** The provider took the message. `providerId` may be missing only where the provider gives none. */
export interface Sent {
  providerId?: string;
  /** The address that the provider really uses, where it differs (WhatsApp `wa_id`). */
  csid?: string;
  /**
   * What a loopback does on its own: receipts and messages that come back later, `afterMs` from now.
   * Only the sandbox uses it; real providers call the webhook.
   */
  echoes?: { afterMs: number; received: Partial<Received> }[];
}

/** Takes the bytes of a file, piece by piece, in their order; the next one after it has resolved. */
export type Save = (chunk: Buffer) => Promise<void>;

export interface FetchedMedia {
  /** The checksum that the provider told, hex: the pipeline holds the bytes to it. */
  sha256?: string;
}

export interface UploadFile {
  /** The bytes; where they lie on a disk they are read from there as they are sent. */
  blob: Blob;
  mime: string;
  filename?: string;
}

export interface UploadedMedia {
  providerId: string;
  /** How long the provider keeps it, ms. */
  lifeMs: number;
}

/** The provider's request was not authentic: answered with `status` and an empty body, nothing stored. */
export class WebhookRefused extends Error {
  readonly status: 401 | 403 | 400 | 404;
  constructor(reason: string, status: 401 | 403 | 400 | 404 = 401) {
    super(reason);
    this.status = status;
  }
}

/**
 * The only way a channel reaches the outside. Guarded against private addresses, time-limited, never
 * follows redirects. Throws `SendFailure` UNAVAILABLE when the request surely did not arrive, and
 * OUTCOME_UNKNOWN when it was written but not answered.
 */
export type Call = (request: CallRequest) => Promise<CallResponse>;

export interface CallRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  /** Objects are sent as JSON; strings and buffers as they are; FormData as multipart. */
  body?: unknown;
  /** Whole call, ms. Default 15,000. */
  timeoutMs?: number;
  /** Largest answer that is read, bytes. Default 1 MiB. */
  maxBytes?: number;
  /**
   * Where the body of a 200 goes instead of `body`, however long it is. What it throws ends the call, and
   * is thrown by it.
   */
  save?: Save;
}

export interface CallResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
  /** The body as JSON; undefined when it is none. */
  json(): unknown;
}
