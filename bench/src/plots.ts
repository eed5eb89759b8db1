import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Chart, draw } from './chart.ts';
import { amount } from './fill.ts';
import { type Load, type Measured, measure, scenes } from './measure.ts';
import type { BenchPostgres } from './postgres.ts';

const lines = [1, 4, 16, 64, 128];
const stored = ['0', '100k', '1m', '10m'];
const [accept, inbound] = ['accept', 'inbound'].map((name) => scenes.find((one) => one.name === name)!);

/** How far the plots go: fewer stored messages than 10m, where that takes too long. */
export interface Plots {
  folder: string;
  most?: number;
  filled(postgres: BenchPostgres, messages: number): Promise<string>;
}

/**
 * Draws `rate-by-connections.svg` and `rate-by-stored.svg`: how the rate of accepting goes with the number of callers,
 * and how the rates of accepting and receiving go with the number of messages that are stored already.
 */
export async function plot(postgres: BenchPostgres, asked: Load, plots: Plots): Promise<void> {
  await mkdir(plots.folder, { recursive: true });
  await writeFile(join(plots.folder, 'rate-by-connections.svg'), draw(await byConnections(postgres, asked)));
  await writeFile(join(plots.folder, 'rate-by-stored.svg'), draw([await byStored(postgres, asked, plots)]));
}

async function byConnections(postgres: BenchPostgres, asked: Load): Promise<Chart[]> {
  const figures: Measured[] = [];
  for (const connections of lines) {
    // One caller alone is slow: a share of the requests says as much.
    const requests = Math.ceil(asked.requests * Math.min(1, (connections + 3) / 64));
    figures.push(await measure(postgres, accept!, { ...asked, requests, connections }));
    tell(`${connections} connections`, figures.at(-1)!);
  }
  const common = { along: 'connections', places: lines.map(String) };
  return [
    {
      ...common,
      title: 'Accepted a second, by the number of callers',
      series: [{ name: 'accept', unit: 'a second', values: figures.map(({ perSecond }) => perSecond) }],
    },
    {
      ...common,
      title: 'How long a call takes',
      series: [
        { name: '99 of 100', unit: 'ms', values: figures.map(({ p99 = 0 }) => p99) },
        { name: 'half of them', unit: 'ms', values: figures.map(({ p50 = 0 }) => p50) },
      ],
    },
  ];
}

async function byStored(
  postgres: BenchPostgres,
  asked: Load,
  { most = Number.POSITIVE_INFINITY, filled }: Plots,
): Promise<Chart> {
  const sizes = stored.filter((size) => amount(size) <= most);
  const series = [accept!, inbound!].map(({ name }) => ({ name, unit: 'a second', values: [] as number[] }));
  for (const size of sizes) {
    const like = amount(size) === 0 ? undefined : await filled(postgres, amount(size));
    for (const [i, scene] of [accept!, inbound!].entries()) {
      const figure = await measure(postgres, scene, asked, like);
      tell(`${size} stored`, figure);
      series[i]!.values.push(figure.perSecond);
    }
    if (like) await postgres.drop(like);
  }
  return {
    title: 'The rate, by the number of messages that are stored already',
    along: 'messages stored',
    places: sizes,
    series,
  };
}

function tell(place: string, { name, perSecond, p50 = 0, p99 = 0 }: Measured): void {
  const rate = Math.round(perSecond).toLocaleString('en');
  process.stdout.write(`${place}: ${name} ${rate}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`);
}
