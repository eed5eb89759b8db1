import type { ContactType, Profile } from '../model/contact.ts';
import type { StoredEvent } from '../model/event.ts';
import type { Site } from '../model/site.ts';
import type { Page } from '../store/visitors.ts';
import type { NewFile } from './core.ts';

export type { Page } from '../store/visitors.ts';

/** What the doors may ask about visitors of web sites. Writes answer after their commit. */
export interface Visitors {
  /** The site of this public key. Throws `notFound`, also while it is switched off. */
  site(siteKey: string): Promise<OpenSite>;
  /** The site for trying out, of the business that the installation began with; made when there is none yet. */
  demo(): Promise<OpenSite>;
  /** Lets a visitor in: a token for one conversation on one site, for an hour. Throws `Problem`. */
  open(request: VisitRequest): Promise<Visit>;
  /** Whose token this is. Throws `unauthorized`: forged, expired, or the conversation is another's now. */
  authenticate(token: string): Promise<Visitor>;
  /** Where a visitor stands who has everything up to `after`; see `Standing`. */
  standing(visitor: Visitor, after?: number): Promise<Standing>;
  /** What was told to a visitor after one of his numbers, in order, as frames. */
  after(visitor: Visitor, after: number, limit: number): Promise<NumberedFrame[]>;
  /** Events, of visitors of one business, as frames. */
  frames(businessId: number, events: StoredEvent[]): Promise<NumberedFrame[]>;
  /** Stores what a visitor says. Said again under the same `cid` it is the same message. Throws `Problem`. */
  hear(
    visitor: Visitor,
    frame: Record<string, unknown>,
  ): Promise<{ id: string; at: number; sessionId: string }>;
  /** The visitor has stored, or read, everything up to a number. */
  reached(visitor: Visitor, to: { acked?: number; read?: number }, more?: string[]): Promise<void>;
  /** Adds to what a visitor says of himself. Throws `invalid`. */
  describe(visitor: Visitor, given: Record<string, unknown>): Promise<Profile>;
  /** Keeps a file for a message of this visitor. Throws `Problem`. */
  upload(visitor: Visitor, file: NewFile): Promise<Uploaded>;
  /** Notes where a visitor is. */
  seen(visitor: Visitor, page?: Page): Promise<void>;
  /** Older messages, oldest first. */
  history(visitor: Visitor, before: string | undefined, limit: number): Promise<Told>;
}

/** A file that a visitor uploaded, as it is told back. */
export interface Uploaded {
  id: string;
  /** The type of message that it makes. */
  type: string;
  mime: string;
  /** Bytes. */
  size: number;
  name?: string;
  url: string;
  thumbUrl?: string;
  width?: number;
  height?: number;
}

/** A site, and where it is. */
export interface OpenSite extends Site {
  businessId: number;
  channelId: string;
  key: string;
  contactType: ContactType;
  lane: string;
  /** For trying out: windows are told their contact. */
  sandbox: boolean;
}

export interface VisitRequest {
  siteKey: string;
  /** What the browser kept of an earlier visit. */
  visitorId?: string;
  /** A token that is still good, to be renewed. */
  token?: string;
  /** Who the business says that this is. */
  identity?: Record<string, unknown>;
  page?: Page;
}

export interface Visit {
  site: OpenSite;
  /** For the browser to keep: who brings it is this visitor again. A secret. */
  visitorId: string;
  token: string;
  /** Epoch ms. */
  expiresAt: number;
  /** Names the conversation, to nobody but its visitor. */
  conversation: string;
  profile: Profile;
  identified: boolean;
  /** There is an open session. */
  open: boolean;
  unread: number;
}

/** Who came in with a visitor's token. */
export interface Visitor {
  site: OpenSite;
  businessId: number;
  channelId: string;
  contactId: string;
  csid: string;
  /** The id in the business's own system. */
  person?: string;
  conversation: string;
  /** Epoch ms. */
  expiresAt: number;
}

/** A frame of the conversation, with the visitor's own number. */
export interface NumberedFrame {
  t: 'msg' | 'status' | 'deleted' | 'session' | 'skip';
  seq: number;
  [more: string]: unknown;
}

/** Some messages of a conversation, oldest first, and whether there are older ones. */
export interface Told {
  messages: Record<string, unknown>[];
  more: boolean;
}

/**
 * Where a visitor stands. `messages` are there when he cannot go on from where he was: they stand for everything
 * up to `seq` then, and may hold what comes after it, too.
 */
export interface Standing extends Partial<Told> {
  seq: number;
  session?: { open: boolean; resolved: boolean; agent?: { name: string; avatar?: string } };
  sessionId?: string;
  /** The last message of the visitor that an agent has seen. */
  readUpTo?: string;
  /** Ids of messages among `messages` that the visitor had never stored. */
  unstored: string[];
}
