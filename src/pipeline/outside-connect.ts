import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { type AllowList, inPrivateNetwork, mayReach } from '../model/address.ts';
import { Blocked, NameUnknown } from './outside-failure.ts';

/** Resolves a host name; replaceable so that tests can answer like a hostile server. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

export interface ConnectOptions {
  allowed: AllowList;
  /** For the connection with its TLS, ms. */
  timeoutMs: number;
  resolve?: Resolve | undefined;
  /** Authorities to trust instead of the usual ones, PEM. */
  ca?: string | undefined;
}

/**
 * Makes connections to addresses that may be reached, and to no other. Names are judged by what they
 * resolve to at the moment of connecting, so a name that changes its answer between check and call gains
 * nothing; literal addresses are never looked up and are judged before. Fails with
 * `Blocked` or `NameUnknown`, or with what Node says.
 */
export function guardedConnector(options: ConnectOptions): buildConnector.connector {
  const { allowed, timeoutMs, ca, resolve = remembered(systemResolve) } = options;
  const connect = buildConnector({
    timeout: timeoutMs,
    lookup: guardedLookup(allowed, resolve),
    // Said aloud, so that no environment variable can switch the check off.
    rejectUnauthorized: true,
    ...(ca !== undefined && { ca }),
  });
  return (target, done) => {
    if (isIP(target.hostname) !== 0 && !mayReach(target.hostname, allowed)) {
      done(new Blocked(inPrivateNetwork), null);
      return;
    }
    connect(target, done);
  };
}

/** Looks names up, and answers only with addresses that may be reached. */
export function guardedLookup(allowed: AllowList, resolve: Resolve): LookupFunction {
  return (host, { all }, done) => {
    resolve(host).then(
      (addresses) => {
        if (addresses.length === 0) {
          done(new NameUnknown(nameReason(undefined)), [], 0);
          return;
        }
        const good = addresses.filter(({ address }) => mayReach(address, allowed));
        const [first] = good;
        if (!first) done(new Blocked(inPrivateNetwork), [], 0);
        else if (all) done(null, good);
        else done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(new NameUnknown(nameReason(error.code)), [], 0),
    );
  };
}

function nameReason(code: string | undefined): string {
  return code === 'EAI_AGAIN'
    ? 'the host name could not be looked up: no name server answered'
    : 'the host name is not known';
}

export function systemResolve(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    dnsLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}

/** How long an answer of the name server is used again, ms. */
const rememberMs = 2000;

/**
 * Asks once for connections that are made together. Node looks names up on two threads: a hundred
 * connections to a name whose server is silent would keep everybody else from being looked up.
 */
export function remembered(resolve: Resolve): Resolve {
  const asked = new Map<string, Promise<LookupAddress[]>>();
  return (host) => {
    const known = asked.get(host);
    if (known) return known;
    const answer = resolve(host);
    asked.set(host, answer);
    const forget = () => setTimeout(() => asked.delete(host), rememberMs).unref();
    answer.then(forget, forget);
    return answer;
  };
}
