import { type MessageType, mediaTypes } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { PreChatField, Site } from '../../model/site.ts';
import { type Channel, WebhookRefused } from '../channel.ts';
import { objectOf, parseObject, textOf } from '../json.ts';
import { isSignedSha256 } from '../signature.ts';
import { account, type WebAccount } from './account.ts';
import { check } from './check.ts';
import { hoursAt } from './hours.ts';
import { cidOf, receivedOf } from './inbound.ts';
import { fileTypes, maxFileBytes, maxText } from './limits.ts';
import { shownOf } from './outbound.ts';

const everything: readonly MessageType[] = [
  'text',
  ...mediaTypes,
  'location',
  'contacts',
  'template',
  'reaction',
];

/** A file of the business may be of any kind: what a browser would run is only ever downloaded. */
const anyFile = Object.fromEntries(
  mediaTypes.map((type) => [type, { mimes: [], maxBytes: 100 * 1024 * 1024 }] as const),
);

/**
 * Web chat. There is no provider: visitors come to us with the widget, over `live/`, and a message is sent as soon
 * as it is stored, for then the visitor gets it whenever he is there. A business's own server may also speak for
 * its people, as a provider would: signed, at the webhook address.
 */
export const web: Channel<typeof account> = {
  types: ['web'],
  contactType: 'WEBSITE',
  name: 'Web chat',
  about: 'Web chat: a widget on your pages, over which visitors talk with you.',
  account,
  carries: {
    out: Object.fromEntries(everything.map((type) => [type, 'native'])),
    buttons: { max: 10, listMax: 30 },
    frame: true,
    receipts: ['SENTX', 'DLVRD', 'READ'],
    approval: false,
    idempotent: true,
    onUnknown: 'retry',
    // A person who wrote before signing in is the same person after it.
    renames: true,
    maxText,
    media: anyFile,
  },
  webhook: {
    how: 'entered',
    hint: 'Only where a server of yours writes for its people: it posts there, and signs with the identity secret. The widget needs none.',
    with: ['identitySecret'],
  },
  check,
  receive(request, { identitySecret }, { now }) {
    if (!identitySecret) throw new WebhookRefused('the site has no identity secret', 403);
    if (!isSignedSha256(request.headers['x-signature'], request.body, identitySecret))
      throw new WebhookRefused('wrong signature');
    const frame = parseObject(request.body) ?? {};
    const { userId, name, email, phone } = objectOf(frame.visitor);
    const profile = present({ name: textOf(name), email: textOf(email), phone: textOf(phone) });
    return receivedOf(frame, { csid: textOf(userId)?.slice(0, 200) ?? '', profile }, now);
  },
  async send({ id }) {
    // Stored with the outcome, and the visitor's window reads it from there.
    return { providerId: id };
  },
  visitors: {
    site: siteOf,
    hear: receivedOf,
    show: shownOf,
    cidOf,
    uploads: { types: fileTypes, maxBytes: maxFileBytes },
  },
};

function siteOf(given: WebAccount, name: string, now: number): Site {
  const { siteName, identitySecret, enforce, colour, side, theme, sound, languages } = given;
  const asked = { name: given.preChatName, email: given.preChatEmail, phone: given.preChatPhone };
  const preChat = Object.fromEntries(Object.entries(asked).filter(([, how]) => how !== 'off')) as Partial<
    Record<PreChatField, 'optional' | 'required'>
  >;
  return {
    origins: (given.origins ?? []).map((one) => one.toLowerCase()),
    ...(identitySecret && { identitySecret }),
    limits: { messages: given.messagesPerSecond, frames: given.framesPerSecond, sockets: given.sockets },
    shown: present({
      name: siteName ?? name,
      enforce,
      colour,
      side,
      theme,
      sound,
      languages,
      greeting: given.greeting ?? {},
      logoUrl: given.logoUrl,
      preChat: Object.keys(preChat).length > 0 ? preChat : undefined,
      hours: hoursAt(given, now),
      captureEmail: given.captureEmail,
      consent: given.consent,
      maxText,
      maxFileBytes,
      fileTypes: Object.values(fileTypes).flat(),
    }),
  };
}
