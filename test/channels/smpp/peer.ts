import { Smsc, type Take } from '../../../sim/smpp.ts';
import type { Received } from '../../../src/channels/channel.ts';
import { commands, Frames, octetsOf } from '../../../src/channels/smpp/pdu.ts';
import { fixtures, type Instead, type Peer } from '../tools.ts';

/** A `deliver_sm` as hex, how the package `smpp` reads it, and what it is for us. */
export interface InboundFixture extends Partial<Received> {
  pdu: string;
  reads: object;
}

/** A PDU as a fixture has it: hex, with spaces between its fields. */
export const octetsIn = (hex: string) => Buffer.from(hex.replace(/\s/g, ''), 'hex');

/** Acceptances without an id, with half of one, and in another language. */
const mumblings = ['00000010 80000004 00000000 00000000', '00000012 80000004 00000000 00000000 4142'].concat(
  Buffer.from('HTTP/1.1 200 OK\r\n\r\n').toString('hex'),
);

/** An SMSC by the package `smpp`, whose octets tests see and write. */
export async function smppPeer(): Promise<Peer> {
  const smsc = await Smsc.open();
  smsc.bindStatus = () => 0;
  const usual = smsc.take;
  const came: Buffer[] = [];
  const queue: Instead[] = [];
  const answered = new Map<number, (status: number) => void>();
  let last = 0x40000000;
  smsc.connected = (session) => {
    const frames = new Frames();
    session.socket.on('data', (chunk: Buffer) => {
      for (const pdu of frames.push(chunk)) {
        if (pdu.command === commands.submit) came.push(octetsOf(pdu));
        answered.get(pdu.sequence)?.(pdu.status);
      }
    });
  };
  const bound = () => {
    const [session] = smsc.sessions;
    if (!session) throw new Error('nobody is bound');
    return session.socket;
  };
  smsc.take = (pdu, n): ReturnType<Take> => {
    const instead = queue.shift();
    if (instead === undefined) return usual(pdu, n);
    if (instead === 'vanish') smsc.cut();
    else if (instead !== 'wait')
      bound().write(withSequence(octetsIn(String(instead.answer)), pdu.sequence_number));
    return 'silent';
  };
  return {
    settings: { host: 'localhost', port: smsc.port, bindPerSecond: 10_000 },
    taken: () => came.map((octets) => withoutReference(octets.toString('hex'))),
    expected: (_, fixture) => (fixture as { submits: string[] }).submits.map((hex) => hex.replace(/\s/g, '')),
    next: (...instead) => void queue.push(...instead),
    mumblings,
    leave: () => smsc.close(),
    inbound: {
      fixtures: fixtures<InboundFixture>('smpp', 'inbound').map(([name, { pdu, reads: _, ...received }]) => ({
        name,
        wire: octetsIn(pdu),
        received,
      })),
      arrive(wire) {
        last += 1;
        const status = new Promise<number>((resolve) => answered.set(last, resolve));
        bound().write(withSequence(wire, last));
        return status.then((told) => told === 0);
      },
      mutants: mutantsOf,
    },
    close: () => smsc.close(),
  };
}

/** The number that the parts of a text have in common is another one each time: `rr` in fixtures. */
function withoutReference(hex: string): string {
  return hex.replace(/050003..(?=0[1-9]0[1-9])/, '050003rr').replace(/020c0002..../, '020c0002rrrr');
}

/** The same PDU under another number; what is too short to be one stays as it is. */
function withSequence(octets: Buffer, sequence: number): Buffer {
  const own = Buffer.from(octets);
  if (own.length >= 16 && own.readUInt32BE(0) === own.length) own.writeUInt32BE(sequence, 12);
  return own;
}

/** Bodies that end early, and such of which an octet is another one. Their heads are right. */
function* mutantsOf(octets: Buffer): Generator<Buffer> {
  const whole = (body: Buffer) => {
    const head = Buffer.from(octets.subarray(0, 16));
    head.writeUInt32BE(16 + body.length, 0);
    return Buffer.concat([head, body]);
  };
  const body = octets.subarray(16);
  for (let at = 0; at < body.length; at += 1) {
    yield whole(body.subarray(0, at));
    for (const octet of [0x00, 0xff, body[at]! ^ 0x01]) {
      const other = Buffer.from(body);
      other[at] = octet;
      yield whole(other);
    }
  }
}
