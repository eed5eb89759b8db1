import type { Static, TObject } from 'typebox';
import type { ContactType } from '../model/contact.ts';
import type { Content, Media } from '../model/message.ts';
import type { Call } from './call.ts';
import type { Capabilities } from './capabilities.ts';
import type { CheckTools, Finding } from './check.ts';
import type { ConnectionKind } from './connection.ts';
import type { FetchedMedia, Save, UploadedMedia, UploadFile } from './files.ts';
import type { Lane, Received, WebhookRequest } from './inbound.ts';
import type { Measure, Outgoing, Pace, Sent } from './outbound.ts';
import type { Signals } from './signals.ts';
import type { ProviderTemplates } from './templates.ts';
import type { Visitors } from './visitors.ts';

// All that a channel is written with, in one place to import it from.
export type * from './call.ts';
export type * from './capabilities.ts';
export type * from './files.ts';
export * from './inbound.ts';
export type * from './outbound.ts';
export type * from './signals.ts';
export type * from './templates.ts';
export type * from './visitors.ts';

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
  /** What people call it: a name, mostly the brand’s own. */
  readonly name: string;
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
  /**
   * Asks the provider something harmless, and says what it found: that it is well, or what is not, with the setting
   * at fault. The account is checked, and its credentials are those in force. Absent: nothing can be asked without
   * sending a message. Throws nothing but faults of ours.
   */
  check?(account: Static<Account>, tools: CheckTools): Promise<Finding[]>;
  /** How the provider learns where to call us; absent: it never calls. */
  readonly webhook?: WebhookUse;
  /** Its provider approves templates, and can be asked about them. */
  readonly templates?: ProviderTemplates<Account>;
  /**
   * Asks the provider who somebody is, where its webhooks tell an address alone: of people who have written and whom nobody
   * has named. Throws `SendFailure`: INVALID_RECIPIENT or UNREACHABLE when the person is not to be known, who is asked about
   * no more then. What else is about the person may be otherwise at the next session.
   */
  person?(csid: string, account: Static<Account>, call: Call): Promise<Person>;
  /** What people are shown of who writes to them and what was read; absent: nothing. */
  readonly signals?: Signals<Account>;
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
   * Of channels with `uploadMedia`: whether a message, as the channel carries it, names its file by its address all the same, as
   * cards do. Then nothing is uploaded. Pure.
   */
  linksFile?(content: Content): boolean;
  /** With these settings all files go as links in the text: nothing is made of what is behind links of others. Pure. */
  linksOnly?(account: Static<Account>): boolean;
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

/** How a provider learns the webhook address of a channel. */
export interface WebhookUse {
  /** An operator enters it at the provider, or we tell it by ourselves. */
  readonly how: 'entered' | 'told';
  /** Where, and together with what: a sentence or two. */
  readonly hint: string;
  /** The settings that are entered there, too, such as a verify token. */
  readonly with?: readonly string[];
  /** Who calls is out in the world: the address must be reached from there. */
  readonly fromOutside?: true;
}

/** What a provider tells of a person, as it writes it; what it does not tell is absent. */
export interface Person {
  name?: string | undefined;
  /** A language tag, such as `en` or `zh-TW`. */
  lang?: string | undefined;
}

/** What the caller of a webhook is answered. */
export interface Answer {
  contentType: string;
  body: string;
}

/** Credentials in place of those before. */
export interface Renewed {
  accessToken: string;
  refreshToken: string;
  /** How long the access token is good, ms. */
  lifeMs: number;
}
