import type { Socket } from 'node:net';
import { isIP, connect as tcp } from 'node:net';
import { connect as tls } from 'node:tls';
import type { DialTarget } from '../channels/connection.ts';
import { type AllowList, inPrivateNetwork, mayReach } from '../model/address.ts';
import { SendFailure } from '../model/failure.ts';
import { guardedLookup, type Resolve, remembered, systemResolve } from './outside-connect.ts';
import { Blocked, stageOf } from './outside-failure.ts';

/** Connections below HTTP, under the same guard as calls. */
export interface Dialling {
  /** Throws `SendFailure` UNAVAILABLE, or CONFIG for an address that must not be called. Ended by `signal`. */
  dial(target: DialTarget & { signal?: AbortSignal }): Promise<Socket>;
  /** An address of the host that may be reached. Throws like `dial`. */
  resolve(host: string): Promise<string>;
}

export interface DiallingOptions {
  allowed: AllowList;
  resolve?: Resolve | undefined;
  /** Authorities to trust where the target names none, PEM. */
  ca?: string | undefined;
}

/** Makes connections to addresses that may be reached, and to no other (see `guardedConnector`). */
export function makeDialling({ allowed, ca, ...rest }: DiallingOptions): Dialling {
  const lookup = guardedLookup(allowed, rest.resolve ?? remembered(systemResolve));
  return {
    async dial({ host, port, timeoutMs = 10_000, signal, tls: secure }) {
      assertReachable(host, allowed);
      const target = { host, port, lookup, keepAlive: true, noDelay: true };
      const trusted = secure?.ca ?? ca;
      const socket = secure
        ? tls({
            ...target,
            // Said aloud, so that no environment variable can switch the check off.
            rejectUnauthorized: true,
            ...(trusted !== undefined && { ca: trusted }),
            ...(secure.servername !== undefined && { servername: secure.servername }),
          })
        : tcp(target);
      await up(socket, secure ? 'secureConnect' : 'connect', { host, timeoutMs, signal });
      return socket;
    },
    async resolve(host) {
      assertReachable(host, allowed);
      if (isIP(host) !== 0) return host;
      return new Promise((done, failed) =>
        lookup(host, { all: false }, (error, address) => {
          if (error) failed(failureOf(host, error));
          else done(address as string);
        }),
      );
    },
  };
}

/** Literal addresses are never looked up, so they are judged here. */
function assertReachable(host: string, allowed: AllowList): void {
  if (isIP(host) !== 0 && !mayReach(host, allowed)) throw failureOf(host, new Blocked(inPrivateNetwork));
}

function up(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  { host, timeoutMs, signal }: { host: string; timeoutMs: number; signal: AbortSignal | undefined },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.off('error', end);
      socket.off(event, end);
      if (!error) return resolve();
      // Whatever it says while it dies is of no interest, and must not end the process.
      socket.on('error', () => {});
      socket.destroy();
      reject(failureOf(host, error));
    };
    const abort = () => end(new Error('Parley has ended the connection'));
    const timer = setTimeout(() => end(new Error('too late')), timeoutMs);
    socket.once('error', end);
    socket.once(event, () => end());
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
  });
}

function failureOf(host: string, error: Error): SendFailure {
  const { stage, text } = stageOf(error, false);
  return stage === 'blocked'
    ? new SendFailure({
        class: 'CONFIG',
        code: 'BLOCKED_ADDRESS',
        text: `${host} was not called: ${text}.`,
      })
    : new SendFailure({ class: 'UNAVAILABLE', text: `${host} could not be reached: ${text}.` });
}
