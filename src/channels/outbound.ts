import type { Content } from '../model/message.ts';
import type { UploadedMedia, UploadFile } from './files.ts';
import type { Received } from './inbound.ts';

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

/** One message every `everyMs`, after up to `burst` at once. */
export interface Pace {
  everyMs: number;
  burst: number;
}
