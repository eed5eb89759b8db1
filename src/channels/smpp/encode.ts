import { SendFailure } from '../../model/failure.ts';
import type { Outgoing } from '../channel.ts';
import { assertSegments, textToSend } from '../sms.ts';
import { gsmCodes, type SmsEncoding, smsText } from '../sms-text.ts';
import type { Account } from './account.ts';
import { type Address, type ShortMessage, tags } from './pdu.ts';

/** Header of user data: the part of a longer text, with a reference of one octet. */
const udhIndicator = 0x40;
const dataCodings: Readonly<Record<SmsEncoding, number>> = { 'GSM-7': 0, 'Latin-1': 3, 'UCS-2': 8 };
/** The SMSC gives its default back for what is longer than a short message, octets. */
const longestShort = 254;

/** How plain texts are written for this SMSC. */
export function plainOf({ encoding }: Pick<Account, 'encoding'>): 'GSM-7' | 'Latin-1' {
  return encoding === 'latin1' ? 'Latin-1' : 'GSM-7';
}

/**
 * The messages on the wire in which a message goes (channels.md 3.1): one, or a part each. `reference` tells the
 * parts of different texts to the same person apart. Throws `SendFailure`.
 */
export function submitsOf(
  { csid, lane, content }: Pick<Outgoing, 'csid' | 'lane' | 'content'>,
  account: Account,
  reference: number,
): ShortMessage[] {
  const text = textToSend(content);
  const { encoding, parts } = smsText(text, plainOf(account));
  assertSegments(parts.length, account.maxSegments);
  const common = {
    serviceType: account.serviceType,
    source: senderOf(account.sender ?? lane, account),
    destination: {
      ton: account.destinationTon ?? 1,
      npi: account.destinationNpi ?? 1,
      address: csid.replace(/^\+/, ''),
    },
    esmClass: 0,
    validity: validityOf(account.validityHours),
    registeredDelivery: 1,
    dataCoding: dataCodings[encoding],
    parameters: new Map<number, Buffer>(),
  };
  if (account.concatenation === 'payload') {
    const octets = encoded(text, encoding);
    if (octets.length <= longestShort && parts.length === 1) return [{ ...common, octets }];
    return [{ ...common, octets: Buffer.alloc(0), parameters: new Map([[tags.messagePayload, octets]]) }];
  }
  if (parts.length === 1) return [{ ...common, octets: encoded(text, encoding) }];
  return parts.map((part, i) => {
    const octets = encoded(part, encoding);
    if (account.concatenation === 'udh') {
      const header = Buffer.from([5, 0, 3, reference & 0xff, parts.length, i + 1]);
      return { ...common, esmClass: udhIndicator, octets: Buffer.concat([header, octets]) };
    }
    const parameters = new Map([
      [tags.sarReference, Buffer.from([(reference >> 8) & 0xff, reference & 0xff])],
      [tags.sarTotal, Buffer.from([parts.length])],
      [tags.sarSequence, Buffer.from([i + 1])],
    ]);
    return { ...common, octets, parameters };
  });
}

/** Octets of a text: GSM-7 unpacked, one septet an octet; UCS-2 with the high octet first. */
function encoded(text: string, encoding: SmsEncoding): Buffer {
  if (encoding === 'GSM-7') return Buffer.from(gsmCodes(text)!);
  return encoding === 'Latin-1' ? Buffer.from(text, 'latin1') : Buffer.from(text, 'utf16le').swap16();
}

/** International numbers go without `+`; short codes and names as they are. Throws `SendFailure` CONFIG. */
function senderOf(sender: string, { sourceTon, sourceNpi }: Account): Address {
  const digits = sender.replace(/^\+/, '');
  const [ton, npi, address] = !/^\d+$/.test(digits)
    ? [5, 0, sender]
    : digits.length < 7
      ? [3, 0, digits]
      : [1, 1, digits];
  if (ton === 5 && (address.length > 11 || !gsmCodes(address))) {
    throw new SendFailure({
      class: 'CONFIG',
      code: 'SENDER',
      text: 'A sender that is a name has at most 11 characters of GSM-7.',
    });
  }
  return { ton: sourceTon ?? ton, npi: sourceNpi ?? npi, address };
}

/** A relative time of SMPP: YYMMDDhhmmss, a tenth and the quarters that are none, and R. */
function validityOf(hours: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const days = Math.floor(hours / 24);
  return `00${two(Math.floor(days / 30))}${two(days % 30)}${two(hours % 24)}0000000R`;
}
