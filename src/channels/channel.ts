import type { Static, TObject } from 'typebox';
import type { ContactType } from '../model/contact.ts';
import type { Failure } from '../model/failure.ts';
import type { Button, Content, Media, MessageType } from '../model/message.ts';
import type { Site } from '../model/site.ts';
import type { ReceiptStatus } from '../model/status.ts';
import type { Call } from './call.ts';
import type { ConnectionKind } from './connection.ts';

export type { Call, CallRequest, CallResponse } from './call.ts';

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
   * `secret: true` are sealed in the store and never shown again, those marked `generated: true` are made
   * up by us where the operator gives none. Every outside address is among them, with the provider's own as
   * default (channels.md rule 1).
   */
  readonly account: Account;
  readonly carries: Capabilities;
  /**
   * Messages a second that an account may send, by all processes together, where its `perSecond` is empty; undefined:
   * `carries.perSecond`. It sees no secret settings. Pure.
   */
  perSecondOf?(settings: Partial<Static<Account>>): number | undefined;
  /**
   * Reads one request of the provider: pure, no database, no network. Verifies the signature over the
   * raw bytes first and throws `WebhookRefused` when it is missing or wrong. One bad item becomes an
   * `ignored` entry and does not lose the others.
   */
  receive(request: WebhookRequest, account: Static<Account>, lane: Lane): Received | Promise<Received>;
  /** The largest request that it reads, bytes. Default 4 MiB. */
  readonly maxBodyBytes?: number;
  /**
   * Sends one message: returns when the provider has answered. Called at least once for a message.
   * Throws `SendFailure`; anything else that it throws counts as `INTERNAL`.
   */
  send(message: Outgoing, account: Static<Account>, call: Call): Promise<Sent>;
  /** Connections that it keeps open; absent: it calls and is called, over HTTP alone. */
  readonly connections?: readonly ConnectionKind<Account>[];
  /**
   * A text with HTML (`carries.letters`) as it is stored and shown: safe, and with a text that says the same. Pure.
   * Throws `Problem` naming the field.
   */
  letter?(content: Content): Content;
  /**
   * How much a message is where providers charge by the part; undefined for what has no parts. `content` is
   * as for `send`. Throws `SendFailure` as that.
   */
  measure?(content: Content, account: Static<Account>): Measure | undefined;
  /**
   * Its provider renews what we come in with: `accessToken` and `refreshToken` of the account, which are those in force.
   * Each refresh token is used once. Throws `SendFailure`: AUTH when it is refused, OUTCOME_UNKNOWN when nobody knows.
   */
  readonly credentials?: {
    /** What the first ones are made of; `refreshToken` of the account when absent. */
    grant?(account: Static<Account>): string;
    renew(refreshToken: string, account: Static<Account>, call: Call): Promise<Renewed>;
  };
  /**
   * People are devices, reached by what they tell themselves (`device` events). `script`: what their page or app has to
   * know of the account; none of it is secret.
   */
  readonly devices?: { script(account: Static<Account>): { pageKey: string; publicKey?: string } };
  /**
   * Its provider calls one address for several channels: those of a business with the same answer (a secret, never
   * shown) hear what comes to the address of any of them, and leave aside what is about another.
   */
  sharedWebhook?(account: Static<Account>): string;
  /** Answers the provider's own check of the address (GET), where it has one. */
  handshake?(query: Record<string, string>, account: Static<Account>): string | Answer;
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
   * Files of ours go along with the message (`Outgoing.file`): the provider takes them in no other way. What it
   * calls them then (`Sent.uploaded`) is `media.providerId` of the next message with the same file.
   */
  readonly sendsFiles?: true;
  /** Its provider lets what a person writes be answered in a cheaper way, once and soon (`ReceivedMessage.reply`). */
  readonly replies?: true;
  /**
   * How fast one person may be written to, by the person's address; absent: as fast as the channel may. Holds for
   * all processes together.
   */
  pace?(csid: string): Pace;
  /**
   * What is answered to the provider after the commit, when it wants more than an empty 200: always the same, or
   * by what it had asked. Only for doors whose callers read the answer.
   */
  readonly answer?: Answer | ((request: WebhookRequest) => Answer | undefined);
  /** Where people come to us by themselves, with a widget of ours, instead of through a provider. */
  readonly visitors?: Visitors<Account>;
}

