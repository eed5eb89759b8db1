import { expect, it } from 'vitest';
import type { Account } from '../../../src/channels/smpp/account.ts';
import { type ShortMessage, tags } from '../../../src/channels/smpp/pdu.ts';
import { idOfMessage, Seen } from '../../../src/channels/smpp/repeats.ts';
import { now } from '../tools.ts';

const hour = 3_600_000;
const yes = { source: { address: '966500000001' }, destination: { address: '15550001' }, esmClass: 0 };
const idOf = (more: Partial<ShortMessage>, inboundIds = 'auto', at = now) =>
  idOfMessage(
    { ...yes, octets: Buffer.from('Yes'), parameters: new Map(), ...more } as ShortMessage,
    { inboundIds } as Account,
    at,
  );
const told = (tag: number, hex: string) => ({ parameters: new Map([[tag, Buffer.from(hex, 'hex')]]) });

it('a message is known again by the id that a provider tells in a parameter of its own', () => {
  const own = told(0x1502, 'ab01');
  expect(idOf(own)).toBeUndefined();
  expect(idOf(own, '0x1502')).toMatch(/^id-[0-9a-f]{48}$/);
  expect(idOf(own, '0x1502', now + 1000 * hour)).toBe(idOf(own, '0x1502'));
  expect(idOf({ ...own, octets: Buffer.from('No') }, '0x1502')).not.toBe(idOf(own, '0x1502'));
  expect(idOf({ ...own, source: { ton: 1, npi: 1, address: '966500000002' } }, '0x1502')).not.toBe(
    idOf(own, '0x1502'),
  );
});

it('by the reference of the handset on the same day, since references come round again', () => {
  const reference = told(tags.userMessageReference, '0007');
  expect(idOf(reference, 'auto', now + hour)).toBe(idOf(reference));
  expect(idOf(reference, 'auto', now + 24 * hour)).not.toBe(idOf(reference));
});

it('and by nothing else', () => {
  const nothings = [
    {},
    told(tags.userMessageReference, '0000'),
    told(tags.userMessageReference, ''),
    told(tags.receiptedMessageId, '00'),
  ];
  for (const none of nothings) expect(idOf(none)).toBeUndefined();
  for (const some of [tags.userMessageReference, tags.receiptedMessageId])
    expect(idOf(told(some, '0007'), 'none')).toBeUndefined();
});

it('the same PDU on the same bind is the same message, for a while', () => {
  const seen = new Seen();
  const id = (sequence: number, said: string, at = now) =>
    seen.idOf({ sequence, body: Buffer.from(said) }, at);
  const first = id(1, 'Yes');
  expect(id(1, 'Yes', now + 60_000)).toBe(first);
  const second = id(2, 'Yes');
  expect(second).not.toBe(first);
  expect(id(1, 'No')).not.toBe(first);
  expect(id(2, 'Yes', now + hour)).not.toBe(second);
});
