import { randomUUID } from 'node:crypto';
import type { Received, ReceivedPart } from '../channel.ts';
import { consentOf, phoneOf } from '../sms.ts';
import { gsmText } from '../sms-text.ts';
import type { Account } from './account.ts';
import { type ShortMessage, tags } from './pdu.ts';
import { isReceipt, receiptOf } from './receipt.ts';
import { idOfMessage } from './repeats.ts';

const udhIndicator = 0x40;

/**
 * What one `deliver_sm` holds: a receipt, a message of a person, or a part of one. Never throws. `id` is what a message
 * is known by that tells none itself; `now` is epoch ms.
 */
export function receivedOf(
  message: ShortMessage,
  account: Account,
  now: number,
  id: string = randomUUID(),
): Partial<Received> {
  if (isReceipt(message)) {
    const receipt = receiptOf(message, now);
    if (receipt === 'progress') return {};
    return receipt
      ? { receipts: [receipt] }
      : { ignored: [{ kind: 'receipt', reason: 'it names no message' }] };
  }
  const csid = phoneOf(message.source.address) ?? message.source.address.trim();
  if (csid === '') return { ignored: [{ kind: 'message', reason: 'it comes from nobody' }] };
  const { header, octets } = apart(message);
  const text = textOf(octets, message.dataCoding);
  if (text === undefined)
    return { ignored: [{ kind: 'message', reason: `it is binary (data coding ${message.dataCoding})` }] };
  const place = placeIn(header) ?? placeBySar(message);
  const providerId = idOfMessage(message, account, now) ?? id;
  if (place && place.total > 1) {
    const part: ReceivedPart = { providerId, csid, timestamp: now, text, ...place };
    return { parts: [part] };
  }
  const received = { providerId, csid, timestamp: now, content: { type: 'text' as const, text } };
  return { messages: [received], events: consentOf(received, account) };
}

/** The text without the header that may stand before it. A header that is longer than the text is none. */
function apart({ esmClass, octets }: ShortMessage): { header: Buffer; octets: Buffer } {
  const length = octets[0] ?? 0;
  if ((esmClass & udhIndicator) === 0 || length + 1 > octets.length)
    return { header: Buffer.alloc(0), octets };
  return { header: octets.subarray(1, length + 1), octets: octets.subarray(length + 1) };
}

type Place = Pick<ReceivedPart, 'reference' | 'total' | 'part'>;

/** Which part it is: information elements 0x00 (reference of one octet) and 0x08 (of two). */
function placeIn(header: Buffer): Place | undefined {
  for (let at = 0; at + 2 <= header.length; ) {
    const [kind, length] = [header[at]!, header[at + 1]!];
    const value = header.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    const wide = kind === 0x08 && value.length === 4;
    if (!wide && !(kind === 0x00 && value.length === 3)) continue;
    const reference = wide ? value.readUInt16BE(0) : value[0]!;
    return checked({
      reference: `${wide ? 'w' : 'n'}${reference}`,
      total: value.at(-2)!,
      part: value.at(-1)!,
    });
  }
  return undefined;
}

function placeBySar({ parameters }: ShortMessage): Place | undefined {
  const [reference, total, part] = [tags.sarReference, tags.sarTotal, tags.sarSequence].map((tag) =>
    parameters.get(tag),
  );
  if (!reference || !total?.length || !part?.length) return undefined;
  return checked({ reference: `s${reference.toString('hex')}`, total: total[0]!, part: part[0]! });
}

function checked(place: Place): Place | undefined {
  return place.part >= 1 && place.part <= place.total ? place : undefined;
}

/** The text of octets; undefined for binary ones. */
function textOf(octets: Buffer, dataCoding: number): string | undefined {
  // With a class of message (0xF0 and up) the third bit says whether it is binary.
  if (dataCoding >= 0xf0) return (dataCoding & 0x04) === 0 ? gsmText(octets) : undefined;
  switch (dataCoding & 0x0f) {
    case 0:
      return gsmText(octets);
    case 1:
      return octets.toString('ascii');
    case 3:
      return octets.toString('latin1');
    case 8:
      return Buffer.from(octets.subarray(0, octets.length - (octets.length % 2)))
        .swap16()
        .toString('utf16le');
    default:
      return undefined;
  }
}
