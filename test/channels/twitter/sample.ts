import { createHmac } from 'node:crypto';
import { now, type Sample } from '../tools.ts';

const consumerSecret = 'planted-consumer-secret';

export const twitterSample: Sample = {
  type: 'tw',
  folder: 'twitter',
  account: {
    userId: '2244994945',
    consumerSecret,
    clientId: 'client-of-the-tests',
    clientSecret: 'planted-client-secret',
    refreshToken: 'planted-refresh-token',
    accessToken: 'planted-access-token',
    apiBase: 'https://x.example',
  },
  lane: { channelId: 'tw:shop', lane: 'shop', now },
  signed(body) {
    const signature = createHmac('sha256', consumerSecret).update(body).digest('base64');
    const headers = { 'x-twitter-webhooks-signature': `sha256=${signature}` };
    return { method: 'POST', headers, query: {}, body: Buffer.from(body) };
  },
  accepts: { status: 201, body: { data: { dm_conversation_id: '1-2', dm_event_id: '1050118621198921728' } } },
};
