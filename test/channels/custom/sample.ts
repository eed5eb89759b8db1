import { now, type Sample } from '../tools.ts';

const verifyToken = 'planted-verify-token';

export const customSample: Sample = {
  type: 'custom',
  account: { url: 'https://connector.example/messages', verifyToken, contactType: 'OA' },
  lane: { channelId: 'custom:shop', lane: 'shop', now },
  signed: (body) => ({
    method: 'POST',
    headers: { 'x-verify-token': verifyToken },
    query: {},
    body: Buffer.from(body),
  }),
  accepts: { status: 200, body: { id: 'ext-1' } },
};
