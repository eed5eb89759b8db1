/** What goes over the wire of SMPP 3.4: a header of 16 octets, fields, and optional parameters (TLVs). */
export interface Pdu {
  command: number;
  /** 0: well; in requests always. */
  status: number;
  sequence: number;
  body: Buffer;
}

export const commands = {
  genericNack: 0x80000000,
  bindReceiver: 0x01,
  bindTransmitter: 0x02,
  submit: 0x04,
  deliver: 0x05,
  unbind: 0x06,
  bindTransceiver: 0x09,
  enquireLink: 0x15,
} as const;

/** What answers a command. */
export const answerTo = (command: number) => (command | 0x80000000) >>> 0;
export const isAnswer = (command: number) => command >= 0x80000000;

/** Optional parameters by their tag. */
export const tags = {
  receiptedMessageId: 0x001e,
  userMessageReference: 0x0204,
  sarReference: 0x020c,
  sarTotal: 0x020e,
  sarSequence: 0x020f,
  networkErrorCode: 0x0423,
  messagePayload: 0x0424,
  messageState: 0x0427,
} as const;

/** The longest that is read, octets; more is no SMPP. */
const longest = 70_000;
const headerOctets = 16;

/** What is not SMPP: the connection cannot be used any more. */
export class NotSmpp extends Error {}

/** Cuts what comes in into PDUs. Throws `NotSmpp`. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Pdu[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const pdus: Pdu[] = [];
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUInt32BE(0);
      if (length < headerOctets || length > longest) throw new NotSmpp(`a PDU of ${length} octets`);
      if (this.#rest.length < length) break;
      const one = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      pdus.push({
        command: one.readUInt32BE(4),
        status: one.readUInt32BE(8),
        sequence: one.readUInt32BE(12),
        body: one.subarray(headerOctets),
      });
    }
    return pdus;
  }
}

/** The octets of a PDU. */
export function octetsOf({ command, status, sequence, body }: Pdu): Buffer {
  const octets = Buffer.alloc(headerOctets + body.length);
  octets.writeUInt32BE(octets.length, 0);
  octets.writeUInt32BE(command, 4);
  octets.writeUInt32BE(status, 8);
  octets.writeUInt32BE(sequence, 12);
  body.copy(octets, headerOctets);
  return octets;
}

/** A text that ends with a zero octet; what is no ASCII has no place in it. */
export function cString(text: string): Buffer {
  return Buffer.from(`${text.replace(/[^\x20-\x7e]/g, '')}\0`, 'latin1');
}

/** Reads fields one after the other. What is missing reads as nothing: senders leave out what they have not. */
export class Fields {
  readonly #octets: Buffer;
  #at = 0;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  text(): string {
    const end = this.#octets.indexOf(0, this.#at);
    const stop = end < 0 ? this.#octets.length : end;
    const text = this.#octets.toString('latin1', this.#at, stop);
    this.#at = Math.min(stop + 1, this.#octets.length);
    return text;
  }

  octet(): number {
    return this.#octets[this.#at++] ?? 0;
  }

  bytes(length: number): Buffer {
    const bytes = this.#octets.subarray(this.#at, this.#at + length);
    this.#at = Math.min(this.#at + length, this.#octets.length);
    return bytes;
  }

  /** What is left as optional parameters. The first of a tag counts. */
  parameters(): Map<number, Buffer> {
    const found = new Map<number, Buffer>();
    while (this.#at + 4 <= this.#octets.length) {
      const tag = this.#octets.readUInt16BE(this.#at);
      const length = this.#octets.readUInt16BE(this.#at + 2);
      this.#at += 4;
      const value = this.bytes(length);
      if (!found.has(tag)) found.set(tag, value);
    }
    return found;
  }
}

/** One optional parameter. */
export function parameter(tag: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(tag, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** Type of number, and numbering plan. */
export interface Address {
  ton: number;
  npi: number;
  address: string;
}

/** A message on the wire: `submit_sm` out, `deliver_sm` in. */
export interface ShortMessage {
  serviceType: string;
  source: Address;
  destination: Address;
  esmClass: number;
  /** Relative, such as `000001000000000R` for a day; empty: as the SMSC likes. */
  validity: string;
  registeredDelivery: number;
  dataCoding: number;
  /** Octets of the text, with the user data header before it where `esmClass` says so. */
  octets: Buffer;
  parameters: Map<number, Buffer>;
}

/** The body of a `submit_sm` or `deliver_sm`. */
export function writeMessage(message: ShortMessage): Buffer {
  const { source, destination, octets } = message;
  const parameters = [...message.parameters].map(([tag, value]) => parameter(tag, value));
  return Buffer.concat([
    cString(message.serviceType),
    Buffer.from([source.ton, source.npi]),
    cString(source.address),
    Buffer.from([destination.ton, destination.npi]),
    cString(destination.address),
    // Protocol and priority are 0.
    Buffer.from([message.esmClass, 0, 0]),
    // At once.
    cString(''),
    cString(message.validity),
    // Nothing is replaced, and no canned message sent.
    Buffer.from([message.registeredDelivery, 0, message.dataCoding, 0, octets.length]),
    octets,
    ...parameters,
  ]);
}

/** Reads the body of a `submit_sm` or `deliver_sm`. A text in `message_payload` counts where there is no other. */
export function readMessage(body: Buffer): ShortMessage {
  const fields = new Fields(body);
  const address = () => ({ ton: fields.octet(), npi: fields.octet(), address: fields.text() });
  const serviceType = fields.text();
  const source = address();
  const destination = address();
  const esmClass = fields.octet();
  fields.bytes(2);
  fields.text();
  const validity = fields.text();
  const registeredDelivery = fields.octet();
  fields.octet();
  const dataCoding = fields.octet();
  fields.octet();
  const short = fields.bytes(fields.octet());
  const parameters = fields.parameters();
  const octets = short.length > 0 ? short : (parameters.get(tags.messagePayload) ?? short);
  return {
    serviceType,
    source,
    destination,
    esmClass,
    validity,
    registeredDelivery,
    dataCoding,
    octets,
    parameters,
  };
}
