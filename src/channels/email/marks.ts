import { createHmac } from 'node:crypto';
import { sameText } from '../signature.ts';

/**
 * Marks: what we put into ids and addresses of mails that go out, to know again what comes back. A mark is
 * the id of our message and a proof that it is from us, so that nobody can report about mails of others.
 */
export function markOf(messageId: string, secret: string): string {
  return `${messageId}.${proofOf(`message ${messageId}`, secret)}`;
}

/** The id of our message that the first good mark in a text names; undefined when there is none. */
export function markedIn(text: string | undefined, secret: string): string | undefined {
  for (const [, id, proof] of (text ?? '').toLowerCase().matchAll(/([0-9a-f]{24})\.([0-9a-f]{20})/g)) {
    if (sameText(proof!, proofOf(`message ${id}`, secret))) return id;
  }
  return undefined;
}

/** The Message-ID of a message of ours. The same at each attempt, so that a second one is known as such. */
export function messageIdOf(messageId: string, from: string, secret: string): string {
  return `<${markOf(messageId, secret)}@${domainOf(from)}>`;
}

/** An address with a mark behind a plus, which most servers deliver as if it were not there. */
export function markedAddress(address: string, mark: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}+${mark}${address.slice(at)}`;
}

/** An address as one that unsubscribes it; nobody else's can be made from it. */
export function unsubscribeToken(csid: string, secret: string): string {
  return `${Buffer.from(csid).toString('base64url')}.${proofOf(`unsubscribe ${csid}`, secret)}`;
}

/** Whom such a token unsubscribes; undefined when we did not make it. */
export function unsubscribed(token: string, secret: string): string | undefined {
  const [, encoded, proof] = /^([A-Za-z0-9_-]{1,512})\.([0-9a-f]{20})$/.exec(token) ?? [];
  if (encoded === undefined || proof === undefined) return undefined;
  const csid = Buffer.from(encoded, 'base64url').toString('utf8');
  return sameText(proof, proofOf(`unsubscribe ${csid}`, secret)) ? csid : undefined;
}

/** 80 bits: enough for what can only be tried at our own door, and short enough for an address. */
function proofOf(what: string, secret: string): string {
  return createHmac('sha256', secret).update(what).digest('hex').slice(0, 20);
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
