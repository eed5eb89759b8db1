import { now, type Sample } from '../tools.ts';

const webhookToken = 'planted-webhook-token';

export const unifonicSample: Sample = {
  type: 'unifonic',
  account: {
    apiKey: 'planted-app-sid',
    webhookToken,
    apiBase: 'https://unifonic.example',
    maxSegments: 10,
    stopWords: ['STOP'],
    startWords: ['START'],
  },
  lane: { channelId: 'unifonic:Shop', lane: 'Shop', now },
  vouchedBy: 'query',
  signed: (body) => ({
    method: 'POST',
    headers: {},
    query: { token: webhookToken },
    body: Buffer.from(body),
  }),
  accepts: {
    status: 200,
    body: { success: true, errorCode: 'ER-00', data: { MessageID: 3200017889310, Status: 'Queued' } },
  },
};
