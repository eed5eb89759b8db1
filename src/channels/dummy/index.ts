import type { Button, Content, MessageType } from '../../model/message.ts';
import type { ReceiptStatus } from '../../model/status.ts';
import { type Channel, type Received, type ReceivedMessage, WebhookRefused } from '../channel.ts';
import { isSignedSha256 } from '../signature.ts';
import { account } from './account.ts';
import { outcomeOf, providerIdOf } from './outcomes.ts';

const everything = [
  'text', 'image', 'video', 'audio', 'voice', 'document', 'sticker', 'location', 'contacts', 'template', 'reaction',
] as const satisfies readonly MessageType[];

/** The sandbox: no network, works in every installation, and does what the recipient's address says. */
export const dummy: Channel<typeof account> = {
  types: ['dummy'],
  contactType: 'DUMMY',
  about: 'A sandbox that answers by itself: the last three digits of the recipient choose what happens.',
  account,
  carries: {
    out: Object.fromEntries(everything.map((type) => [type, 'native'])),
    buttons: { max: 3, listMax: 10 },
    receipts: ['SENTX', 'DLVRD', 'READ', 'SENTX_ERR'],
    approval: false,
    idempotent: true,
    onUnknown: 'fail',
  },
  receive(request, { secret }, { now }) {
    if (!secret) throw new WebhookRefused('the sandbox channel has no webhook secret', 403);
    if (!isSignedSha256(request.headers['x-signature'], request.body, secret)) throw new WebhookRefused('wrong signature');
    return receivedOf(request.body, now);
  },
  async send(message, { speed }) {
    const echoes = outcomeOf(message.csid)(message) ?? [];
    return {
      providerId: providerIdOf(message),
      echoes: echoes.map((echo) => ({ ...echo, afterMs: echo.afterMs / speed })),
    };
  },
};

const statuses: Readonly<Record<string, ReceiptStatus>> = {
  sent: 'SENTX',
  delivered: 'DLVRD',
  read: 'READ',
  failed: 'SENTX_ERR',
};

function receivedOf(body: Buffer, now: number): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const given = parse(body);
  if (!given) {
    received.ignored.push({ kind: 'body', reason: 'it is no JSON object' });
    return received;
  }
  const { id, from, statusOf, status } = given;
  if (typeof statusOf === 'string' && typeof status === 'string' && Object.hasOwn(statuses, status)) {
    received.receipts.push({ providerId: statusOf, status: statuses[status]!, timestamp: now });
  } else if (isText(id) && isText(from)) {
    received.messages.push(messageOf(given, id, from, now));
  } else {
    received.ignored.push({ kind: 'body', reason: 'it has neither id and from, nor statusOf and status' });
  }
  return received;
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function messageOf(given: Record<string, unknown>, id: string, from: string, now: number): ReceivedMessage {
  const timestamp = typeof given['timestamp'] === 'number' ? given['timestamp'] : now;
  const name = given['name'];
  return {
    providerId: id,
    csid: from,
    timestamp,
    content: contentOf(given),
    ...(isText(name) && { profile: { name } }),
  };
}

/** Text, an image by link, a location, cards, or a pressed button. */
function contentOf(given: Record<string, unknown>): Content {
  const text = isText(given['text']) ? given['text'] : '';
  switch (given['type']) {
    case 'image':
      return { type: 'image', media: { ...(isText(given['link']) && { link: given['link'] }), ...(text && { caption: text }) } };
    case 'location': {
      const { latitude, longitude } = given;
      return { type: 'location', location: { latitude: String(latitude), longitude: String(longitude) } };
    }
    case 'contacts':
      return { type: 'contacts', cards: Array.isArray(given['cards']) ? (given['cards'] as NonNullable<Content['cards']>) : [] };
    case 'button': {
      const { code = text, label = text } = given as Partial<Button>;
      return { type: 'text', text: label, press: { code, label } };
    }
    default:
      return { type: 'text', text };
  }
}
