import type { Socket } from 'node:net';
import type { Static, TObject } from 'typebox';
import { SendFailure } from '../model/failure.ts';
import type { Call, Outgoing, Received, Sent } from './channel.ts';

/**
 * A kind of connection that a channel keeps open to its provider: binds of SMPP, a mailbox that is watched,
 * long polling. The pipeline opens them for every channel that is switched on, opens them again when they
 * break (after 1 s … 60 s; 60 s when the credentials were refused), and closes them when the settings change
 * or the server stops. Three refusals of the credentials in a row: the channel needs an administrator, keeps
 * its queue, and is left alone until its settings change.
 */
export interface ConnectionKind<Account extends TObject = TObject> {
  /** Names it among those of the channel: in its lease, in the log and in the health of the channel. */
  readonly name: string;
  /**
   * `each`: every process that sends has its own. `one`: one process of all has it; when that dies another
   * takes over within 30 s, and goes on at the cursor.
   */
  readonly heldBy: 'each' | 'one';
  /** How many these settings want, in each process that may have them; absent: 1. */
  count?(account: Static<Account>): number;
  /** Messages go out over it, and are claimed only by processes in which one is open. */
  readonly sends?: true;
  /**
   * Opens one: resolves when it can be used, that is logged in or bound. It never opens itself again. Throws
   * `SendFailure`: AUTH, CONFIG, UNAVAILABLE. Has a minute.
   */
  open(account: Static<Account>, line: Line): Promise<Connection>;
}

/** An open connection. */
export interface Connection {
  /** Sends one message over it, in place of the channel's own `send`, and by the same rules. */
  send?(message: Outgoing, note: Note): Promise<Sent>;
  /** Resolves when the connection has ended; rejects with what broke it. */
  readonly ended: Promise<void>;
  /** Ends it in order, within 2 s. Sends under way then end with `SendFailure`. */
  close(): Promise<void>;
}

/** Keeps what was said to the provider, for people who ask why. Secrets are taken out of it. */
export type Note = (said: Said) => void;

/** One exchange with the provider. */
export interface Said {
  /** What was done, such as `submit_sm`. */
  method: string;
  /** Where: an address of the account. */
  to: string;
  request?: string;
  answer?: string;
  /** Why nothing was answered. */
  error?: string;
  /** How long it took, ms. */
  ms: number;
}

/** What a channel may do while it has a connection. */
export interface Line {
  readonly channelId: string;
  readonly lane: string;
  /** Where the provider calls us, for channels that tell it by themselves. */
  readonly webhookUrl: string;
  readonly call: Call;
  /**
   * Makes a connection below HTTP, with the same guard as every call: no private address unless the operator
   * allows it, certificates are checked. Throws `SendFailure` UNAVAILABLE, or CONFIG for an address that must not
   * be called.
   */
  dial(target: DialTarget): Promise<Socket>;
  /**
   * An address of the host that may be reached, for libraries that connect by themselves: give them this one,
   * and the name for the certificate. Throws like `dial`.
   */
  resolve(host: string): Promise<string>;
  /**
   * Stores and applies what came in; resolves after the commit. A connection that one process has hands over how
   * far it has read as `cursor`: stored in the same transaction. Rejects when it was not stored: the provider
   * is to repeat it, or the connection to begin again at its cursor. What can never be applied is kept for the
   * operator, and counts as done.
   */
  deliver(received: Partial<Received>, cursor?: unknown): Promise<void>;
  /** How far was read, when the connection was opened; undefined at the very beginning. */
  readonly cursor: unknown;
  /** Aborted when the connection is to end. */
  readonly signal: AbortSignal;
}

export interface DialTarget {
  host: string;
  port: number;
  /** With TLS from the beginning. `ca`: PEM of the authority to trust instead of the usual ones. */
  tls?: { ca?: string; servername?: string };
  /** For the connection with its TLS, ms. Default 10,000. */
  timeoutMs?: number;
}

/** `Channel.send` of channels whose messages go over a connection: the pipeline never calls it. */
export async function sendsOverConnection(): Promise<Sent> {
  throw new SendFailure({ class: 'INTERNAL', text: 'This channel sends over its connections alone.' });
}
