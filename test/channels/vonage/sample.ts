import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { now, type Sample } from '../tools.ts';

const signatureSecret = 'planted-signature-secret';
export const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export function signed(body: string, claims: object = {}, secret = signatureSecret) {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const hash = createHash('sha256').update(body).digest('hex');
  const said = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iat: now / 1000, payload_hash: hash, ...claims })}`;
  const token = `${said}.${createHmac('sha256', secret).update(said).digest('base64url')}`;
  return {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    query: {},
    body: Buffer.from(body),
  };
}

export const vonageSample: Sample = {
  type: 'vonage',
  account: {
    apiKey: 'planted-api-key',
    apiSecret: 'planted-api-secret',
    signatureSecret,
    apiBase: 'https://vonage.example',
    maxSegments: 10,
    stopWords: ['STOP'],
    startWords: ['START'],
  },
  lane: { channelId: 'vonage:15550001111', lane: '15550001111', now },
  signed,
  accepts: { status: 202, body: { message_uuid: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab' } },
};
