import { now, type Sample } from '../tools.ts';

export const smppSample: Sample = {
  type: 'smpp',
  account: { host: 'smsc.example', systemId: 'parley', password: 'planted-password' },
  lane: { channelId: 'smpp:15550001', lane: '15550001', now },
  vouchedBy: 'nothing',
  signed: () => ({ method: 'POST', headers: {}, query: {}, body: Buffer.alloc(0) }),
};
