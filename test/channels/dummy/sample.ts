import { createHmac } from 'node:crypto';
import { now, type Sample } from '../tools.ts';

const secret = 'planted-sandbox-secret';

export const dummySample: Sample = {
  type: 'dummy',
  account: { speed: 1, secret },
  lane: { channelId: 'dummy:sandbox', lane: 'sandbox', now },
  signed: (body) => ({
    method: 'POST',
    headers: { 'x-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
    query: {},
    body: Buffer.from(body),
  }),
};
