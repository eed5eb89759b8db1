import { type Static, Type } from 'typebox';
import { address, perSecond } from '../settings.ts';

const title = Type.String({
  title: 'Title',
  description: 'Stands above each notification that has no heading of its own: your name, say.',
  minLength: 1,
  maxLength: 100,
});
const lifeSeconds = Type.Integer({
  title: 'Life in seconds',
  description: 'How long a notification waits for a device that is off.',
  default: 86_400,
  advanced: true,
  minimum: 0,
  maximum: 2_419_200,
});
const beaconSecret = Type.Optional(
  Type.String({
    title: 'Beacon secret',
    description: 'Devices vouch with what is made of it. Made up when empty.',
    secret: true,
    generated: true,
    advanced: true,
    minLength: 16,
    maxLength: 256,
  }),
);

/** Services of the browsers that there are, as origins; `*` stands for one label. */
export const browserServices =
  'https://fcm.googleapis.com https://updates.push.services.mozilla.com https://*.push.apple.com https://*.notify.windows.com';

/** What an operator sets for notifications in browsers. */
export const webPushAccount = Type.Object({
  title,
  subject: Type.String({
    title: 'Contact',
    description: 'How push services reach you when something is wrong: mailto:… or https://….',
    pattern: '^(mailto:[^\\s@]+@[^\\s@]+|https://[^\\s]+)$',
    maxLength: 320,
  }),
  vapidPrivateKey: Type.Optional(
    Type.String({
      title: 'VAPID private key',
      description:
        'By which push services know you: 43 characters of base64url. Made up when empty; another one ends all subscriptions.',
      secret: true,
      generated: true,
      advanced: true,
      pattern: '^[A-Za-z0-9_-]{40,43}$',
    }),
  ),
  beaconSecret,
  services: Type.String({
    title: 'Push services',
    description: 'Origins to which subscriptions may lead, with a space between; * stands for one label.',
    default: browserServices,
    advanced: true,
    pattern: '^https?://[^\\s/]+( https?://[^\\s/]+)*$',
    maxLength: 2000,
  }),
  lifeSeconds,
  perSecond: perSecond('100 when empty.'),
});

/** What an operator sets for notifications in an app of theirs. */
export const fcmAccount = Type.Object({
  title,
  serviceAccountKey: Type.String({
    title: 'Service account key',
    description: 'The JSON file of a service account of the Firebase project, as it is.',
    secret: true,
    lines: true,
    minLength: 2,
    maxLength: 16_384,
  }),
  androidShows: Type.Boolean({
    title: 'The app shows messages on Android',
    description:
      'There a message goes as data alone, which your app has to show: it can say what was shown, and have buttons. Else Android shows it by itself while the app is away, and nobody hears of it.',
    default: false,
  }),
  beaconSecret,
  apiBase: address('API address', 'Where Firebase Cloud Messaging is.', 'https://fcm.googleapis.com'),
  lifeSeconds,
  perSecond: perSecond('100 when empty.'),
});

export type WebPushAccount = Static<typeof webPushAccount>;
export type FcmAccount = Static<typeof fcmAccount>;
