import type { Channel } from '../channel.ts';
import { assertGraphSigned, graphChallenge } from '../graph.ts';
import { facebookAccount, instagramAccount } from './account.ts';
import { facebookCarries, instagramCarries } from './capabilities.ts';
import { checkFacebook, checkInstagram } from './check.ts';
import { facebookDoor, instagramDoor } from './door.ts';
import { receivedOf } from './inbound.ts';
import { instagramMessages, messengerCard, messengerMessages } from './messages.ts';
import { personAtInstagram, personAtMessenger } from './person.ts';
import { react, send, uploadMedia } from './send.ts';
import { signalsAt } from './signals.ts';

/** A Facebook page, whose people write by Messenger. */
export const facebook: Channel<typeof facebookAccount> = {
  types: ['fb'],
  contactType: 'FACEBOOK',
  name: 'Messenger',
  about: 'A Facebook page, by Messenger.',
  account: facebookAccount,
  carries: facebookCarries,
  receive(request, account, { now }) {
    assertGraphSigned(request, account.appSecret);
    return receivedOf(request.body, { ...facebookDoor(account), now });
  },
  handshake: (query, { verifyToken }) => graphChallenge(query, verifyToken),
  sharedWebhook: ({ appSecret }) => appSecret,
  webhook: {
    how: 'entered',
    fromOutside: true,
    hint: 'At Meta: your app, Messenger, Settings. Enter it as the callback URL, with the verify token, add the page, and subscribe it to messages, message_deliveries, message_reads, message_echoes and messaging_postbacks.',
    with: ['verifyToken'],
  },
  check: checkFacebook,
  send: (message, account, call) =>
    send(message, messengerMessages(message.content), facebookDoor(account), call),
  uploadMedia: (file, account, call) => uploadMedia(file, facebookDoor(account), call),
  linksFile: (content) => messengerCard(content) !== undefined,
  person: (csid, account, call) => personAtMessenger(csid, facebookDoor(account), call),
  signals: signalsAt<typeof facebookAccount>(facebookDoor),
};

/** A professional account at Instagram. */
export const instagram: Channel<typeof instagramAccount> = {
  types: ['ig'],
  contactType: 'INSTAGRAM',
  name: 'Instagram',
  about: 'A professional account at Instagram.',
  account: instagramAccount,
  carries: instagramCarries,
  receive(request, account, { now }) {
    assertGraphSigned(request, account.appSecret);
    return receivedOf(request.body, { ...instagramDoor(account), now });
  },
  handshake: (query, { verifyToken }) => graphChallenge(query, verifyToken),
  sharedWebhook: ({ appSecret }) => appSecret,
  webhook: {
    how: 'entered',
    fromOutside: true,
    hint: 'At Meta: your app, Instagram, Webhooks. Enter it as the callback URL, with the verify token, and subscribe to messages, messaging_postbacks, messaging_seen and message_reactions.',
    with: ['verifyToken'],
  },
  check: checkInstagram,
  send(message, account, call) {
    const door = instagramDoor(account);
    if (message.content.type === 'reaction') return react(message, door, call);
    return send(message, instagramMessages(message.content), door, call);
  },
  person: (csid, account, call) => personAtInstagram(csid, instagramDoor(account), call),
  signals: signalsAt<typeof instagramAccount>(instagramDoor),
};
