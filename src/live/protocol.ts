import type { WebSocket } from 'ws';
import { Backlog } from './backlog.ts';

/** The sub-protocol of the live socket. */
export const subprotocol = 'parley.v1';

/** The sub-protocol of the widget's socket. */
export const visitorProtocol = 'widget.v1';

/** Those that we speak. */
export const subprotocols = [subprotocol, visitorProtocol] as const;

/**
 * How a browser, which can set no headers, hands over its key or token: as a further sub-protocol,
 * `bearer.<key>`. It is never answered, and never stands in an address, which logs would keep.
 */
const bearerPrefix = 'bearer.';

/** The credential among the sub-protocols of an upgrade. */
export function bearerOf(protocols: string | undefined): string | undefined {
  const offered = (protocols ?? '').split(',').map((one) => one.trim());
  return offered.find((one) => one.startsWith(bearerPrefix))?.slice(bearerPrefix.length);
}

/** Why the server ends a connection. Below 4000: of RFC 6455. */
export const closing = {
  /** The server is going away: connect again, with the number of the last event. */
  restart: [1012, 'The server restarts: connect again'],
  /** It read too slowly: what it missed is sent when it connects again. */
  slow: [4008, 'You read too slowly: connect again from the last event that you have'],
  /** The key or the token is no longer in force. */
  refused: [4001, 'Your key or token is no longer in force'],
  /** There are too many connections already. */
  full: [1013, 'Too many connections: try again later'],
  /** Nothing was heard for two heartbeats. */
  silent: [4009, 'No answer to pings'],
  /** Of visitors: the token is forged or over: a new one is to be asked for. */
  token: [4401, 'The token is not in force: begin a new session'],
  origin: [4403, 'This page may not show the widget'],
  hello: [4408, 'No hello came'],
  claimed: [4410, 'This conversation is closed here: begin a new session'],
  flood: [4429, 'Too many frames: come again in a while'],
  windows: [4429, 'Too many windows: close one'],
  failed: [1011, 'The server failed: connect again'],
} as const satisfies Record<string, readonly [number, string]>;

/** Everything that the server says, one JSON object a frame. */
export type Frame =
  /** First: the business, the numbers of its last event and of the oldest that is kept, and how often pings come, ms. */
  | { type: 'hello'; business: string; seq: number; oldest?: number; heartbeatMs: number }
  /** Something happened: its number, its id, and what a webhook of the chosen surface would be told. */
  | { type: 'event'; seq: number; id: string; event: unknown }
  /** All events up to this number have been sent; what follows is as it happens. */
  | { type: 'live'; seq: number };

/** Of all connections of this process. */
const backlog = new Backlog(64 * 1024 * 1024);

/** Says something, and answers how many bytes the other side has yet to take. */
export function say(socket: WebSocket, frame: Frame | string): number {
  socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  return backlog.note(socket);
}
