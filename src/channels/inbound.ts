import type { Failure } from '../model/failure.ts';
import type { Content } from '../model/message.ts';
import type { ReceiptStatus } from '../model/status.ts';

/** A webhook request as it came in: the raw bytes, so that signatures can be checked. */
export interface WebhookRequest {
  method: string;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  query: Record<string, string>;
  body: Buffer;
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
  /** What it is marked as read by, and all before it, where its id is not enough (`SignalTo.readToken`). */
  readToken?: string;
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
  /** How the provider stands to a template; without a status only what else is told became another. */
  | {
      kind: 'template-status';
      providerName: string;
      lang?: string;
      templateId?: string;
      status?: string;
      reason?: string;
      category?: string;
      quality?: string;
    }
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

/** The provider's request was not authentic: answered with `status` and an empty body, nothing stored. */
export class WebhookRefused extends Error {
  readonly status: 401 | 403 | 400 | 404;
  constructor(reason: string, status: 401 | 403 | 400 | 404 = 401) {
    super(reason);
    this.status = status;
  }
}
