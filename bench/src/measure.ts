import { startParley } from './parley.ts';
import { startPeers } from './peers.ts';
import type { BenchPostgres } from './postgres.ts';
import { accept, acceptToSent, acceptToTold, type Figure, inbound, type Peer } from './scenarios.ts';
import { account, setUp } from './setup.ts';

/** A figure, with what it took. */
export interface Measured extends Figure {
  memoryMb?: number;
  /** CPU per request of Parley's process, and of PostgreSQL, µs. */
  cpuMicros?: number;
  databaseMicros?: number;
}

export interface Scene {
  name: string;
  /** Events are told to a webhook. */
  hears: boolean;
  run(peer: Peer, url: string): Promise<Figure>;
}

/** What is measured, each in a database of its own. */
export const scenes: Scene[] = [
  { name: 'accept', hears: false, run: accept },
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
  profile?: string;
}

/** Measures one thing, in an empty database or in a copy of the one at `like`. */
export async function measure(
  postgres: BenchPostgres,
  scene: Scene,
  { profile, ...asked }: Load,
  like?: string,
): Promise<Measured> {
  const url = await postgres.database(scene.name, like);
  const parley = await startParley(url, profile);
  const peers = await startPeers();
  try {
    await setUp(parley, peers, scene.hears);
    const [cpu, databaseCpu] = [parley.cpuSeconds(), postgres.cpuSeconds()];
    const figure = await scene.run({ parley, peers, ...asked }, url);
    return {
      ...figure,
      memoryMb: parley.peakMb(),
      cpuMicros: ((parley.cpuSeconds() - cpu) / asked.requests) * 1e6,
      databaseMicros: ((postgres.cpuSeconds() - databaseCpu) / asked.requests) * 1e6,
    };
  } finally {
    await parley.stop();
    peers.stop();
    await postgres.drop(url);
  }
}
