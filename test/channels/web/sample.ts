import { createHmac } from 'node:crypto';
import { now, type Sample } from '../tools.ts';

const secret = 'planted-identity-secret';

export const webSample: Sample = {
  type: 'web',
  account: { origins: ['https://shop.example'], identitySecret: secret },
  lane: { channelId: 'web:shop', lane: 'shop', now },
  signed: (body) => ({
    method: 'POST',
    headers: { 'x-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
    query: {},
    body: Buffer.from(body),
  }),
};
