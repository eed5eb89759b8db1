/**
 * How far a call came before it failed. `interrupted`: we ended it ourselves, to shut down. `invalid`: it
 * cannot be put on the wire, such as a line break in a header.
 */
export type FailedStage =
  | 'invalid'
  | 'blocked'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'interrupted';

/** An address that must not be called. */
export class Blocked extends Error {}

/** A host name that could not be resolved. */
export class NameUnknown extends Error {}

/** The largest header of an answer that is read, bytes. */
export const maxHeaderBytes = 16 * 1024;

const tlsReasons: Record<string, string> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate chain is incomplete or from an unknown authority',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS on this port',
};

const connectReasons: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut while it was made',
  EHOSTUNREACH: 'there is no way to its network',
  ENETUNREACH: 'there is no way to its network',
  EMFILE: 'this server has too many connections open',
};

/** At which stage a call failed, and why in plain words, by what was thrown. */
export function stageOf(error: Error, written: boolean): { stage: FailedStage; text: string } {
  const { code = '', name, message } = error as NodeJS.ErrnoException;
  if (error instanceof Blocked) return { stage: 'blocked', text: message };
  if (error instanceof NameUnknown) return { stage: 'dns', text: message };
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return shuttingDown;
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return { stage: 'invalid', text: `the request cannot be written: ${message}` };
  }
  const tls = tlsReason(code, message);
  if (tls) return { stage: 'tls', text: tls };
  if (!written) return { stage: 'connect', text: connectReasons[code] ?? noConnection };
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { stage: 'reset', text: `the header of its answer is longer than ${maxHeaderBytes} bytes` };
  }
  if (name === 'HTTPParserError') return { stage: 'reset', text: 'its answer is not HTTP' };
  return { stage: 'reset', text: 'the connection was cut before the answer' };
}

/** We have ended the call ourselves. */
export const shuttingDown: { stage: FailedStage; text: string } = {
  stage: 'interrupted',
  text: 'we are shutting down',
};

/** What ran out of time: making the connection, or the answer. */
export function lateStage(written: boolean): { stage: FailedStage; text: string } {
  return written
    ? { stage: 'timeout', text: 'there was no answer in time' }
    : { stage: 'connect', text: noConnection };
}

const noConnection = 'no connection could be made in time';

function tlsReason(code: string, message: string): string | undefined {
  const known = tlsReasons[code];
  if (known) return known;
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|CRL_)/.test(code) || code === 'EPROTO') {
    return `TLS failed (${code})`;
  }
  return message.includes('before secure TLS connection') ? 'it cut the connection during TLS' : undefined;
}
