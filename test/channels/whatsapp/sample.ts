import { createHmac } from 'node:crypto';
import { now, type Sample } from '../tools.ts';

const appSecret = 'planted-app-secret';
const webhookSecret = 'planted-webhook-secret';
const accepts = {
  status: 200,
  body: {
    messaging_product: 'whatsapp',
    contacts: [{ input: '919988776655', wa_id: '919988776655' }],
    messages: [{ id: 'wamid.sent' }],
  },
};

export const cloudSample: Sample = {
  type: 'wacfb',
  account: {
    phoneNumberId: '106540352242922',
    accessToken: 'planted-access-token',
    appSecret,
    verifyToken: 'planted-verify-token',
    apiBase: 'https://graph.example',
    mediaBase: 'https://media.example',
    version: 'v23.0',
    listLabel: 'Choose',
  },
  lane: { channelId: 'wacfb:918828218374', lane: '918828218374', now },
  signed: (body) => ({
    method: 'POST',
    headers: {
      'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`,
    },
    query: {},
    body: Buffer.from(body),
  }),
  accepts,
};

export const plainSample: Sample = { ...cloudSample, type: 'wa' };

export const dialogSample: Sample = {
  type: 'wa360',
  account: {
    apiKey: 'planted-api-key',
    webhookHeader: 'X-Webhook-Secret',
    webhookSecret,
    apiBase: 'https://dialog.example/v2',
    listLabel: 'Choose',
  },
  lane: { channelId: 'wa360:918828218374', lane: '918828218374', now },
  signed: (body) => ({
    method: 'POST',
    headers: { 'x-webhook-secret': webhookSecret },
    query: {},
    body: Buffer.from(body),
  }),
  accepts,
};
