import type { Channel } from '../channel.ts';
import { fcmAccount, webPushAccount } from './account.ts';
import { pageKey, receivedOf, subscriptionOf, tokenOf } from './beacon.ts';
import { carries } from './capabilities.ts';
import { checkFcm, checkWebPush } from './check.ts';
import * as fcmDoor from './fcm.ts';
import { vapidKeys } from './vapid.ts';
import * as webPushDoor from './web-push.ts';

/** Notifications in browsers. People are devices, which tell by themselves what becomes of a message. */
export const webPush: Channel<typeof webPushAccount> = {
  types: ['webpush'],
  contactType: 'PUSH',
  name: 'Browser notifications',
  about: 'Notifications in browsers, by web push.',
  account: webPushAccount,
  carries,
  devices: {
    script: (account) => ({
      pageKey: pageKey(account),
      publicKey: vapidKeys(account.vapidPrivateKey).publicKey,
    }),
  },
  webhook: {
    how: 'told',
    hint: 'There is nothing to enter: the script on your pages knows where to tell.',
  },
  check: checkWebPush,
  receive: (request, account, lane) => receivedOf(request, account, lane, subscriptionOf),
  send: webPushDoor.send,
};

/** Notifications in an app of the operator's, by Firebase Cloud Messaging. */
export const fcm: Channel<typeof fcmAccount> = {
  types: ['fcm'],
  contactType: 'PUSH',
  name: 'App notifications',
  about: 'Notifications in an app of yours, by Firebase Cloud Messaging.',
  account: fcmAccount,
  carries,
  devices: { script: (account) => ({ pageKey: pageKey(account) }) },
  credentials: { grant: ({ serviceAccountKey }) => serviceAccountKey, renew: fcmDoor.renew },
  webhook: {
    how: 'entered',
    hint: 'In your app: it posts there which devices it is on, and what was shown.',
  },
  check: checkFcm,
  receive: (request, account, lane) => receivedOf(request, account, lane, tokenOf),
  send: fcmDoor.send,
};
