import { parseArgs } from 'node:util';
import pg from 'pg';
import { type Parley, startParley } from './parley.ts';
import { type Peers, startPeers } from './peers.ts';
import { type BenchPostgres, startPostgres } from './postgres.ts';
import { bareRoute, batchedInserts } from './reference.ts';
import { accept, acceptToSent, acceptToTold, type Figure, inbound } from './scenarios.ts';
import { setUp } from './setup.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '64' },
    runs: { type: 'string', default: '1' },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
});
const requests = Number(values.requests);
const connections = Number(values.connections);

const rowReference = 'reference: the message row alone, batches of 100';
const routeReference = 'reference: a bare Fastify route';

interface Measured extends Figure {
  memoryMb?: number;
  /** CPU per request of Parley's process, and of PostgreSQL, µs. */
  cpuMicros?: number;
  databaseMicros?: number;
}

type Scene = {
  name: string;
  hears: boolean;
  run(parley: Parley, peers: Peers, url: string): Promise<Figure>;
};

const common = (parley: Parley, peers: Peers) => ({ parley, peers, requests, connections });
const scenes: Scene[] = [
  { name: 'accept', hears: false, run: (parley, peers) => accept(common(parley, peers)) },
  { name: 'sent', hears: false, run: (parley, peers) => acceptToSent(common(parley, peers)) },
  { name: 'told', hears: true, run: (parley, peers) => acceptToTold(common(parley, peers)) },
  {
    name: 'inbound',
    hears: false,
    run: async (parley, peers, url) => inbound(common(parley, peers), await account(url), false),
  },
  {
    name: 'events',
    hears: true,
    run: async (parley, peers, url) => inbound(common(parley, peers), await account(url), true),
  },
];

async function account(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`select account_id from channel where type = 'wacfb'`);
  await client.end();
  return rows[0].account_id;
}

async function measure(postgres: BenchPostgres, scene: Scene): Promise<Measured> {
  const url = await postgres.database(scene.name);
  const parley = await startParley(url, values.profile);
  const peers = await startPeers();
  try {
    await setUp(parley, peers, scene.hears);
    const [cpu, databaseCpu] = [parley.cpuSeconds(), postgres.cpuSeconds()];
    const figure = await scene.run(parley, peers, url);
    return {
      ...figure,
      memoryMb: parley.peakMb(),
      cpuMicros: ((parley.cpuSeconds() - cpu) / requests) * 1e6,
      databaseMicros: ((postgres.cpuSeconds() - databaseCpu) / requests) * 1e6,
    };
  } finally {
    await parley.stop();
    peers.stop();
  }
}

async function run(postgres: BenchPostgres): Promise<Measured[]> {
  const wanted = values.only?.split(',');
  const wants = (name: string) => !wanted || wanted.includes(name);
  const figures: Measured[] = [];
  if (wants('reference')) {
    const perSecond = await batchedInserts(await postgres.database('reference'), requests);
    figures.push({ name: rowReference, perSecond });
    const { refused: _, ...bare } = await bareRoute(requests, connections);
    figures.push({ name: routeReference, ...bare });
  }
  for (const scene of scenes) if (wants(scene.name)) figures.push(await measure(postgres, scene));
  return figures;
}

/** The middle one of several runs, figure by figure. */
function medians(runs: Measured[][]): Measured[] {
  const middle = (values: (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
    return known[Math.floor(known.length / 2)];
  };
  return runs[0]!.map((figure, i) => {
    const of = (name: 'p50' | 'p99' | 'memoryMb' | 'cpuMicros' | 'databaseMicros') => {
      const value = middle(runs.map((run) => run[i]![name]));
      return value === undefined ? {} : { [name]: value };
    };
    return {
      name: figure.name,
      perSecond: middle(runs.map((run) => run[i]!.perSecond))!,
      ...of('p50'),
      ...of('p99'),
      ...of('memoryMb'),
      ...of('cpuMicros'),
      ...of('databaseMicros'),
    };
  });
}

function table(figures: Measured[]): string {
  const rows = figures.find(({ name }) => name === rowReference);
  const route = figures.find(({ name }) => name === routeReference);
  const number = (value: number | undefined, digits = 0) =>
    value === undefined ? '' : value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const head = ['', 'per s', 'p50 ms', 'p99 ms', 'CPU µs', 'database µs', 'peak MB', 'of rows', 'of route'];
  const lines = figures.map((figure) => [
    figure.name + (figure.fault ? ` (${figure.fault})` : ''),
    number(figure.perSecond),
    number(figure.p50, 1),
    number(figure.p99, 1),
    number(figure.cpuMicros),
    number(figure.databaseMicros),
    number(figure.memoryMb),
    rows && figure.memoryMb ? (figure.perSecond / rows.perSecond).toFixed(2) : '',
    route && figure.memoryMb ? (figure.perSecond / route.perSecond).toFixed(2) : '',
  ]);
  const all = [head, ...lines];
  const widths = head.map((_, i) => Math.max(...all.map((line) => line[i]!.length)));
  const text = all.map((line) =>
    line.map((cell, i) => (i ? cell.padStart(widths[i]!) : cell.padEnd(widths[0]!))).join('  '),
  );
  return text.join('\n');
}

const postgres = await startPostgres();
const runs: Measured[][] = [];
try {
  for (let n = 1; n <= Number(values.runs); n++) {
    runs.push(await run(postgres));
    process.stdout.write(
      `\nRun ${n}: ${requests} requests, ${connections} connections\n${table(runs.at(-1)!)}\n`,
    );
  }
} finally {
  await postgres.stop();
}
if (runs.length > 1) process.stdout.write(`\nMedian of ${runs.length} runs\n${table(medians(runs))}\n`);
