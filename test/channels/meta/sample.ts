import { createHmac } from 'node:crypto';
import { now, type Sample } from '../tools.ts';

const appSecret = 'planted-app-secret';
const common = {
  appSecret,
  accessToken: 'planted-access-token',
  verifyToken: 'planted-verify-token',
  version: 'v23.0',
};

function signed(body: string) {
  const signature = createHmac('sha256', appSecret).update(body).digest('hex');
  const headers = { 'x-hub-signature-256': `sha256=${signature}` };
  return { method: 'POST', headers, query: {}, body: Buffer.from(body) };
}

export const facebookSample: Sample = {
  type: 'fb',
  folder: 'meta/facebook',
  account: { ...common, pageId: '101010101010', humanAgent: false, apiBase: 'https://graph.example' },
  lane: { channelId: 'fb:our-page', lane: 'our-page', now },
  signed,
  accepts: { status: 200, body: { recipient_id: '24681357', message_id: 'm_AG5Hz2U' } },
};

export const instagramSample: Sample = {
  type: 'ig',
  folder: 'meta/instagram',
  account: {
    ...common,
    accountId: '17841400000000000',
    login: 'page',
    humanAgent: false,
    apiBase: 'https://graph.example',
    instagramBase: 'https://instagram.example',
  },
  lane: { channelId: 'ig:our_shop', lane: 'our_shop', now },
  signed,
  accepts: { status: 200, body: { recipient_id: '13579', message_id: 'aWdfZAG1f' } },
};
