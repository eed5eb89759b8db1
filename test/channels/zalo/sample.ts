import { createHash } from 'node:crypto';
import { parseObject, textOf } from '../../../src/channels/json.ts';
import { now, type Sample } from '../tools.ts';

const appId = '4018437461520482347';
const oaSecretKey = 'planted-oa-secret';

/** Zalo's signature: no HMAC, but a hash with the secret at its end. */
export function macOf(body: string, secret = oaSecretKey): string {
  const timestamp = textOf(parseObject(Buffer.from(body))?.timestamp) ?? '';
  return `mac=${createHash('sha256').update(`${appId}${body}${timestamp}${secret}`).digest('hex')}`;
}

export const zaloSample: Sample = {
  type: 'zalo',
  account: {
    appId,
    oaId: '3662729599332560487',
    oaSecretKey,
    appSecret: 'planted-app-secret',
    refreshToken: 'planted-refresh-token',
    accessToken: 'planted-access-token',
    apiBase: 'https://zalo.example',
    authBase: 'https://oauth.example',
    znsBase: 'https://zns.example',
  },
  lane: { channelId: 'zalo:our-shop', lane: 'our-shop', now },
  signed: (body) => ({
    method: 'POST',
    headers: { 'x-zevent-signature': macOf(body) },
    query: {},
    body: Buffer.from(body),
  }),
  accepts: {
    status: 200,
    body: { error: 0, message: 'Success', data: { message_id: '8b1d2f', user_id: '2468458835296117922' } },
  },
};
