import { fold } from './fold.ts';

/** One conversation of a contact: open until it is closed or nobody has written for long. */
export interface Session {
  id: string;
  contactId: string;
  channelId: string;
  /** Epoch ms. */
  startedAt: number;
  closedAt?: number;
  /** Marked as done by an agent; a new message from the person takes it back (decision D52). */
  resolved: boolean;
  queue: string;
  /** New at each routing, even to the same queue: bots drop their state when it changes. */
  routingId: string;
  agent?: string;
  team?: string;
  /** Grows with every change of holder: two who would take the session cannot both win. */
  version: number;
  /** The start was told to the queue's app: true from the first inbound message on (decision D51). */
  started: boolean;
  /** First session ever of this contact. */
  first: boolean;
}

/** The state of a session inside an event, as it was when the event happened. */
export interface SessionSnapshot {
  id: string;
  queue: string;
  routingId: string;
  agent?: string;
  team?: string;
  /** Code of the queue when a bot holds the session. */
  bot?: string;
  /** The app mode of the queue's app: AGENT, BOT … (decision D56). */
  mode: string;
  resolved: boolean;
  /** Epoch ms of the start. */
  startedAt: number;
  /** This message opened the session / is the first ever of the contact. Only with messages from the person. */
  initMessage?: boolean;
  firstMessage?: boolean;
}

/** Hours without a message after which a session ends, unless the business says otherwise (D48). */
export const sessionHours = 24;

/** `<sessionId>_<queueCode>_<random>` (xms.md section 3). */
export function newRoutingId(sessionId: string, queue: string, random: string): string {
  return `${sessionId}_${queue}_${random}`;
}

/** A short public reference of a session (`ticketHash`): seven characters that people can read out. */
export function ticketOf(sessionId: string): string {
  let hash = 2166136261;
  for (const c of sessionId) hash = Math.imul(hash ^ c.charCodeAt(0), 16777619) >>> 0;
  return hash.toString(36).toUpperCase().padStart(7, '0');
}

/** The number that a reference stands for, however it is written; undefined for what is none. */
export function ticketNumber(text: string): number | undefined {
  const ticket = fold(text).replace(/^[\s#]+|\s+$/g, '');
  const number = /^[01][0-9a-z]{6}$/.test(ticket) ? Number.parseInt(ticket, 36) : undefined;
  return number !== undefined && number < 2 ** 32 ? number : undefined;
}
