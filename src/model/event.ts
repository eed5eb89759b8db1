import type { ContactType, Profile } from './contact.ts';
import type { Message, MessageType, ReportedError } from './message.ts';
import type { SessionSnapshot } from './session.ts';
import type { ShortStatus, Status } from './status.ts';

/** The person an event is about, as known when it happened. Every event about a person carries it. */
export interface ContactSnapshot {
  id: string;
  no: number;
  type: ContactType;
  channelId: string;
  lane: string;
  csid: string;
  profile: Profile;
  businessProfile: Profile;
  lang?: string;
}

interface About {
  contact: ContactSnapshot;
  session?: SessionSnapshot;
}

/** What a message event carries of the message. */
export type MessageSnapshot = Pick<
  Message,
  | 'id'
  | 'no'
  | 'direction'
  | 'contactId'
  | 'channelId'
  | 'sessionId'
  | 'content'
  | 'timestamp'
  | 'providerId'
  | 'replyId'
  | 'replyIdExt'
  | 'appId'
  | 'senderType'
  | 'senderCode'
> & {
  /** Number of the message answered, where we know that message. */
  replyNo?: number;
};

/**
 * Everything that can happen, with what is told of it. `template` is the code of the template that a message was made
 * from, unless its content is hidden. Adding a member makes the compiler stop at each
 * surface until it says how, or that it does not, tell it.
 */
export interface EventData {
  /** An outbound message was accepted and stored. */
  'message.accepted': About & { message: MessageSnapshot; template?: string };
  /** A person wrote. */
  'message.received': About & { message: MessageSnapshot };
  /** A message of ours reached a further status; `short` is told at most once per message. */
  'message.status': About & {
    messageId: string;
    no: number;
    messageType: MessageType;
    /** The message had buttons: some surfaces call that a type of its own. */
    hasButtons?: true;
    providerId?: string;
    status: Status;
    short: ShortStatus;
    /** What was told of it last; absent in events that an earlier release wrote. */
    before?: ShortStatus | 'NONE';
    timestamp: number;
    errors: ReportedError[];
    appId?: string;
    template?: string;
  };
  /** A session came into being, by a message in either direction. */
  'session.opened': About & { session: SessionSnapshot };
  /** A session was handed to a queue; `start` at its first inbound message (decision D51). */
  'session.routed': About & {
    session: SessionSnapshot;
    routing: {
      start: boolean;
      sourceQueue?: string;
      targetQueue: string;
      routingId: string;
      params?: Record<string, unknown>;
      /** Who held it until then, where somebody did who does not hold it any more. */
      oldAgent?: string;
      oldTeam?: string;
    };
  };
  /** The holder inside a queue changed. `reason` says why this agent was chosen. */
  'session.assigned': About & {
    session: SessionSnapshot;
    assignment: {
      oldAgent?: string;
      newAgent?: string;
      oldTeam?: string;
      newTeam?: string;
      oldBot?: string;
      newBot?: string;
      /** Where it was until then, where it went to another queue at once. */
      oldQueue?: string;
      reason: string;
    };
    /** Code of the agent who gave or took it; absent: a program, or a rule. */
    by?: string;
  };
  /** Resolved by someone, or reopened by the person: `session.resolved` tells which. */
  'session.resolved': About & {
    session: SessionSnapshot;
    /** Code of the agent who resolved it, or who had it until then. */
    by?: string;
  };
  /** It rests until then, or is awake again when `until` is absent: by somebody, by time, or since the person wrote. */
  'session.snoozed': About & {
    session: SessionSnapshot;
    until?: number;
    /** Code of the agent. */
    by?: string;
    reason: 'request' | 'time' | 'message';
  };
  /** An agent wrote a note, which goes to nobody outside; `mentions` are codes of agents. */
  'note.added': About & { session: SessionSnapshot; message: MessageSnapshot; mentions: string[] };
  'session.closed': About & { session: SessionSnapshot; reason: 'request' | 'inactivity' };
  /** A message was taken out of the store by the business; what had been sent stays with the person. */
  'message.deleted': About & { messageId: string; no: number };
  /** A person became known: by a message in either direction, or because the business told us. */
  'contact.created': { contact: ContactSnapshot };
  /** The contact got another owner, or none. */
  'contact.assigned': About & { oldAgent?: string; newAgent?: string };
  /** Profile, labels, tags, language or consent changed. */
  'contact.updated': About & { changed: string[] };
  /** An action that a connector or an agent panel triggered. */
  'action.triggered': About & { code: string };
  /** Something a channel told that is neither message nor receipt. */
  'channel.event': {
    contact?: ContactSnapshot;
    channelId: string;
    code: string;
    data: Record<string, unknown>;
  };
  /** A channel needs an administrator, or is well again. */
  'channel.attention': { channelId: string; needed: boolean; reason: string };
  'template.status': { channelId: string; code: string; lang: string; status: string; reason?: string };
  /** A webhook endpoint keeps failing, or was disabled: its owner must know. */
  'endpoint.failing': { endpointId: string; failures: number; disabled: boolean; reason: string };
  /** Pushed by the business: what its customer did (`event/push`). */
  'customer.event': { appId?: string; name: string; id: string; data?: unknown; links: unknown[] };
}

export type EventType = keyof EventData;

export const eventTypes = [
  'message.accepted',
  'message.received',
  'message.status',
  'message.deleted',
  'session.opened',
  'session.routed',
  'session.assigned',
  'session.resolved',
  'session.closed',
  'session.snoozed',
  'note.added',
  'contact.created',
  'contact.assigned',
  'contact.updated',
  'action.triggered',
  'channel.event',
  'channel.attention',
  'template.status',
  'endpoint.failing',
  'customer.event',
] as const satisfies readonly EventType[];

/** An event about to be written: a fact, whom it is about, and which app it is told to. */
export type NewEvent = {
  [T in EventType]: {
    id: string;
    type: T;
    /** Epoch ms. */
    at: number;
    /** The app whose endpoints hear of it; absent: only endpoints of the whole business. */
    appId?: string;
    /** The conversation, in whose order it is told; absent: no order among others. */
    lane?: string;
    data: EventData[T];
  };
}[EventType];

/**
 * An event as the log has it, with its number in the business. Where it concerns a visitor of a web site also with
 * the visitor's own number: these have no gaps, and tell nothing of the business.
 */
export type StoredEvent = NewEvent & { seq: number; visitorNo?: number };

/** What concerns a visitor of a web site in his own conversation. */
export const visitorEvents = [
  'message.received',
  'message.status',
  'message.deleted',
  'session.opened',
  'session.assigned',
  'session.resolved',
  'session.closed',
] as const satisfies readonly EventType[];
