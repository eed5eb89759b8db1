import type { Received } from '../../src/channels/channel.ts';
import { failureClasses } from '../../src/model/failure.ts';
import { inboundTypes } from '../../src/model/message.ts';

/**
 * Throws unless what came in has the form that the pipeline relies on. Without `expect`, which would take most of the
 * time of the many bodies that are tried.
 */
export function wellFormed(received: Partial<Received>): void {
  const must = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`${what}: ${JSON.stringify(received)}`);
  };
  const isTime = (ms: number) => Number.isFinite(ms) && ms > 0;
  const isText = (text: unknown) => typeof text === 'string' && text !== '';
  const known = ['events', 'ignored', 'messages', 'parts', 'receipts'];
  must(
    Object.keys(received).every((one) => known.includes(one)),
    'it has other parts',
  );
  const { messages = [], receipts = [], ignored = [], parts = [] } = received;
  for (const { providerId, csid, timestamp, content, readToken } of messages) {
    must(isText(providerId) && isText(csid), 'a message has no id or nobody wrote it');
    must(isTime(timestamp), 'a message has no time');
    must(readToken === undefined || isText(readToken), 'a message is marked as read by nothing');
    must(
      inboundTypes.some((type) => type === content.type),
      'a message is of no type',
    );
    must(content.type !== 'text' || typeof content.text === 'string', 'a text says nothing');
  }
  for (const { providerId, messageId, upTo, timestamp, failure } of receipts) {
    must(typeof (providerId ?? messageId ?? upTo) === 'string', 'a receipt is of no message');
    must(isTime(timestamp), 'a receipt has no time');
    must(!failure || Object.hasOwn(failureClasses, failure.class), 'a failure is of no class');
  }
  for (const { providerId, csid, timestamp, text, reference, part, total } of parts) {
    must([providerId, csid, reference].every(isText) && isTime(timestamp), 'a part is of nothing');
    must(typeof text === 'string' && part >= 1 && part <= total && total > 1, 'a part has no place');
  }
  for (const { kind, reason } of ignored)
    must(/^\S/.test(`${kind}${reason}`), 'nobody knows what was left aside');
}
