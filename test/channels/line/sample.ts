import { createHmac } from 'node:crypto';
import { now, type Sample } from '../tools.ts';

const channelSecret = 'planted-channel-secret';

export const lineSample: Sample = {
  type: 'line',
  account: {
    accessToken: 'planted-access-token',
    channelSecret,
    apiBase: 'https://line.example',
    mediaBase: 'https://line-data.example',
    stickerBase: 'https://stickers.example/v1',
  },
  lane: { channelId: 'line:our-shop', lane: 'our-shop', now },
  signed: (body) => ({
    method: 'POST',
    headers: { 'x-line-signature': createHmac('sha256', channelSecret).update(body).digest('base64') },
    query: {},
    body: Buffer.from(body),
  }),
  accepts: { status: 200, body: { sentMessages: [{ id: '461230966842064897', quoteToken: 'q' }] } },
};