/** What the caller of a webhook is answered. */
export interface Answer {
  contentType: string;
  body: string;
}

/** One message every `everyMs`, after up to `burst` at once. */
export interface Pace {
  everyMs: number;
  burst: number;
}

/** How people talk with us on a web site. All of it is pure. */
export interface Visitors<Account extends TObject = TObject> {
  /** The site that the settings describe; `name` is the one of the business, `now` epoch ms. */
  site(account: Static<Account>, name: string, now: number): Site;
  /** Reads a frame that says something. What it does not take is in `ignored`, by the field at fault. */
  hear(frame: Record<string, unknown>, by: SaidBy, now: number): Received;
  /** What is shown of a message, of either side. */
  show(content: Content): Record<string, unknown>;
  /** The client's own word for a message that came in, by which it knows it again. */
  cidOf(providerId: string | undefined): string | undefined;
  /** What may be uploaded: MIME types by the type of message that they make, and the size limit in bytes. */
  readonly uploads: { types: Readonly<Record<string, readonly string[]>>; maxBytes: number };
}

/** Who said something, and what of ours it is about. */
export interface SaidBy {
  csid: string;
  profile?: { name?: string; email?: string; phone?: string };
  /** The file that the visitor uploaded and names. */
  file?: Media;
  /** The buttons of the message that the visitor names. */
  offered?: Button[];
}

/** How much a message is. */
export interface Measure {
  /** How its characters are written: `GSM-7`, `UCS-2` or `Latin-1`. */
  encoding: string;
  /** In how many parts it goes, each of which is paid for. */
  segments: number;
  /** Septets, octets or UTF-16 units that it takes, and how many of them fit into a part. */
  units: number;
  perSegment: number;
  /** How many still fit into the last one. */
  left: number;
}

/** Our side of a channel: what a connector may know about where a request came in. */
export interface Lane {
  channelId: string;
  lane: string;
  /** Epoch ms, now: for signatures with a time and for messages without one. */
  now: number;
  /** The address that was called, as the outside knows it, with its query: for signatures that cover it. */
  url?: string;
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
  /** Shows a heading and a footer apart from what a message with choices says. */
  readonly frame?: true;
  readonly receipts: readonly ReceiptStatus[];
  /** Hours after the person's last message in which free-form messages may go; absent: always. */
  readonly windowHours?: number;
  /** Hours in which what an agent writes may go, where the account's `humanAgent` says that the provider agreed. */
  readonly agentWindowHours?: number;
  /** Its receipts may say up to when everything has arrived (`Receipt.upTo`). */
  readonly watermarks?: true;
  /** Templates must be approved by the provider before they may start a conversation. */
  readonly approval: boolean;
  /** True where the provider takes our id, so that a repeat after an unknown outcome is no second message. */
  readonly idempotent: boolean;
  /** What happens by default when the provider did not say whether it took the message (rule 4). */
  readonly onUnknown: 'retry' | 'fail';
  /** It may call a person by another address than the one written to, and tells that one (`Sent.csid`). */
  readonly renames?: true;
  /** It sends the bytes of files behind links, too, as those of ours (`Outgoing.file`): nobody else fetches them. */
  readonly fetchesLinks?: true;
  /** A text goes as HTML as well, and with several files (`Outgoing.files`); others say them as text and links. */
  readonly letters?: true;
  /** Its messages name those before them (`Outgoing.thread`). */
  readonly threads?: true;
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
  /** Parts of longer texts: kept until all of one are there, or for five minutes. */
  parts?: ReceivedPart[];
}

