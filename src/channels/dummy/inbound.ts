import { type Content, mediaTypes } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { ReceiptStatus } from '../../model/status.ts';
import { cardsOf } from '../cards.ts';
import type { Received, ReceivedMessage } from '../channel.ts';
import { parseObject, type Raw, textOf } from '../json.ts';

const statuses: Readonly<Record<string, ReceiptStatus>> = {
  sent: 'SENTX',
  delivered: 'DLVRD',
  read: 'READ',
  failed: 'SENTX_ERR',
};

/**
 * What one request to the sandbox holds: a message `{id, from, type, …}`, or a receipt `{statusOf,
 * status}` about the provider's id of a message of ours. `now` is epoch ms.
 */
export function receivedOf(body: Buffer, now: number): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const ignore = (kind: string, reason: string) => {
    received.ignored.push({ kind, reason });
    return received;
  };
  const given = parseObject(body);
  if (!given) return ignore('body', 'it is no JSON object');
  const providerId = textOf(given.statusOf);
  if (providerId !== undefined) {
    const status = textOf(given.status) ?? '';
    if (!Object.hasOwn(statuses, status)) return ignore('status', 'its status is not known');
    received.receipts.push({ providerId, status: statuses[status]!, timestamp: timeOf(given, now) });
    return received;
  }
  const [id, from] = [textOf(given.id), textOf(given.from)];
  if (id === undefined || from === undefined) {
    return ignore('body', 'it has neither id and from, nor statusOf and status');
  }
  const content = contentOf(given);
  if (!content) return ignore('message', 'what its type needs is not there');
  received.messages.push(messageOf(given, id, from, content, now));
  return received;
}

function messageOf(given: Raw, id: string, from: string, content: Content, now: number): ReceivedMessage {
  const name = textOf(given.name);
  return present({
    providerId: id,
    csid: from,
    timestamp: timeOf(given, now),
    content,
    profile: name === undefined ? undefined : { name },
    replyIdExt: textOf(given.replyTo),
  });
}

function timeOf({ timestamp }: Raw, now: number): number {
  return typeof timestamp === 'number' && timestamp > 0 && Number.isFinite(timestamp) ? timestamp : now;
}

/** Text, a file by link, a location, cards, a reaction or a pressed button; undefined when it is half. */
function contentOf(given: Raw): Content | undefined {
  const type = textOf(given.type) ?? 'text';
  const text = textOf(given.text);
  const file = mediaTypes.find((name) => name === type);
  if (file) {
    const [link, filename, mime] = [textOf(given.link), textOf(given.filename), textOf(given.mime)];
    return link === undefined
      ? undefined
      : { type: file, media: present({ link, caption: text, filename, mime }) };
  }
  switch (type) {
    case 'text':
      return text === undefined ? undefined : { type, text };
    case 'location':
      return locationOf(given);
    case 'contacts': {
      const cards = cardsOf(given.cards);
      return cards.length === 0 ? undefined : { type, cards };
    }
    case 'reaction': {
      const messageIdExt = textOf(given.to);
      return messageIdExt === undefined ? undefined : { type, reaction: { emoji: text ?? '', messageIdExt } };
    }
    case 'button': {
      const code = textOf(given.code) ?? text;
      const label = textOf(given.label) ?? text ?? code;
      return code === undefined || label === undefined
        ? undefined
        : { type: 'text', text: label, press: { code, label } };
    }
    default:
      return { type: 'unsupported', unsupported: { kind: type } };
  }
}

function locationOf(given: Raw): Content | undefined {
  const [latitude, longitude] = [textOf(given.latitude), textOf(given.longitude)];
  if (latitude === undefined || longitude === undefined) return undefined;
  const [name, address] = [textOf(given.place), textOf(given.address)];
  return { type: 'location', location: present({ latitude, longitude, name, address }) };
}
