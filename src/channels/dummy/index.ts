import { SendFailure } from '../../model/failure.ts';
import { type MessageType, mediaTypes } from '../../model/message.ts';
import { type Channel, WebhookRefused } from '../channel.ts';
import { well } from '../check.ts';
import { download } from '../download.ts';
import { isSignedSha256 } from '../signature.ts';
import { account } from './account.ts';
import { receivedOf } from './inbound.ts';
import { echoImage, outcomeOf, providerIdOf } from './outcomes.ts';

const everything: readonly MessageType[] = [
  'text',
  ...mediaTypes,
  'location',
  'contacts',
  'template',
  'reaction',
];

/** One pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/**
 * The sandbox: no network of its own, works in every installation, and does what the recipient's address
 * says (channels.md section 13). What comes later is returned with the send, so it needs no timers.
 */
export const dummy: Channel<typeof account> = {
  types: ['dummy'],
  contactType: 'DUMMY',
  name: 'Sandbox',
  about: 'A sandbox that answers by itself: the last three digits of the recipient choose what happens.',
  account,
  carries: {
    out: Object.fromEntries(everything.map((type) => [type, 'native'])),
    buttons: { max: 3, listMax: 10 },
    receipts: ['SENTX', 'DLVRD', 'READ', 'SENTX_ERR'],
    approval: false,
    idempotent: true,
    onUnknown: 'retry',
  },
  webhook: {
    how: 'entered',
    hint: 'Only for programs of yours that play a person: they post there, and sign with the webhook secret.',
    with: ['secret'],
  },
  check: async () => [well('The sandbox is a part of this server: it is always well.')],
  receive(request, { secret }, { now }) {
    if (!secret) throw new WebhookRefused('the sandbox channel has no webhook secret', 403);
    if (!isSignedSha256(request.headers['x-signature'], request.body, secret)) {
      throw new WebhookRefused('wrong signature');
    }
    return receivedOf(request.body, now);
  },
  async send(message, { speed }) {
    try {
      const now = Date.now();
      const echoes = outcomeOf(message.csid)(message).map(({ afterMs, received }) => ({
        afterMs: afterMs / speed,
        received: received(now + Math.round(afterMs / speed)),
      }));
      return { providerId: providerIdOf(message), echoes };
    } catch (error) {
      if (!(error instanceof SendFailure) || error.failure.retryAfterMs === undefined) throw error;
      throw new SendFailure({ ...error.failure, retryAfterMs: error.failure.retryAfterMs / speed });
    }
  },
  async fetchMedia({ providerId, link }, _account, call, save) {
    if (providerId === echoImage) await save(picture);
    else if (link !== undefined) await download({ url: link }, call, save);
    else throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The file has no address.' });
    return {};
  },
};