/** A part of a text that a person sent in several. */
export interface ReceivedPart {
  /** Unique per channel: that of the first part to come is the id of the message. */
  providerId: string;
  csid: string;
  timestamp: number;
  text: string;
  /** Tells the texts of one person apart. */
  reference: string;
  /** Counts from 1, of `total`. */
  part: number;
  total: number;
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
  /** The bytes of files that came along, by the `providerId` under which the content names them. */
  files?: ReadonlyMap<string, Buffer>;
  /**
   * Which choice of which message of ours was pressed, where the provider carries too little to tell its code:
   * the code and the label are looked up there. Choices count from 0.
   */
  pressed?: { messageId: string; choice: number };
  /** What one answer may be sent with (`Outgoing.replyToken`), while it is good. */
  reply?: { token: string; lifeMs: number };
}

export interface Receipt {
  /** The provider's id of our message; or our own id where the door knows it (custom connectors). */
  providerId?: string;
  messageId?: string;
  /** In place of an id, an address: all that was handed over to this person at or before `timestamp`. */
  upTo?: string;
  status: ReceiptStatus;
  /** Epoch ms. */
  timestamp: number;
  failure?: Failure;
}

/** Things that are neither message nor receipt. */
export type ReceivedEvent =
  /** `messageId`: ours, to the person meant, where the provider does not tell the address. */
  | { kind: 'optout' | 'optin'; csid?: string; messageId?: string; timestamp: number }
  | { kind: 'template-status'; providerName: string; lang?: string; status: string; reason?: string }
  | { kind: 'address-changed'; csid: string; newCsid: string; timestamp: number }
  /** A device can be reached by `address` from now on; absent: no more. */
  | {
      kind: 'device';
      csid: string;
      address?: string;
      profile?: { name?: string; email?: string; phone?: string };
      timestamp: number;
    }
  | { kind: 'action'; csid: string; code: string; timestamp: number }
  /** The person changed a message, or took it back: `providerId` is that of the message. */
  | { kind: 'edited'; csid: string; providerId: string; content: Content; timestamp: number }
  | { kind: 'unsent'; csid: string; providerId: string; timestamp: number }
  /** Somebody of the business wrote to the person elsewhere: in the provider's own inbox, say. */
  | { kind: 'echo'; csid: string; providerId: string; content: Content; timestamp: number }
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
  /** Opens the file of ours that `content` carries; only where `sendsFiles`. */
  file?: () => Promise<UploadFile>;
  /** Open the files of `content.attachments`, in their order; only where `letters`. */
  files?: (() => Promise<UploadFile>)[];
  /** What this message may be sent with as an answer; only where `replies`. No other message gets it. */
  replyToken?: string;
  /** What was said before in this conversation, where the channel tells it (`threads`). */
  thread?: Thread;
  /** Where the provider may tell what becomes of it, where it wants to be told so with each message. */
  callback?: string;
  /** What the device of this person is reached by; only where `devices`. */
  address?: string;
  /** It goes outside the window (`windowHours`), and why it may: it is a template, or an agent wrote it. */
  late?: 'template' | 'agent';
}

/** The messages before this one in its conversation. */
export interface Thread {
  /** The provider's ids of the last of them, oldest first. */
  providerIds: string[];
  /** The last one that the person wrote, of those. */
  answers?: string;
  /** The last subject. */
  subject?: string;
}

/** The provider took the message. `providerId` may be missing only where the provider gives none. */
export interface Sent {
  providerId?: string;
  /** The address that the provider really uses, where it differs (WhatsApp `wa_id`). */
  csid?: string;
  /** The limit is used up: the channel sends nothing for so long, ms. */
  pauseMs?: number;
  /** As what the provider knows the file of `Outgoing.file` from now on. */
  uploaded?: UploadedMedia;
  /**
   * The ids of the parts in which it went, and of each how receipts may call it besides. It is delivered when
   * all parts are, and failed when one is for good.
   */
  parts?: string[][];
  /**
   * What a loopback does on its own: receipts and messages that come back later, `afterMs` from now.
   * Only the sandbox uses it; real providers call the webhook.
   */
  echoes?: { afterMs: number; received: Partial<Received> }[];
}

/** Credentials in place of those before. */
export interface Renewed {
  accessToken: string;
  refreshToken: string;
  /** How long the access token is good, ms. */
  lifeMs: number;
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
