import { now, type Sample } from '../tools.ts';
import { smppPeer } from './peer.ts';

export const smppSample: Sample = {
  type: 'smpp',
  account: { host: 'smsc.example', systemId: 'parley', password: 'planted-password' },
  lane: { channelId: 'smpp:15550001', lane: '15550001', now },
  vouchedBy: 'nothing',
  message: { csid: '966500000001', lane: '15550001' },
  peer: smppPeer,
  signed: () => ({ method: 'POST', headers: {}, query: {}, body: Buffer.alloc(0) }),
};
