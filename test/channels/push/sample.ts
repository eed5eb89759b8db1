import { createECDH, createHmac, generateKeyPairSync } from 'node:crypto';
import { now, type Sample } from '../tools.ts';

const beaconSecret = 'planted-beacon-secret';

/** As devices vouch: by what is made of the secret of the beacons. */
export function vouch(what: string): string {
  return createHmac('sha256', beaconSecret).update(what).digest('base64url').slice(0, 24);
}

function signed(body: string) {
  return { method: 'POST', headers: {}, query: { k: vouch('page') }, body: Buffer.from(body) };
}

const browser = createECDH('prime256v1');
browser.generateKeys();
const subscription = {
  endpoint: 'https://push.example/send/abc',
  keys: { p256dh: browser.getPublicKey('base64url'), auth: Buffer.alloc(16, 7).toString('base64url') },
};

export const webPushSample: Sample = {
  type: 'webpush',
  folder: 'push/webpush',
  vouchedBy: 'query',
  account: {
    title: 'Our shop',
    subject: 'mailto:push@shop.example',
    vapidPrivateKey: 'planted-vapid-private-key-of-the-tests-0001',
    beaconSecret,
    services: 'https://push.example',
    lifeSeconds: 3600,
  },
  lane: { channelId: 'webpush:shop', lane: 'shop', now },
  signed,
  message: { address: JSON.stringify(subscription) },
  statuses: { 400: 'CONFIG', 401: 'CONFIG' },
  accepts: { status: 201, body: '' },
};

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** The file that Firebase gives; its private key is made for this run. */
export function serviceAccount(tokenUri = 'https://oauth.example/token'): string {
  return JSON.stringify({
    type: 'service_account',
    project_id: 'our-shop',
    private_key_id: 'planted-key-id',
    client_email: 'push@our-shop.iam.example',
    private_key: privateKey,
    token_uri: tokenUri,
  });
}

export const fcmSample: Sample = {
  type: 'fcm',
  folder: 'push/fcm',
  vouchedBy: 'query',
  account: {
    title: 'Our shop',
    serviceAccountKey: serviceAccount(),
    accessToken: 'made-of-the-key',
    androidShows: false,
    beaconSecret,
    apiBase: 'https://fcm.example',
    lifeSeconds: 3600,
  },
  lane: { channelId: 'fcm:app', lane: 'app', now },
  signed,
  message: { address: 'fcm-token-of-a-device-0001' },
  accepts: { status: 200, body: { name: 'projects/our-shop/messages/0:1500415314455276' } },
};
