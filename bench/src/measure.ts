import { startParley } from './parley.ts';
import { startPeers } from './peers.ts';
import type { BenchPostgres } from './postgres.ts';
import {
  accept,
  acceptInBulk,
  acceptToSent,
  acceptToTold,
  type Figure,
  inbound,
  type Peer,
  pause,
} from './scenarios.ts';
import { account, setUp } from './setup.ts';

/** A figure, with what it took. */
export interface Measured extends Figure {
  memoryMb?: number;
  /** CPU per request of Parley's process, and of PostgreSQL, µs. */
  cpuMicros?: number;
  databaseMicros?: number;
  /** The rate as a share of that in an empty database, of the same run. */
  ofEmpty?: number;
}

export interface Scene {
  name: string;
  /** Events are told to a webhook. */
  hears: boolean;
  /** Before anything is asked. */
  prepare?(peer: Peer): Promise<void>;
  run(peer: Peer, url: string): Promise<Figure>;
}

/** What is measured, each in a database of its own. */
export const scenes: Scene[] = [
  { name: 'accept', hears: false, prepare: pause, run: accept },
  { name: 'bulk', hears: false, prepare: pause, run: acceptInBulk },
  { name: 'sent', hears: false, run: acceptToSent },
  { name: 'told', hears: true, run: acceptToTold },
  {
    name: 'inbound',
    hears: false,
    run: async (peer, url) => inbound(peer, await account(url), false),
  },
  {
    name: 'events',
    hears: true,
    run: async (peer, url) => inbound(peer, await account(url), true),
  },
];

/** How much is asked, over how many connections, and where a profile of the server goes, if anywhere. */
export interface Load {
  requests: number;
  connections: number;
  /** Requests before it, which are not measured: until then the code of a server that has just started is being compiled. */
  warmup: number;
  profile?: string;
}

/** Measures one thing, in an empty database or in a copy of the one at `like`. */
export async function measure(
  postgres: BenchPostgres,
  scene: Scene,
  { profile, warmup, requests, connections }: Load,
  like?: string,
): Promise<Measured> {
  const url = await postgres.database(scene.name, like);
  const parley = await startParley(url, profile);
  const peers = await startPeers();
  try {
    await setUp(parley, peers, scene.hears);
    const peer = { parley, peers, connections };
    await scene.prepare?.({ ...peer, requests: 1, first: -1 });
    if (warmup > 0) await scene.run({ ...peer, requests: warmup, first: -warmup }, url);
    const [cpu, databaseCpu] = [parley.cpuSeconds(), postgres.cpuSeconds()];
    const figure = await scene.run({ ...peer, requests, first: 0 }, url);
    return {
      ...figure,
      memoryMb: parley.peakMb(),
      cpuMicros: ((parley.cpuSeconds() - cpu) / requests) * 1e6,
      databaseMicros: ((postgres.cpuSeconds() - databaseCpu) / requests) * 1e6,
    };
  } finally {
    await parley.stop();
    peers.stop();
    await postgres.drop(url);
  }
}
