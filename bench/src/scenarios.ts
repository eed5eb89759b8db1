import { type LoadResult, load } from './load.ts';
import type { Parley } from './parley.ts';
import type { PeerCounts, Peers } from './peers.ts';
import { bulkBody, sendBody, whatsappInbound } from './setup.ts';

/** People who write and are written to: each is a conversation with an order of its own. */
const people = 5000;

/** What one scenario came to. */
export interface Figure {
  name: string;
  perSecond: number;
  p50?: number;
  p99?: number;
  /** Why the figure does not count, if so. */
  fault?: string;
}

/** Parley, the other side of the wire, and how much is asked of them. */
export interface Peer {
  parley: Parley;
  peers: Peers;
  requests: number;
  connections: number;
  /** Number of the first request; before 0 for what is not measured, which goes to other people. */
  first: number;
}

function figure(name: string, { perSecond, p50, p99, refused, refusal }: LoadResult): Figure {
  return { name, perSecond, p50, p99, ...(refused > 0 && { fault: `${refused} refused: ${refusal}` }) };
}

const send = ({ parley, requests, connections, first }: Peer) =>
  load(parley.url, {
    connections,
    requests,
    make: (n) => ({
      path: '/xms/api/v1/message/send',
      headers: { 'x-api-key': parley.key },
      body: sendBody(first + n, people),
    }),
  });

/** One message per call, durable when it is answered. Nothing is sent meanwhile: `pause`. */
export async function accept(peer: Peer): Promise<Figure> {
  return figure('accept, one message a call', await send(peer));
}

/** The provider asks for a pause, and the channel keeps it. */
export async function pause(peer: Peer): Promise<void> {
  await peer.peers.pause(true);
  await send({ ...peer, requests: 1, first: -1 });
  await new Promise((resolve) => setTimeout(resolve, 1500));
}

const ofBulk = 100;

/** A hundred messages a call, over two connections. The rate is that of messages, the times are those of calls. */
export async function acceptInBulk(peer: Peer): Promise<Figure> {
  const { parley, requests, first } = peer;
  const { perSecond, ...rest } = await load(parley.url, {
    connections: 2,
    requests: Math.ceil(requests / ofBulk),
    make: (n) => ({
      path: '/api/v1/messages/bulk',
      headers: { 'x-api-key': parley.key },
      body: bulkBody(first + n * ofBulk, ofBulk, people),
    }),
  });
  return figure('bulk, a hundred messages a call', { ...rest, perSecond: perSecond * ofBulk });
}

/** From the first call until the last message is taken by the connector and settled. */
export async function acceptToSent(peer: Peer): Promise<Figure> {
  const before = (await peer.peers.counts()).sent;
  const began = performance.now();
  const accepted = await send(peer);
  await until(peer.peers, ({ sent }) => sent - before >= peer.requests);
  const seconds = (performance.now() - began) / 1000;
  return { ...figure('accepted and sent', accepted), perSecond: peer.requests / seconds };
}

/** Accepted, sent, and the status told to a webhook. */
export async function acceptToTold(peer: Peer): Promise<Figure> {
  const before = (await peer.peers.counts()).webhooks.statuses ?? 0;
  const began = performance.now();
  const accepted = await send(peer);
  await until(peer.peers, ({ webhooks }) => (webhooks.statuses ?? 0) - before >= peer.requests);
  const seconds = (performance.now() - began) / 1000;
  return { ...figure('accepted, sent and told to a webhook', accepted), perSecond: peer.requests / seconds };
}

/** A provider's webhook with a signature, answered when it is stored. With `told`: until the app has heard it. */
export async function inbound(
  { parley, peers, requests, connections, first }: Peer,
  account: string,
  told: boolean,
): Promise<Figure> {
  const shots = Array.from({ length: requests }, (_, n) => whatsappInbound(first + n, people));
  const before = (await peers.counts()).webhooks.messages ?? 0;
  const began = performance.now();
  const result = await load(parley.url, {
    connections,
    requests,
    make: (n) => ({
      path: `/webhook/wacfb/${account}`,
      headers: { 'x-hub-signature-256': shots[n]!.signature },
      body: shots[n]!.body,
    }),
  });
  if (!told) return figure('provider webhooks in, stored', result);
  await until(peers, ({ webhooks }) => (webhooks.messages ?? 0) - before >= requests);
  const seconds = (performance.now() - began) / 1000;
  return { ...figure('provider webhooks in, told to a webhook', result), perSecond: requests / seconds };
}

/** Looks at what has arrived until it is as wished. Throws after two minutes. */
export async function until(peers: Peers, done: (counts: PeerCounts) => boolean): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const counts = await peers.counts();
    if (done(counts)) return;
    if (performance.now() > deadline) throw new Error(`not done after 120 s: ${JSON.stringify(counts)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
